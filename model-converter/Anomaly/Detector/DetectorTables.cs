using McuAi.ModelConverter.Audio;

namespace McuAi.ModelConverter.Anomaly;

/// <summary>Makes the detector's tables: the value of a pack's metadata entry <see cref="Key"/> (docs/pack-format.md).
/// </summary>
public static class DetectorTables
{
    public const string Key = "detector";
    internal const int HeaderBytes = 92;
    private const uint Magic = 0x444B5354; // "TSKD"

    /// <summary>Weights have 8 fractional bits.</summary>
    private const double WeightUnit = 256;

    /// <exception cref="Graph.ModelException">A setting is out of its range.</exception>
    public static byte[] Make(DetectorSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        FeatureSettings features = settings.Features;
        features.Check();
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        stream.Position = HeaderBytes;
        bool spectrum = features.Bands.Count > 0;
        int[] places =
        [
            spectrum ? Place(stream, () => WriteWindow(writer, features.Window)) : 0,
            spectrum ? Place(stream, () => FrontEndTables.WriteTwiddles(writer, features.FftSize)) : 0,
            spectrum ? Place(stream, () => WriteBands(writer, features.Bands)) : 0,
            Place(stream, () => WriteNormal(writer, settings)),
            Place(stream, () => WriteWeights(writer, settings.Weights)),
        ];
        int bytes = (int)stream.Length;
        stream.Position = 0;
        WriteHeader(writer, settings, bytes);
        foreach (int place in places)
            writer.Write(place);
        writer.Write(0L);
        return stream.ToArray();
    }

    private static int Place(MemoryStream stream, Action write)
    {
        stream.SetLength(Math.Max((stream.Length + 3) / 4 * 4, HeaderBytes));
        stream.Position = stream.Length;
        int place = (int)stream.Position;
        write();
        stream.SetLength((stream.Length + 3) / 4 * 4);
        return place;
    }

    private static void WriteHeader(BinaryWriter writer, DetectorSettings settings, int bytes)
    {
        FeatureSettings features = settings.Features;
        writer.Write(Magic);
        writer.Write((ushort)1);
        writer.Write((ushort)settings.Target);
        writer.Write(bytes);
        writer.Write((uint)Math.Round(1000 * features.SampleRate));
        foreach (int size in (int[])[features.Channels, features.Window, features.Hop, (int)features.Kinds,
            features.Bands.Count, features.FftSize, features.Count, settings.Frames, settings.Levels, settings.Adaptation,
            settings.WarmUp])
            writer.Write(checked((ushort)size));
        writer.Write((short)0);
        writer.Write((short)settings.OutputZero);
        writer.Write(checked((ushort)settings.Weights.Length));
        writer.Write((uint)Math.Round(65536.0 / settings.Levels));
        writer.Write((uint)Math.Round(65536 * settings.OutputScale));
        writer.Write((uint)Math.Min(settings.Learned, uint.MaxValue));
        writer.Write(settings.Threshold);
        writer.Write(checked((ushort)settings.Persistence));
        writer.Write(checked((ushort)settings.HoldOff));
    }

    private static void WriteWindow(BinaryWriter writer, int samples)
    {
        for (int n = 0; n < samples; n++)
            writer.Write((int)Math.Round(int.MaxValue * FrontEndTables.Hann(n, samples)));
    }

    private static void WriteBands(BinaryWriter writer, IReadOnlyList<Band> bands)
    {
        foreach (Band band in bands)
        {
            writer.Write(checked((ushort)band.First));
            writer.Write(checked((ushort)band.Count));
        }
    }

    private static void WriteNormal(BinaryWriter writer, DetectorSettings settings)
    {
        for (int i = 0; i < settings.Features.Count; i++)
        {
            writer.Write((int)Math.Round(256 * settings.Means[i]));
            writer.Write((uint)Math.Clamp(Math.Round(256 * settings.Deviations[i]), 1, 1 << 24));
        }
    }

    private static void WriteWeights(BinaryWriter writer, double[] weights)
    {
        foreach (double weight in weights)
            writer.Write((ushort)Math.Clamp(Math.Round(WeightUnit * weight), 0, ushort.MaxValue));
    }
}
