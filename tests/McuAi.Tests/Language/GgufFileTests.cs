using System.Text;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;

namespace McuAi.Tests.Language;

[TestClass]
public sealed class GgufFileTests
{
    private const int Alignment = 64;

    public required TestContext TestContext { get; init; }

    [TestMethod]
    public void MetadataAndTensorsAreRead()
    {
        using var file = new GgufFile(Write(Sample()));
        Assert.AreEqual("test", file.Text("general.name"));
        Assert.AreEqual(Alignment, file.Integer("general.alignment"));
        Assert.AreEqual(-5, file.Integer("minus"));
        Assert.AreEqual(0.25, file.Real("real"));
        Assert.AreEqual(7, file.Integer("absent", 7));
        Assert.AreEqual("a||ß", string.Join("|", file.Texts("texts")));
        Assert.AreEqual("2 3", string.Join(" ", file.Tensors["first"].Shape));
        Assert.AreEqual("0 1 2 3 4 5", string.Join(" ", file.Read("first")));
        Assert.AreEqual("1 -2", string.Join(" ", file.Read("second")));
    }

    [TestMethod]
    public void WhatIsNotThereIsNamed()
    {
        using var file = new GgufFile(Write(Sample()));
        StringAssert.Contains(Assert.ThrowsExactly<ModelException>(() => file.Read("third")).Message, "third");
        StringAssert.Contains(Assert.ThrowsExactly<ModelException>(() => file.Text("nothing")).Message, "nothing");
        StringAssert.Contains(Assert.ThrowsExactly<ModelException>(() => file.Text("real")).Message, "not text");
        StringAssert.Contains(Assert.ThrowsExactly<ModelException>(() => file.Integers("texts")).Message, "whole numbers");
        StringAssert.Contains(Assert.ThrowsExactly<ModelException>(() => GgufVocabulary.Read(file)).Message, "tokenizer.ggml.model");
    }

    /// <summary>Cut off anywhere, it is refused; so is any number in its head that cannot be.</summary>
    [TestMethod]
    public void DamagedFilesAreRefusedOrReadWithinTheirBounds()
    {
        byte[] sample = Sample();
        for (int length = 0; length < sample.Length; length++)
            Assert.ThrowsExactly<ModelException>(() => new GgufFile(Write(sample[..length])).Dispose(), $"{length} bytes");
        var random = new Random(6);
        int refused = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] changed = [.. sample];
            for (int n = random.Next(1, 4); n > 0; n--)
                changed[random.Next(changed.Length)] = random.Next(3) == 0 ? (byte)255 : (byte)random.Next(256);
            try
            {
                using var file = new GgufFile(Write(changed));
                foreach (string name in file.Tensors.Keys)
                    Assert.HasCount((int)file.Tensors[name].Elements, file.Read(name));
            }
            catch (ModelException)
            {
                refused++;
            }
        }

        Assert.IsGreaterThan(500, refused);
    }

    [TestMethod]
    public void AnUnknownWayOfCuttingWordsIsRefused()
    {
        string message = Assert.ThrowsExactly<ModelException>(() => WordPatterns.Of("new-model", "x.gguf")).Message;
        StringAssert.Contains(message, "new-model");
    }

    private static byte[] Sample()
    {
        var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write("GGUF"u8);
        writer.Write(3);
        writer.Write(2L);
        writer.Write(5L);
        Text("general.name");
        writer.Write(8);
        Text("test");
        Text("general.alignment");
        writer.Write(4);
        writer.Write(Alignment);
        Text("minus");
        writer.Write(11);
        writer.Write(-5L);
        Text("real");
        writer.Write(12);
        writer.Write(0.25);
        Text("texts");
        writer.Write(9);
        writer.Write(8);
        writer.Write(3L);
        Text("a");
        Text("");
        Text("ß");
        Tensor("first", [3, 2], 0, 0);
        Tensor("second", [2], 1, Alignment);
        Pad();
        for (int i = 0; i < 6; i++)
            writer.Write((float)i);
        Pad();
        writer.Write((Half)1);
        writer.Write((Half)(-2));
        return bytes.ToArray();

        void Text(string text)
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(text);
            writer.Write((long)utf8.Length);
            writer.Write(utf8);
        }

        void Tensor(string name, long[] shape, int type, long offset)
        {
            Text(name);
            writer.Write(shape.Length);
            foreach (long size in shape)
                writer.Write(size);
            writer.Write(type);
            writer.Write(offset);
        }

        void Pad()
        {
            while (bytes.Length % Alignment != 0)
                writer.Write((byte)0);
        }
    }

    private string Write(byte[] bytes)
    {
        string path = Path.Combine(TestContext.TestRunDirectory ?? Path.GetTempPath(), "sample.gguf");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
