using System.Runtime.InteropServices;
using System.Security.Cryptography;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Training;

namespace McuAi.Tests.Language;

[TestClass]
public sealed class CheckpointTests
{
    private const int Numbers = 3_000_001;

    public required TestContext TestContext { get; init; }

    /// <summary>As the format is described, and never whole in memory: a file of gigabytes has to go through.</summary>
    [TestMethod]
    public void FilesGoThroughInParts()
    {
        string path = Path.Combine(TestContext.TestRunDirectory!, Guid.NewGuid().ToString("N"));
        float[] small = [1, 2, 3], large = [.. Enumerable.Range(0, Numbers).Select(i => i / 7f)];
        CurvePoint[] curve = [new(5, 0.5, double.NaN, 0.25)];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Checkpoint.Write(path, 5, "settings", [small, large], curve);
        Assert.IsLessThan(4 * Numbers / 2, GC.GetAllocatedBytesForCurrentThread() - before);
        byte[] expected = Bytes(5, "settings", [small, large], curve);
        Assert.IsTrue(expected.AsSpan().SequenceEqual(File.ReadAllBytes(path)));

        (float[] few, float[] many, List<CurvePoint> points) = (new float[3], new float[Numbers], []);
        before = GC.GetAllocatedBytesForCurrentThread();
        Assert.AreEqual(5, Checkpoint.Read(path, "settings", [few, many], points));
        Assert.IsLessThan(4 * Numbers / 2, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.IsTrue(large.AsSpan().SequenceEqual(many));
        CollectionAssert.AreEqual(small, few);
        CollectionAssert.AreEqual(curve, points);
        Refused(path, "other", [few, many], "other settings");
        Refused(path, "settings", [few, few], "another network");
        foreach (int at in (int[])[9, expected.Length / 2, expected.Length - 1])
        {
            byte[] damaged = [.. expected];
            damaged[at] ^= 1;
            File.WriteAllBytes(path, damaged);
            Refused(path, "settings", [few, many], "damaged");
        }
    }

    private static void Refused(string path, string settings, float[][] arrays, string word) => Assert.Contains(word,
        Assert.ThrowsExactly<ModelException>(() => Checkpoint.Read(path, settings, arrays, [])).Message);

    private static byte[] Bytes(int step, string settings, float[][] arrays, CurvePoint[] curve)
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        writer.Write("TCK1"u8);
        writer.Write(step);
        writer.Write(settings);
        writer.Write(arrays.Length);
        foreach (float[] array in arrays)
        {
            writer.Write(array.Length);
            writer.Write(MemoryMarshal.AsBytes<float>(array));
        }

        writer.Write(curve.Length);
        foreach (CurvePoint point in curve)
        {
            writer.Write(point.Step);
            writer.Write(point.Loss);
            writer.Write(point.Accuracy);
            writer.Write(point.Validation);
        }

        return [.. memory.ToArray(), .. SHA256.HashData(memory.ToArray())];
    }
}
