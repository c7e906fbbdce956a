using System.Runtime.InteropServices;
using System.Security.Cryptography;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Training;

/// <summary>A file from which a killed run goes on with the same result: everything that changes during training. Written
/// beside its place and renamed, so that there is a whole one at any time.</summary>
/// <remarks>Magic, step, a digest of the run's settings, arrays with their lengths, points of the curves, a SHA-256 of all
/// before it.</remarks>
public static class Checkpoint
{
    private const uint Magic = 0x314B4354; // TCK1
    private const int HashBytes = 32, LeastBytes = 48;

    /// <summary>Numbers, or bytes, that go through memory at once: files may be larger than an array can be.</summary>
    private const int Part = 1 << 18;

    /// <param name="arrays">Parameters, statistics and the optimizer's state, always in the same order.</param>
    /// <param name="settings">What the run was started with; a checkpoint of another run is refused.</param>
    public static void Write(string path, int step, string settings, IEnumerable<float[]> arrays,
        IReadOnlyList<CurvePoint> curve)
    {
        string unfinished = path + ".unfinished";
        using (FileStream file = File.Create(unfinished))
        {
            using var hash = SHA256.Create();
            using (var hashed = new CryptoStream(file, hash, CryptoStreamMode.Write, leaveOpen: true))
            using (var writer = new BinaryWriter(hashed))
            {
                writer.Write(Magic);
                writer.Write(step);
                writer.Write(settings);
                Write(writer, [.. arrays]);
                Write(writer, curve);
            }

            file.Write(hash.Hash);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Fills <paramref name="arrays"/> and <paramref name="curve"/>; gives the step.</summary>
    /// <exception cref="ModelException">The file is damaged or of another run.</exception>
    public static int Read(string path, string settings, IEnumerable<float[]> arrays, List<CurvePoint> curve)
    {
        using FileStream file = File.OpenRead(path);
        if (!IsWhole(file))
            throw new ModelException($"{path}: the checkpoint is damaged; delete it to start anew.");
        file.Position = 0;
        using var reader = new BinaryReader(file);
        if (reader.ReadUInt32() != Magic)
            throw new ModelException($"{path} is not a checkpoint.");
        int step = reader.ReadInt32();
        List<float[]> all = [.. arrays];
        if (reader.ReadString() != settings || reader.ReadInt32() != all.Count)
            throw new ModelException($"{path} is a checkpoint of a run with other settings; delete it to start anew.");
        foreach (float[] array in all)
        {
            if (reader.ReadInt32() != array.Length)
                throw new ModelException($"{path} is a checkpoint of another network; delete it to start anew.");
            for (int at = 0; at < array.Length; at += Part)
                file.ReadExactly(MemoryMarshal.AsBytes(PartOf(array, at)));
        }

        curve.Clear();
        for (int count = reader.ReadInt32(); count > 0; count--)
            curve.Add(new CurvePoint(reader.ReadInt32(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble()));
        return step;
    }

    private static void Write(BinaryWriter writer, List<float[]> arrays)
    {
        writer.Write(arrays.Count);
        foreach (float[] array in arrays)
        {
            writer.Write(array.Length);
            for (int at = 0; at < array.Length; at += Part)
                writer.Write(MemoryMarshal.AsBytes(PartOf(array, at)));
        }
    }

    private static void Write(BinaryWriter writer, IReadOnlyList<CurvePoint> curve)
    {
        writer.Write(curve.Count);
        foreach (CurvePoint point in curve)
        {
            writer.Write(point.Step);
            writer.Write(point.Loss);
            writer.Write(point.Accuracy);
            writer.Write(point.Validation);
        }
    }

    private static Span<float> PartOf(float[] array, int at) => array.AsSpan(at, Math.Min(Part, array.Length - at));

    /// <summary>Whether a file ends with the hash of what is before it.</summary>
    private static bool IsWhole(FileStream file)
    {
        if (file.Length < LeastBytes)
            return false;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] part = new byte[Part];
        for (long left = file.Length - HashBytes; left > 0;)
        {
            int count = (int)Math.Min(part.Length, left);
            file.ReadExactly(part, 0, count);
            hash.AppendData(part, 0, count);
            left -= count;
        }

        byte[] expected = new byte[HashBytes];
        file.ReadExactly(expected);
        return hash.GetHashAndReset().AsSpan().SequenceEqual(expected);
    }
}
