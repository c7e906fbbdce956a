namespace McuAi.ModelConverter.Data;

/// <summary>How much clips are varied. The defaults are for single words at 8 to 16 kHz.</summary>
public sealed record AugmentationSettings
{
    public static AugmentationSettings Default { get; } = new();

    /// <summary>Leaves clips as they are.</summary>
    public static AugmentationSettings None { get; } = new()
    {
        Shift = 0, Speed = 0, FricativeShare = 0, NoiseShare = 0, EqualizerShare = 0, RoomShare = 0, GainDb = (0, 0), ClippingShare = 0,
        CoarseShare = 0, TimeMasks = 0, FrequencyMasks = 0,
    };

    /// <summary>Of the clips that are cut close around the word, with a noise that begins and ends with them, as recordings are
    /// that were cut out of longer ones: weak sounds at their ends are lost.</summary>
    public double CutShare { get; init; }

    /// <summary>Of the loudest frame's amplitude: what is weaker at the ends is cut off.</summary>
    public (double Low, double High) CutLevel { get; init; } = (0.03, 0.25);

    /// <summary>Active speech above the noise that ends with the clip.</summary>
    public (double Low, double High) CutSnrDb { get; init; } = (5, 40);

    /// <summary>Moves the clip by up to this share of the window, either way.</summary>
    public double Shift { get; init; } = 0.12;

    /// <summary>Plays the clip faster or slower by up to this share, the pitch with it.</summary>
    public double Speed { get; init; } = 0.15;

    /// <summary>Of the clips of which a moment is left out or heard twice: speakers change from sound to sound faster or slower
    /// than others, and cut words short.</summary>
    public double SpliceShare { get; init; }

    /// <summary>Of the moment; negative where it is heard twice.</summary>
    public (double Low, double High) SpliceSeconds { get; init; } = (-0.08, 0.12);

    /// <summary>Of the clips whose fricatives are weakened: strangers are heard better, and more is taken for a word.</summary>
    public double FricativeShare { get; init; }

    /// <summary>By which they are, at most.</summary>
    public double FricativeDb { get; init; } = 30;

    /// <summary>Where the upper band begins, in Hz.</summary>
    public (double Low, double High) FricativeEdge { get; init; } = (2200, 3200);

    /// <summary>Of the clips that get noise.</summary>
    public double NoiseShare { get; init; } = 1;

    /// <summary>Active speech above the noise.</summary>
    public (double Low, double High) SnrDb { get; init; } = (0, 45);

    /// <summary>Of the noises that are recordings, where there are any; the rest is coloured noise.</summary>
    public double RecordedNoiseShare { get; init; } = 0.5;

    /// <summary>Of the noises over which other sounds come and go.</summary>
    public double BurstShare { get; init; }

    /// <summary>Of the clips that sound as through another microphone or a telephone.</summary>
    public double EqualizerShare { get; init; } = 0.7;

    /// <summary>Standard deviation of the equalizer's bands.</summary>
    public double EqualizerDb { get; init; } = 6;

    /// <summary>Of the clips that sound as in a room.</summary>
    public double RoomShare { get; init; } = 0.6;

    /// <summary>In which the reverberation falls by 60 dB.</summary>
    public (double Low, double High) RoomSeconds { get; init; } = (0.07, 0.5);

    /// <summary>Of the reverberation's first sample, at most; the direct sound is 1.</summary>
    public double RoomLevel { get; init; } = 0.12;

    public (double Low, double High) GainDb { get; init; } = (-10, 3);

    /// <summary>Of the clips that are cut off at 0.3 to 0.9 of their peak.</summary>
    public double ClippingShare { get; init; } = 0.05;

    /// <summary>Of the clips that are quantized to 8 bits; the others are to 16.</summary>
    public double CoarseShare { get; init; } = 0.05;

    /// <summary>Stretches of up to <see cref="TimeMaskFrames"/> frames that are blanked in the features.</summary>
    public int TimeMasks { get; init; } = 1;

    public int TimeMaskFrames { get; init; } = 8;

    /// <summary>Groups of up to <see cref="FrequencyMaskBands"/> bands that are blanked in the features.</summary>
    public int FrequencyMasks { get; init; } = 2;

    public int FrequencyMaskBands { get; init; } = 7;
}
