using McuAi.HostTools.Listening;
using McuAi.HostTools.Speech;
using McuAi.ModelConverter.Data;

namespace McuAi.HostTools.Demonstration;

/// <summary>Words spoken by synthetic voices one after another, in a room that is not quite silent.</summary>
/// <param name="Samples">Full scale at 1.</param>
internal sealed record SpokenSentence(float[] Samples, IReadOnlyList<SpokenWord> Words)
{
    private const double LeadSeconds = 1.0;
    private const double PauseSeconds = 0.8;
    private const float Peak = 0.4f;

    /// <summary>60 dB below full scale.</summary>
    private const float Hiss = 1e-3f;

    /// <summary>Of espeak-ng: the plain voice and others, in turn.</summary>
    private static readonly string[] Voices = ["", "f2", "m3"];

    public static async Task<SpokenSentence> SpeakAsync(IReadOnlyList<string> words, int rate, int seed,
        CancellationToken cancellation)
    {
        var random = new Random(seed);
        var samples = new List<float>(new float[(int)(LeadSeconds * rate)]);
        var spoken = new List<SpokenWord>();
        for (int i = 0; i < words.Count; i++)
        {
            var voice = new EspeakVoice(Voices[i % Voices.Length], ["en-us", "en-gb"]);
            Recording recording = WavReader.Decode(await voice.SpeakAsync(words[i], random, cancellation), $"'{words[i]}'");
            float[] clip = Resampling.Resample(recording.Samples, recording.Rate, rate);
            ReadOnlySpan<float> word = ClipWindow.WithoutSilence(clip, rate);
            spoken.Add(new SpokenWord((samples.Count + (word.Length / 2.0)) / rate, words[i]));
            samples.AddRange(ClipWindow.Fit(word, word.Length, Peak));
            samples.AddRange(new float[(int)(PauseSeconds * rate)]);
        }

        return new SpokenSentence([.. samples.Select(x => x + (Hiss * ((2 * random.NextSingle()) - 1)))], spoken);
    }
}
