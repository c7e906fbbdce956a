using System.Buffers;
using McuAi.ModelConverter.Data;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Speech;

/// <summary>Has words spoken by many voices, as many at a time as there are cores.</summary>
internal sealed class Synthesizer(SynthesisRequest request, Action<int, int> progress)
{
    private const int Attempts = 4;
    private const int EmptyFile = 64; // a header alone
    private const double ShortestSeconds = 0.05;
    private const float Peak = 0.5f;

    /// <summary>On any file system.</summary>
    private static readonly SearchValues<char> NotInNames = SearchValues.Create("/\\:*?\"<>|\0\r\n\t");

    private readonly SynthesisFolder folder = new(request);
    private readonly OtherSpeech? others = request.Unknown > 0 ? new(request) : null;

    public async Task<SynthesisResult> RunAsync(CancellationToken cancellation)
    {
        CheckRequest();
        var plan = new SynthesisPlan(request, await VoicesAsync(cancellation).ConfigureAwait(false));

        // Words that cannot be spoken are found before the first file is written.
        foreach (string word in request.Words)
            await SpeakAsync(plan, word, 0, cancellation).ConfigureAwait(false);

        folder.Claim();
        (string Label, int Number)[] clips =
        [
            .. Enumerable.Range(0, request.Count).SelectMany(number => request.Words.Select(word => (word, number))),
            .. Enumerable.Range(0, request.Unknown).Select(number => (SpeechDataset.Unknown, number)),
        ];
        int made = 0, done = 0;
        await Parallel.ForEachAsync(clips, cancellation, async (clip, token) =>
        {
            string path = folder.PathOf(clip.Label, clip.Number, plan.VoiceOf(clip.Label, clip.Number));
            if (!File.Exists(path))
            {
                folder.Write(path, await SpeakAsync(plan, clip.Label, clip.Number, token).ConfigureAwait(false));
                Interlocked.Increment(ref made);
            }

            progress(Interlocked.Increment(ref done), clips.Length);
        }).ConfigureAwait(false);
        return folder.WriteManifest(made, clips.Length);
    }

    private void CheckRequest()
    {
        if (request.Words.Count == 0)
            throw new ModelException("There is no word to speak; give WORDS or --words FILE.");
        foreach (string word in request.Words)
        {
            if (word.Length == 0 || word[0] is '.' or '-' || word.AsSpan().ContainsAny(NotInNames))
                throw new ModelException($"'{word}' cannot be the name of a folder, as each word is; spell it in letters.");
            if (DatasetFolders.IsNoise(word))
                throw new ModelException($"'{word}' is the name of a folder of background noise; spell the word otherwise.");
            if (word == SpeechDataset.Unknown && request.Unknown > 0)
                throw new ModelException($"'{word}' is the class of --unknown; leave the word out, or give no --unknown.");
        }

        if (request.People is not (null or (> 0 and < 0.99)))
            throw new ModelException($"--people {request.People} is not between 0 and 0.99; leave it away for a fifth.");
        if (request.Count < 1 || request.Voices < 0 || request.Unknown < 0 || request.Rate is < 4000 or > 48000)
            throw new ModelException($"{request.Count} clips a word of {request.Voices} voices at {request.Rate} Hz " +
                "cannot be made; give 1 or more clips, 0 or more of the class unknown, 0 (all) or more voices, and a rate of " +
                "4000 to 48000 Hz.");
    }

    private async Task<IReadOnlyList<Voice>> VoicesAsync(CancellationToken cancellation)
    {
        IReadOnlyList<Voice> espeak = await EspeakNg.VoicesAsync(request.Language, cancellation).ConfigureAwait(false);
        return request.Language.Split('-')[0].Equals("en", StringComparison.OrdinalIgnoreCase)
            ? [.. await Flite.VoicesAsync(cancellation).ConfigureAwait(false), .. espeak]
            : espeak;
    }

    /// <summary>The clip without silence around it. A manner of speaking that comes out empty is drawn again.</summary>
    private async Task<float[]> SpeakAsync(SynthesisPlan plan, string label, int number, CancellationToken cancellation)
    {
        Voice voice = plan.VoiceOf(label, number);
        string word = label == SpeechDataset.Unknown && others is not null ? others.Text(number) : label;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            byte[] file = await voice.SpeakAsync(word, plan.MannerOf(label, number, attempt), cancellation)
                .ConfigureAwait(false);
            if (file.Length <= EmptyFile)
                continue;
            Recording recording = WavReader.Decode(file, $"'{word}', spoken by {voice.Speaker},");
            if (SignalLevel.Of(recording.Samples, recording.Rate).IsSilent)
                continue;
            float[] samples = Resampling.Resample(recording.Samples, recording.Rate, request.Rate);
            ReadOnlySpan<float> speech = ClipWindow.WithoutSilence(samples, request.Rate);
            if (speech.Length >= ShortestSeconds * request.Rate)
                return ClipWindow.Fit(speech, speech.Length, Peak);
        }

        throw new ModelException($"Nothing is heard when {voice.Speaker} speaks '{word}' in the language " +
            $"{request.Language}; spell it in letters as it sounds.");
    }
}
