using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Audio;

/// <summary>What a frame's features are.</summary>
public enum FrontEndKind
{
    /// <summary>Logarithm of the power in each mel channel.</summary>
    LogMel = 0,

    /// <summary>Logarithm of each channel's amplitude after per-channel amplitude normalization.</summary>
    Pcan = 1,

    /// <summary>Cosine transform of the log-mel channels.</summary>
    Mfcc = 2,
}

/// <summary>Settings of the audio front end; as they stand, those of the reference model for keywords: 8 kHz, a second
/// of 49 frames. Logarithms are natural.</summary>
public sealed record FrontEndSettings
{
    public static FrontEndSettings KeywordSpotting { get; } = new();

    public int SampleRate { get; init; } = 8000;

    public int WindowSamples { get; init; } = 256;

    public int HopSamples { get; init; } = 160;

    /// <summary>A power of two, at least the window.</summary>
    public int FftSize { get; init; } = 256;

    public int Channels { get; init; } = 40;

    public double LowHertz { get; init; } = 60;

    public double HighHertz { get; init; } = 3900;

    public FrontEndKind Kind { get; init; }

    /// <summary>Cosine coefficients of MFCC, the first one is the mean.</summary>
    public int Coefficients { get; init; } = 13;

    public PcanSettings Pcan { get; init; } = new();

    /// <summary>How far under the greatest feature of the window (MFCC: channel of the frame) features end, in nats; 0:
    /// nowhere.</summary>
    public double Depth { get; init; } = 8;

    /// <summary>Power of a channel below which all is silence, for samples of -1..1 and a transform that is not
    /// normalized; by default that of the samples' own rounding, in which there is nothing to hear.</summary>
    public double? SilencePower { get; init; }

    /// <summary>Frames of the model's input.</summary>
    public int Frames { get; init; } = 49;

    /// <summary>Whether the mean of the window is subtracted and its standard deviation divided by.</summary>
    public bool Normalises { get; init; } = true;

    /// <summary>The standard deviation that is at least divided by, in nats.</summary>
    public double LeastDeviation { get; init; } = 0.1;

    /// <summary>Of the int8 output: standard deviations, or nats, for each step.</summary>
    public double Scale { get; init; } = 1.0 / 32;

    public int ZeroPoint { get; init; }

    public int Features => Kind == FrontEndKind.Mfcc ? Coefficients : Channels;

    /// <summary>Samples that a window's frames take.</summary>
    public int ClipSamples => WindowSamples + ((Frames - 1) * HopSamples);

    public int InputBytes => Frames * Features;

    /// <exception cref="ModelException">A setting is out of its range; the message says which.</exception>
    public void Check()
    {
        Require(SampleRate > 0, $"a sample rate of {SampleRate} Hz");
        Require(FftSize is >= 64 and <= 2048 && int.IsPow2(FftSize),
            $"an FFT of {FftSize} samples; it takes a power of two of 64..2048");
        Require(WindowSamples >= 2 && WindowSamples <= FftSize && WindowSamples % 2 == 0,
            $"a window of {WindowSamples} samples; it takes an even number of at most the FFT's {FftSize}");
        Require(HopSamples is > 0 and <= ushort.MaxValue, $"a hop of {HopSamples} samples; it takes 1..65535");
        Require(Channels is > 0 and <= 128, $"{Channels} mel channels; it takes 1..128");
        Require(LowHertz >= 0 && LowHertz < HighHertz && HighHertz <= SampleRate / 2.0,
            $"channels of {LowHertz}..{HighHertz} Hz at {SampleRate} samples a second");
        Require(Kind != FrontEndKind.Mfcc || (Coefficients > 0 && Coefficients <= Channels),
            $"{Coefficients} coefficients of {Channels} channels");
        Require(Frames > 0 && InputBytes <= 16384, $"{Frames} frames of {Features} features; a window has at most 16384");
        Require(Depth is >= 0 and <= 88, $"a floor {Depth} nats under the peak; it takes 0..88");
        Require(SilencePower is null or >= 0, $"a silence of power {SilencePower}");
        Require(Scale is >= 1.0 / 256 and <= 256, $"an output scale of {Scale}; it takes 1/256..256");
        Require(ZeroPoint is >= sbyte.MinValue and <= sbyte.MaxValue, $"a zero point of {ZeroPoint}");
        Require(LeastDeviation is > 0 and < 80, $"a least standard deviation of {LeastDeviation}");
        Pcan.Check();
    }

    internal static void Require(bool holds, string what)
    {
        if (!holds)
            throw new ModelException($"The audio front end cannot have {what}; change the setting.");
    }
}

/// <summary>Per-channel amplitude normalization, with the defaults of TensorFlow Lite Micro.</summary>
public sealed record PcanSettings
{
    /// <summary>Share of a new amplitude in the noise estimate of even channels.</summary>
    public double EvenSmoothing { get; init; } = 0.025;

    public double OddSmoothing { get; init; } = 0.06;

    /// <summary>Share of an amplitude that stays when the noise estimate is subtracted; 1 subtracts nothing.</summary>
    public double MinimumRemaining { get; init; } = 0.05;

    /// <summary>Amplitudes are divided by (noise + offset)^strength.</summary>
    public double Strength { get; init; } = 0.95;

    public double Offset { get; init; } = 80;

    internal void Check()
    {
        FrontEndSettings.Require(EvenSmoothing is >= 0 and <= 1 && OddSmoothing is >= 0 and <= 1,
            $"noise smoothing of {EvenSmoothing} and {OddSmoothing}; they take 0..1");
        FrontEndSettings.Require(MinimumRemaining is >= 0 and <= 1, $"{MinimumRemaining} of a signal remaining");
        FrontEndSettings.Require(Strength is >= 0 and <= 2 && Offset > 0, $"gain (noise + {Offset})^-{Strength}");
    }
}
