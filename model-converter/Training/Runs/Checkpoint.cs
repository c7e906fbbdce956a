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

    /// <param name="arrays">Parameters, statistics and the optimizer's state, always in the same order.</param>
    /// <param name="settings">What the run was started with; a checkpoint of another run is refused.</param>
    public static void Write(string path, int step, string settings, IEnumerable<float[]> arrays,
        IReadOnlyList<CurvePoint> curve)
    {
        using var memory = new MemoryStream();
        using (var writer = new BinaryWriter(memory, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Magic);
            writer.Write(step);
            writer.Write(settings);
            List<float[]> all = [.. arrays];
            writer.Write(all.Count);
            foreach (float[] array in all)
            {
                writer.Write(array.Length);
                writer.Write(MemoryMarshal.AsBytes<float>(array));
            }

            writer.Write(curve.Count);
            foreach (CurvePoint point in curve)
            {
                writer.Write(point.Step);
                writer.Write(point.Loss);
                writer.Write(point.Accuracy);
                writer.Write(point.Validation);
            }
        }

        memory.Write(SHA256.HashData(memory.GetBuffer().AsSpan(0, (int)memory.Length)));
        string unfinished = path + ".unfinished";
        File.WriteAllBytes(unfinished, memory.ToArray());
        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Fills <paramref name="arrays"/> and <paramref name="curve"/>; gives the step.</summary>
    /// <exception cref="ModelException">The file is damaged or of another run.</exception>
    public static int Read(string path, string settings, IEnumerable<float[]> arrays, List<CurvePoint> curve)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length < 48 || !SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32)).AsSpan().SequenceEqual(bytes.AsSpan(bytes.Length - 32)))
            throw new ModelException($"{path}: the checkpoint is damaged; delete it to start anew.");
        using var reader = new BinaryReader(new MemoryStream(bytes, 0, bytes.Length - 32));
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
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(array.AsSpan()));
        }

        curve.Clear();
        for (int count = reader.ReadInt32(); count > 0; count--)
            curve.Add(new CurvePoint(reader.ReadInt32(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble()));
        return step;
    }
}
