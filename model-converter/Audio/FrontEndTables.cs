namespace McuAi.ModelConverter.Audio;

/// <summary>Makes the front end's tables: the value of a pack's metadata entry <see cref="Key"/> (docs/pack-format.md).
/// </summary>
public static class FrontEndTables
{
    public const string Key = "front_end";
    internal const uint Magic = 0x414B5354; // "TSKA"
    internal const int FirstVersion = 1, CompactVersion = 2;
    internal const int HeaderBytes = 72;

    /// <summary>Steps of a feature for each nat: log2 units with 9 fractional bits.</summary>
    internal const double StepsPerNat = 512 / 0.69314718055994530942;

    /// <param name="warp">Factor on the centres of all mel channels, for augmentation.</param>
    /// <param name="compact">Leaves out mirror images, half of the window and most of the twiddles: fewer bytes for some more
    /// instructions.</param>
    /// <exception cref="Graph.ModelException">A setting is out of its range.</exception>
    public static byte[] Make(FrontEndSettings settings, double warp = 1, bool compact = false)
    {
        settings.Check();
        FrontEndSettings.Require(warp is >= 0.5 and <= 2, $"a warp of {warp}; it takes 0.5..2");
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        stream.Position = HeaderBytes;
        int[] places =
        [
            Place(stream, () => WriteWindow(writer, settings, compact)),
            Place(stream, () => WriteTwiddles(writer, settings.FftSize, compact)),
            Place(stream, () => WriteFilters(writer, MelFilters.Make(settings, warp))),
            settings.Kind == FrontEndKind.Mfcc ? Place(stream, () => WriteCosines(writer, settings)) : 0,
            settings.Kind == FrontEndKind.Pcan ? Place(stream, () => WritePcan(writer, settings)) : 0,
        ];
        int bytes = (int)stream.Length;
        stream.Position = 0;
        WriteHeader(writer, settings, bytes, compact);
        foreach (int place in places)
            writer.Write(place);
        writer.Write((ushort)CosineShift(settings));
        writer.Write((ushort)0);
        return stream.ToArray();
    }

    /// <summary>The periodic Hann window.</summary>
    internal static double Hann(int n, int samples) => 0.5 - (0.5 * Math.Cos(2 * Math.PI * n / samples));

    /// <summary>An element of the orthonormal discrete cosine transform, type II.</summary>
    internal static double Cosine(int k, int i, int channels) =>
        Math.Sqrt((k == 0 ? 1.0 : 2.0) / channels) * Math.Cos(Math.PI * k * (i + 0.5) / channels);

    /// <summary>Bits that a cosine coefficient has fewer than a channel, so that none saturates: it is within the root of
    /// the number of channels times the greatest of them.</summary>
    internal static int CosineShift(FrontEndSettings settings) => settings.Kind == FrontEndKind.Mfcc
        ? (int)Math.Max(0, Math.Ceiling(Math.Log2(Math.Sqrt(settings.Channels) * Math.Max(-Least(settings) / 512.0,
            2 * Math.Log2(settings.FftSize)) / 63)))
        : 0;

    /// <summary>What silence is, in steps of a feature.</summary>
    internal static short Least(FrontEndSettings settings)
    {
        if (settings.Kind == FrontEndKind.Pcan)
            return -6 * 512; // the least output but 0
        double roundings = Enumerable.Range(0, settings.WindowSamples)
            .Sum(n => Math.Pow(Hann(n, settings.WindowSamples), 2)) * Math.Pow(2, -30) / 12;
        double power = settings.SilencePower ?? roundings;
        return power == 0 ? short.MinValue : (short)Math.Clamp(Math.Round(512 * Math.Log2(power)), short.MinValue, 0);
    }

    private static int Place(MemoryStream stream, Action write)
    {
        stream.SetLength((stream.Length + 3) / 4 * 4);
        stream.SetLength(Math.Max(stream.Length, HeaderBytes));
        stream.Position = stream.Length;
        int place = (int)stream.Position;
        write();
        stream.SetLength((stream.Length + 3) / 4 * 4);
        return place;
    }

    private static void WriteHeader(BinaryWriter writer, FrontEndSettings settings, int bytes, bool compact)
    {
        writer.Write(Magic);
        writer.Write((ushort)(compact ? CompactVersion : FirstVersion));
        writer.Write((ushort)settings.Kind);
        writer.Write(bytes);
        writer.Write(settings.SampleRate);
        foreach (int size in (int[])[settings.WindowSamples, settings.HopSamples, settings.FftSize, settings.Channels,
            settings.Features, settings.Frames, settings.Normalises ? 1 : 0])
            writer.Write((ushort)size);
        writer.Write((short)settings.ZeroPoint);
        writer.Write(LogOffset(settings));
        writer.Write(Least(settings));
        writer.Write((ushort)Math.Round(settings.Depth * StepsPerNat));
        (uint gain, ushort shift) = Gain(settings);
        writer.Write(gain);
        writer.Write(shift);
        writer.Write((ushort)Math.Max(1, Math.Round(settings.LeastDeviation * StepsPerNat
            * Math.Pow(2, -CosineShift(settings)))));
    }

    /// <summary>Brings the logarithms of the integers to those of powers, for samples of -1..1: undoes the scales of samples
    /// (2^15) and window (2^15 are left), the transform's 1/N, and the 2^-16 that the later stages keep.</summary>
    private static int LogOffset(FrontEndSettings settings) => settings.Kind == FrontEndKind.Pcan
        ? -6 << 16
        : (16 - (2 * (30 - int.Log2(settings.FftSize)))) << 16;

    /// <summary>Steps of the output: 2^8 for each standard deviation, or for each step of a feature a factor of 14 bits and
    /// its shift.</summary>
    private static (uint Gain, ushort Shift) Gain(FrontEndSettings settings)
    {
        if (settings.Normalises)
            return ((uint)Math.Round(256 / settings.Scale), 0);
        double factor = Math.Pow(2, CosineShift(settings)) / (settings.Scale * StepsPerNat);
        int shift = Math.Clamp(13 - Math.ILogB(factor), 1, 22);
        return ((uint)Math.Min(Math.Round(Math.ScaleB(factor, shift)), 1 << 14), (ushort)shift);
    }

    private static void WriteWindow(BinaryWriter writer, FrontEndSettings settings, bool compact)
    {
        for (int n = 0; n < (compact ? (settings.WindowSamples / 2) + 1 : settings.WindowSamples); n++)
            writer.Write((int)Math.Round(int.MaxValue * Hann(n, settings.WindowSamples)));
    }

    /// <summary>For each pass of radix 4 but one of sub-transforms of one sample, the angles 2k, k and 3k; then those of the
    /// first quarter of the circle, which split the real transform and of which the others are mirror images.</summary>
    internal static void WriteTwiddles(BinaryWriter writer, int fftSize, bool compact = false)
    {
        int half = fftSize / 2;
        for (int quarter = int.Log2(half) % 2 == 0 ? 4 : 2; quarter < half && !compact; quarter *= 4)
            for (int k = 0; k < quarter; k++)
                foreach (int factor in (int[])[2, 1, 3])
                    WriteTwiddle(writer, (double)factor * k / (4 * quarter));
        for (int k = 0; k <= half / 2; k++)
            WriteTwiddle(writer, (double)k / fftSize);
    }

    private static void WriteTwiddle(BinaryWriter writer, double turns)
    {
        writer.Write((int)Math.Round(Math.ScaleB(Math.Cos(2 * Math.PI * turns), 30)));
        writer.Write((int)Math.Round(Math.ScaleB(Math.Sin(2 * Math.PI * turns), 30)));
    }

    private static void WriteFilters(BinaryWriter writer, MelFilter[] filters)
    {
        foreach (MelFilter filter in filters)
        {
            writer.Write((ushort)filter.First);
            writer.Write((ushort)filter.Weights.Length);
        }

        foreach (double weight in filters.SelectMany(filter => filter.Weights))
            writer.Write((ushort)Math.Round(32768 * weight));
    }

    private static void WriteCosines(BinaryWriter writer, FrontEndSettings settings)
    {
        for (int k = 0; k < settings.Coefficients; k++)
            for (int i = 0; i < settings.Channels; i++)
                writer.Write((short)Math.Clamp(Math.Round(32768 * Cosine(k, i, settings.Channels)), short.MinValue,
                    short.MaxValue));
    }

    /// <summary>The correction makes the offset of the gain an amplitude of the spectrum of int16 samples.</summary>
    private static void WritePcan(BinaryWriter writer, FrontEndSettings settings)
    {
        PcanSettings pcan = settings.Pcan;
        int correction = int.Log2(settings.FftSize) - 7;
        foreach (double share in (double[])[pcan.EvenSmoothing, pcan.OddSmoothing, pcan.MinimumRemaining])
            writer.Write((ushort)Math.Floor(share * (1 << 14)));
        writer.Write((ushort)(PcanGains.GainBits - correction - PcanGains.SnrBits));
        foreach (short gain in PcanGains.Make(pcan, PcanGains.SmoothingBits - correction))
            writer.Write(gain);
        writer.Write((short)0);
    }
}
