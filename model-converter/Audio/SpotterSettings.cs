using System.Buffers.Binary;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Audio;

/// <summary>How a keyword spotter takes windows and decides, in the units of the pack's record; docs/keyword-spotting.md
/// explains each. As they stand, what the core takes where a pack has no record.</summary>
public sealed record SpotterSettings
{
    /// <summary>Key of the record in a pack's metadata.</summary>
    public const string Key = "spotter";

    private const int Version = 2;

    /// <summary>Bytes of version 1, which ends before <see cref="Others"/>, and of version 2.</summary>
    private const int FirstBytes = 28, Bytes = 32;

    private const int MostSmoothing = 32;

    /// <summary>Units of <see cref="Gate"/> for a decibel.</summary>
    public static double StepsPerDecibel { get; } = 512 * Math.Log2(10) / 10;

    /// <summary>Frames from one window to the next.</summary>
    public int Hop { get; init; } = 5;

    /// <summary>Windows over which posteriors are averaged.</summary>
    public int Smoothing { get; init; } = 3;

    /// <summary>Average posterior, in 1/256, from which on a word may be an event.</summary>
    public int Threshold { get; init; } = 154;

    /// <summary>Average below which a word has to fall before it may be another event.</summary>
    public int Release { get; init; } = 77;

    /// <summary>Windows that have to pass without a greater average.</summary>
    public int Delay { get; init; } = 2;

    /// <summary>Frames after an event in which there is no other.</summary>
    public int Refractory { get; init; } = 25;

    /// <summary>How far above the noise a frame is active, in 1/512 of log2 units of power; 0: every frame is.</summary>
    public int Gate { get; init; } = 768;

    /// <summary>Active frames that a window has at least to be looked at.</summary>
    public int Active { get; init; } = 5;

    /// <summary>Rise of the noise floor, in 1/256 of these units a frame.</summary>
    public int Rise { get; init; } = 512;

    /// <summary>The noise floor falls by 2^-fall of its distance a frame.</summary>
    public int Fall { get; init; } = 2;

    /// <summary>Level of silence; by default that of white noise of -80 dB of full scale.</summary>
    public int Least { get; init; } = 7640;

    /// <summary>Share of the other words' averages that the likeliest word's score has, in 1/256: the model may doubt which
    /// word it was, but not that it was one.</summary>
    public int Others { get; init; }

    /// <summary>Whether a class of this name may give events.</summary>
    public static bool IsWord(string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        return label is not ("unknown" or "silence") && !label.StartsWith('_');
    }

    /// <summary>The settings of a pack.</summary>
    /// <param name="record">Null: the defaults.</param>
    /// <param name="frames">Of a window.</param>
    public static SpotterSettings Read(byte[]? record, int frames)
    {
        var defaults = new SpotterSettings();
        if (record is null)
            return defaults with { Hop = Math.Min(defaults.Hop, frames), Active = Math.Min(defaults.Active, frames) };
        if (record.Length < FirstBytes || !record.AsSpan(0, 4).SequenceEqual("TSKS"u8))
            throw new ModelException("The pack's settings of the keyword spotter are damaged; write them again with " +
                "mcuai listen --output.");
        int U16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(record.AsSpan(offset));
        if (U16(4) > Version)
            throw new ModelException($"The pack's settings of the keyword spotter have version {U16(4)}; this tool reads " +
                $"version {Version}: update it.");
        if (U16(4) > 1 && record.Length < Bytes)
            throw new ModelException("The pack's settings of the keyword spotter are cut short; write them again with " +
                "mcuai listen --output.");
        var settings = new SpotterSettings
        {
            Hop = U16(6), Smoothing = U16(8), Threshold = U16(10), Release = U16(12), Delay = U16(14),
            Refractory = U16(16), Gate = U16(18), Active = U16(20), Rise = U16(22), Fall = U16(24),
            Least = (short)U16(26), Others = U16(4) > 1 ? U16(28) : 0,
        };
        settings.Check(frames);
        return settings;
    }

    /// <summary>The record; of version 1, which older cores read, where other words have no share.</summary>
    public byte[] Write(int frames)
    {
        Check(frames);
        byte[] record = new byte[Others == 0 ? FirstBytes : Bytes];
        "TSKS"u8.CopyTo(record);
        int[] first = [Others == 0 ? 1 : Version, Hop, Smoothing, Threshold, Release, Delay, Refractory, Gate, Active, Rise, Fall, Least];
        int[] values = Others == 0 ? first : [.. first, Others];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(4 + (2 * i)), unchecked((ushort)values[i]));
        return record;
    }

    /// <exception cref="ModelException">A setting is out of its range; the message says which.</exception>
    public void Check(int frames)
    {
        Require(Hop >= 1 && Hop <= frames, $"a hop of {Hop} frames; it takes 1..{frames}");
        Require(Smoothing is >= 1 and <= MostSmoothing, $"smoothing over {Smoothing} windows; it takes 1..{MostSmoothing}");
        Require(Threshold is >= 1 and <= 255, $"a threshold of {Threshold}/256; it takes 1..255");
        Require(Release >= 0 && Release <= Threshold, $"a release at {Release}/256; it takes 0..{Threshold}, the threshold");
        Require(Delay is >= 0 and <= ushort.MaxValue, $"a delay of {Delay} windows; it takes 0..65535");
        Require(Refractory is >= 0 and <= ushort.MaxValue, $"a refractory time of {Refractory} frames; it takes 0..65535");
        Require(Gate is >= 0 and <= ushort.MaxValue, $"a gate {Gate / StepsPerDecibel:0.0} dB above the noise; it takes 0..385");
        Require(Active >= 0 && Active <= frames, $"{Active} active frames; it takes 0..{frames}");
        Require(Rise is >= 0 and <= ushort.MaxValue, $"a noise floor that rises by {Rise}; it takes 0..65535");
        Require(Fall is >= 0 and < 16, $"a noise floor that falls by 2^-{Fall}; it takes 0..15");
        Require(Others is >= 0 and <= 255, $"a share of other words of {Others}/256; it takes 0..255");
        Require(Least is >= short.MinValue and <= short.MaxValue, $"a level of silence of {Least}; it takes -32768..32767");
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
            throw new ModelException($"The keyword spotter cannot have {what}; change the setting.");
    }
}
