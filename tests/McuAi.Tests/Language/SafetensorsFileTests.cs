using System.Text;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;

namespace McuAi.Tests.Language;

[TestClass]
public sealed class SafetensorsFileTests
{
    private static readonly float[] Values = [0, 1, -2.5f, 1024, -0.0078125f, 448];

    public required TestContext TestContext { get; init; }

    /// <summary>Numbers that all types hold exactly.</summary>
    [TestMethod]
    [DataRow("F32")]
    [DataRow("F64")]
    [DataRow("F16")]
    [DataRow("BF16")]
    public void NumbersAreThoseThatWereWritten(string type)
    {
        using var file = new SafetensorsFile(Write(SafetensorsBytes.Of([("a", [1], [7]), ("b", [2, 3], Values), ("c", [0], [])], type)));
        CollectionAssert.AreEqual(Values, file.Read(file.Tensors["b"]));
        Assert.IsEmpty(file.Read(file.Tensors["c"]));
        CollectionAssert.AreEqual(new long[] { 2, 3 }, file.Tensors["b"].Shape.ToArray());
    }

    /// <summary>More than is read at a time.</summary>
    [TestMethod]
    public void LongTensorsAreReadWhole()
    {
        float[] values = [.. Enumerable.Range(0, 1_300_000).Select(i => (float)(i % 2000))];
        using var file = new SafetensorsFile(Write(SafetensorsBytes.Of([("a", [3], [1, 2, 3]), ("long", [1300, 1000], values)], "F16")));
        CollectionAssert.AreEqual(values, file.Read(file.Tensors["long"]));
    }

    /// <summary>Sign, exponent and fraction of all bytes of E4M3, in float64.</summary>
    [TestMethod]
    public void EachByteOfE4M3IsItsNumber()
    {
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        using var file = new SafetensorsFile(Write(SafetensorsBytes.OfRaw([("x", "F8_E4M3", [256], bytes)])));
        float[] read = file.Read(file.Tensors["x"]);
        for (int i = 0; i < 256; i++)
        {
            int exponent = i / 8 % 16;
            double size = exponent == 0 ? i % 8 / 8.0 * Math.Pow(2, -6) : (1 + (i % 8 / 8.0)) * Math.Pow(2, exponent - 7);
            Assert.AreEqual(i % 128 == 127 ? double.NaN : i < 128 ? size : -size, read[i], $"{i}");
        }
    }

    /// <summary>Blocks of 2 x 3, the last ones cut off.</summary>
    [TestMethod]
    public void BlocksOfE4M3HaveTheirFactors()
    {
        byte[] ones = [.. Enumerable.Repeat((byte)0x38, 15)];
        byte[] factors = [.. new float[] { 1, 2, 3, 4 }.SelectMany(BitConverter.GetBytes)];
        string folder = Path.Combine(TestContext.TestRunDirectory ?? Path.GetTempPath(), Path.GetRandomFileName());
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "model.safetensors"), SafetensorsBytes.OfRaw([("w", "F8_E4M3", [3, 5], ones),
            ("w_scale_inv", "F32", [2, 2], factors), ("v", "F8_E4M3", [3, 5], ones)]));
        using var model = new SafetensorsModel(folder, null, (2, 3));
        Assert.AreEqual("1 1 1 2 2 1 1 1 2 2 3 3 3 4 4", string.Join(' ', model.Read("w", 3, 5)));
        Assert.Contains("v_scale_inv", Assert.ThrowsExactly<ModelException>(() => model.Read("v", 3, 5)).Message);
        Assert.Contains("[3, 5] and not [5, 3]", Assert.ThrowsExactly<ModelException>(() => model.Read("w", 5, 3)).Message);
    }

    [TestMethod]
    [DataRow("""{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}, "a": {"dtype": "F32", "shape": [1], "data_offsets": [8, 12]}}""", "twice")]
    [DataRow("""{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}, "b": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]}}""", "a and b at the same place")]
    [DataRow("""{"a": {"dtype": "F32", "shape": [3], "data_offsets": [0, 8]}}""", "8 bytes for the tensor a")]
    [DataRow("""{"a": {"dtype": "F32", "shape": [4611686018427387904, 4], "data_offsets": [0, 8]}}""", "8 bytes for the tensor a")]
    [DataRow("""{"a": {"dtype": "F32", "shape": [-2], "data_offsets": [0, 8]}}""", "cannot be")]
    [DataRow("""{"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}""", "ends before the tensor a")]
    [DataRow("""{"a": {"dtype": "F32", "shape": [2], "data_offsets": [-8, 0]}}""", "no place")]
    [DataRow("""{"a": {"dtype": "F32", "shape": [2], "data_offsets": [8]}}""", "no place")]
    [DataRow("""{"a": {"dtype": "F32", "shape": 2, "data_offsets": [0, 8]}}""", "not as it should be")]
    [DataRow("""{"a": {"dtype": "F32", "shape": [2.5], "data_offsets": [0, 8]}}""", "not as it should be")]
    [DataRow("""{"a": {"shape": [2], "data_offsets": [0, 8]}}""", "not as it should be")]
    [DataRow("""{"a": 5}""", "not as it should be")]
    [DataRow("""[]""", "not as it should be")]
    [DataRow("""{"a": """, "not as it should be")]
    public void HeadersThatCannotBeAreRefused(string header, string word) =>
        Refused(SafetensorsBytes.With(header, new byte[12]), word);

    [TestMethod]
    public void FilesThatEndEarlyAreRefused()
    {
        byte[] good = SafetensorsBytes.Of([("a", [2, 3], Values), ("b", [2], [1, 2])]);
        for (int length = 0; length < good.Length; length++)
            Refused(good[..length], "damaged");
        Refused([255, 255, 255, 255, 255, 255, 255, 127], "header has");
        Assert.ThrowsExactly<ModelException>(() => new SafetensorsFile(Path.Combine(Path.GetTempPath(), "is-not-there")).Dispose());
    }

    /// <summary>Whatever is changed, a file is refused or read within its bounds.</summary>
    [TestMethod]
    public void ChangedFilesAreRefusedOrReadWithinTheirBounds()
    {
        byte[] good = SafetensorsBytes.Of([("a", [2, 3], Values), ("b", [2], [1, 2])]);
        var random = new Random(3);
        int refused = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] changed = [.. good];
            for (int n = random.Next(1, 4); n > 0; n--)
                changed[random.Next(changed.Length)] = random.Next(2) == 0 ? (byte)random.Next('0', '9' + 1) : (byte)random.Next(256);
            try
            {
                using var file = new SafetensorsFile(Write(changed));
                foreach (SafetensorsTensor tensor in file.Tensors.Values)
                    Assert.HasCount((int)tensor.Shape.Aggregate(1L, (a, b) => a * b), file.Read(tensor));
            }
            catch (ModelException)
            {
                refused++;
            }
        }

        Assert.IsGreaterThan(1000, refused);
    }

    [TestMethod]
    public void TypesThatAreNoRealNumbersAreRefused()
    {
        using var file = new SafetensorsFile(Write(SafetensorsBytes.OfRaw([("a", "I32", [2], new byte[8])])));
        string message = Assert.ThrowsExactly<ModelException>(() => file.Read(file.Tensors["a"])).Message;
        Assert.Contains("stores a as I32", message);
    }

    private void Refused(byte[] bytes, string word) =>
        Assert.Contains(word, Assert.ThrowsExactly<ModelException>(() => new SafetensorsFile(Write(bytes)).Dispose(),
            Encoding.UTF8.GetString(bytes)).Message);

    private string Write(byte[] bytes)
    {
        string path = Path.Combine(TestContext.TestRunDirectory ?? Path.GetTempPath(), "sample.safetensors");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
