using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Anomaly;

/// <summary>Features of a channel's window, beside its bands. Logarithms are to the base 2 with 9 fractional bits.</summary>
[Flags]
public enum FeatureKinds
{
    None = 0,

    /// <summary>In steps of the samples.</summary>
    Mean = 1,

    /// <summary>Logarithm of the root of the mean square.</summary>
    Rms = 2,

    /// <summary>Logarithm of the standard deviation.</summary>
    Deviation = 4,

    /// <summary>Logarithm of the greatest distance from the mean.</summary>
    Peak = 8,

    /// <summary>Peak to standard deviation, logarithm.</summary>
    Crest = 16,

    /// <summary>Logarithm; that of the normal distribution is log2(3).</summary>
    Kurtosis = 32,
}

/// <summary>What the model's output is compared with.</summary>
public enum DetectorTarget
{
    /// <summary>The output itself is the deviation.</summary>
    Zero,

    /// <summary>The model's input: an auto-encoder.</summary>
    Input,

    /// <summary>The frame after the model's input: a forecaster.</summary>
    Next,
}

/// <summary>A band of the spectrum in bins of the FFT.</summary>
public readonly record struct Band(int First, int Count);

/// <summary>How samples become frames of features.</summary>
public sealed record FeatureSettings
{
    public required int Channels { get; init; }

    /// <summary>Instants of a frame.</summary>
    public int Window { get; init; } = 1;

    /// <summary>From one frame to the next.</summary>
    public int Hop { get; init; } = 1;

    public FeatureKinds Kinds { get; init; } = FeatureKinds.Mean;

    public IReadOnlyList<Band> Bands { get; init; } = [];

    /// <summary>Hz; for the outside.</summary>
    public double SampleRate { get; init; } = 1;

    public int FftSize => Bands.Count == 0 ? 0 : Math.Max(64, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Window));

    /// <summary>Of a frame.</summary>
    public int Count => Channels * (System.Numerics.BitOperations.PopCount((uint)Kinds) + Bands.Count);

    /// <summary>Bands of equal width on the octave scale, from <paramref name="low"/> to <paramref name="high"/> Hz; where
    /// bins are too few for that, of one bin.</summary>
    public FeatureSettings WithBands(int count, double low, double high)
    {
        double bin = SampleRate / Math.Max(64, System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Window));
        var bands = new List<Band>();
        int first = Math.Max(1, (int)Math.Round(low / bin));
        for (int i = 0; i < count; i++)
        {
            int end = Math.Max(first + 1, (int)Math.Round(low * Math.Pow(high / low, (i + 1.0) / count) / bin));
            bands.Add(new Band(first, end - first));
            first = end;
        }

        return this with { Bands = bands };
    }

    /// <exception cref="ModelException">A setting is out of its range.</exception>
    public void Check()
    {
        Require(Channels is >= 1 and <= 32, $"{Channels} channels; it takes 1 to 32");
        Require(Window is >= 1 and <= 2048, $"a window of {Window} samples; it takes 1 to 2048");
        Require(Hop is >= 1 and <= 65535, $"a hop of {Hop} samples; it takes 1 to 65535");
        Require(Count is >= 1 and <= 512, $"{Count} features of a frame; it takes 1 to 512");
        Require(Bands.Count == 0 || (Bands.Count <= 64 && Window % 2 == 0), $"{Bands.Count} bands of a window of {Window}; it " +
            "takes up to 64, and an even window");
        Require(Bands.All(band => band.First >= 0 && band.Count > 0 && band.First + band.Count <= (FftSize / 2) + 1),
            "bands beyond half the sample rate");
    }

    private static void Require(bool condition, string complaint)
    {
        if (!condition)
            throw new ModelException($"A detector cannot have {complaint}.");
    }
}

/// <summary>A detector around a model (docs/anomaly.md).</summary>
public sealed record DetectorSettings
{
    public required FeatureSettings Features { get; init; }

    /// <summary>Frames of the model's input.</summary>
    public int Frames { get; init; } = 1;

    public DetectorTarget Target { get; init; }

    /// <summary>Mean of each feature when nothing is wrong.</summary>
    public required double[] Means { get; init; }

    /// <summary>Standard deviation of each feature when nothing is wrong.</summary>
    public required double[] Deviations { get; init; }

    /// <summary>Levels of the model's input for each standard deviation.</summary>
    public int Levels { get; init; } = 16;

    /// <summary>What is normal follows the stream by 2^-Adaptation a frame; 0: it stays.</summary>
    public int Adaptation { get; init; }

    /// <summary>Frames that the means and deviations rest on: 0 lets the stream alone tell them.</summary>
    public long Learned { get; init; } = uint.MaxValue;

    /// <summary>Frames without a score, while what is normal is learned.</summary>
    public int WarmUp { get; init; }

    /// <summary>Weight of the square of each output.</summary>
    public required double[] Weights { get; init; }

    /// <summary>Of the model's output.</summary>
    public double OutputScale { get; init; } = 1.0 / 16;

    public int OutputZero { get; init; }

    /// <summary>Scores above it are anomalous; 2^16 * log2.</summary>
    public int Threshold { get; init; } = int.MaxValue;

    /// <summary>Frames in succession above the threshold that make an alarm.</summary>
    public int Persistence { get; init; } = 1;

    /// <summary>Frames in which an alarm makes no other event, unless its score is greater.</summary>
    public int HoldOff { get; init; }
}
