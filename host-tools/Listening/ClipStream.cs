using McuAi.ModelConverter.Audio;
using McuAi.ModelConverter.Data;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Listening;

/// <summary>Clips one after another as one recording, of speakers near and far, with pauses between them.</summary>
/// <param name="Samples">At the rate of the clips.</param>
/// <param name="Words">What is spoken, those that a spotter gives events for.</param>
public sealed record ClipStream(short[] Samples, IReadOnlyList<SpokenWord> Words)
{
    private const double LeadSeconds = 1;
    private const double MostSeconds = 4 * 3600;

    /// <summary>Of the samples' rounding and the microphone's own noise: 70 dB below full scale.</summary>
    private const double Hiss = 3e-4;

    private static readonly (double Low, double High) PauseSeconds = (0.4, 1.4), LevelDb = (-24, -9), SnrDb = (5, 30);

    /// <param name="noise">In which the clips are heard, at 5 to 30 dB below the speech; may be none.</param>
    /// <param name="seconds">At least so long: the clips are repeated, at other levels. 0: each clip once.</param>
    public static ClipStream Of(IReadOnlyList<Clip> clips, IReadOnlyList<float[]> noise, int rate, double seconds, int seed)
    {
        ArgumentNullException.ThrowIfNull(clips);
        ArgumentNullException.ThrowIfNull(noise);
        if (seconds is not (>= 0 and <= MostSeconds))
            throw new ModelException($"A recording of {seconds} seconds cannot be made; give 0 (each clip once) to {MostSeconds:N0}.");
        var random = new Random(seed);
        double[] noiseLevels = [.. noise.Select(one => Math.Sqrt(one.Average(sample => (double)sample * sample)))];
        var samples = new List<float>(new float[(int)(LeadSeconds * rate)]);
        var words = new List<SpokenWord>();
        Clip[] order = [.. clips.Where(clip => !clip.Level.IsSilent)];
        if (order.Length == 0)
            throw new ModelException("There is no clip in which something is heard; give other data.");
        do
        {
            random.Shuffle(order);
            foreach (Clip clip in order)
                Append(clip);
        }
        while (samples.Count < seconds * rate);

        return new ClipStream(ModelConverter.Audio.Samples.FromFloat(
            [.. samples.Select(sample => sample + (float)(Hiss * ((2 * random.NextDouble()) - 1)))]), words);

        void Append(Clip clip)
        {
            double level = Gain(Between(random, LevelDb)), gain = level / Math.Max(clip.Level.ActiveRms, 1e-6);
            if (SpotterSettings.IsWord(clip.Label))
                words.Add(new SpokenWord((samples.Count + (clip.Samples.Length / 2.0)) / rate, clip.Label));
            int first = samples.Count;
            samples.AddRange(clip.Samples.Select(sample => (float)(gain * sample)));
            samples.AddRange(new float[(int)(Between(random, PauseSeconds) * rate)]);
            if (noise.Count == 0)
                return;
            int number = random.Next(noise.Count);
            double noiseGain = level * Gain(-Between(random, SnrDb)) / Math.Max(noiseLevels[number], 1e-6);
            AddNoise(samples, first, noise[number], noiseGain, random);
        }
    }

    private static void AddNoise(List<float> samples, int first, float[] noise, double gain, Random random)
    {
        int start = random.Next(noise.Length);
        for (int i = first; i < samples.Count; i++)
            samples[i] += (float)(gain * noise[(start + i - first) % noise.Length]);
    }

    private static double Between(Random random, (double Low, double High) range) =>
        range.Low + ((range.High - range.Low) * random.NextDouble());

    private static double Gain(double decibels) => Math.Pow(10, decibels / 20);
}
