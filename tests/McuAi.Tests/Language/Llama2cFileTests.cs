using System.Text;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Reals;

namespace McuAi.Tests.Language;

/// <summary>Checkpoints and tokenizers of llama2.c that are not as they should be.</summary>
[TestClass]
public sealed class Llama2cFileTests
{
    private static readonly int[] Sizes = [4, 6, 2, 2, 1, 3, 5];

    public required TestContext TestContext { get; init; }

    /// <summary>Each tensor comes from its place: the file counts up.</summary>
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void TensorsComeFromTheirPlaces(bool tied)
    {
        int[] sizes = [.. Sizes];
        sizes[5] *= tied ? 1 : -1;
        using var checkpoint = new Llama2cCheckpoint(FileOf(sizes, Floats(tied)));
        LayerWeights second = checkpoint.Layer(1);
        var attention = (GroupedAttention)second.Attention;
        var feedForward = (DenseFeedForward)second.FeedForward;
        int[] begins = [0, 12 + 4, 20 + 16, 52 + 8, 68 + 8, 84 + 16, 116 + 4, 124 + 24, 172 + 24, 220 + 24, 268];
        float[][] tensors = [checkpoint.Embedding(), second.AttentionNorm, attention.Query, attention.Key, attention.Value,
            attention.Output, second.FeedForwardNorm, feedForward.Gate, feedForward.Down, feedForward.Up, checkpoint.FinalNorm()];
        int[] counts = [12, 4, 16, 8, 8, 16, 4, 24, 24, 24, 4];
        for (int i = 0; i < tensors.Length; i++)
            CollectionAssert.AreEqual(Enumerable.Range(begins[i], counts[i]).Select(n => (float)n).ToArray(), tensors[i], $"{i}");
        Assert.AreEqual(tied ? 0 : 268 + 4 + 10, checkpoint.Head()[0]);
    }

    [TestMethod]
    [DataRow(0, 0, "0")]
    [DataRow(0, -4, "-4")]
    [DataRow(0, 5, "evenly")]
    [DataRow(2, 0, "layers")]
    [DataRow(2, int.MaxValue, "layers")]
    [DataRow(3, 0, "heads")]
    [DataRow(3, 4, "rotated")]
    [DataRow(4, 0, "key-value heads")]
    [DataRow(1, 7, "damaged")]
    [DataRow(5, 0, "vocabulary")]
    [DataRow(5, int.MinValue, "vocabulary")]
    [DataRow(5, 4, "damaged")]
    [DataRow(6, 1 << 25, "context")]
    public void HeadersThatCannotBeAreRefused(int field, int value, string word)
    {
        int[] sizes = [.. Sizes];
        sizes[field] = value;
        Refused(() => new Llama2cCheckpoint(FileOf(sizes, Floats(tied: true))), word);
    }

    [TestMethod]
    public void FilesOfOtherSizesAreRefused()
    {
        Refused(() => new Llama2cCheckpoint(FileOf(Sizes, Floats(tied: true) - 1)), "damaged");
        Refused(() => new Llama2cCheckpoint(FileOf(Sizes, Floats(tied: true) + 1)), "damaged");
        Refused(() => new Llama2cCheckpoint(Write([1, 2, 3])), "too few");
        Refused(() => new Llama2cCheckpoint(Path.Combine(Path.GetTempPath(), "is-not-there.bin")), "cannot be read");
    }

    [TestMethod]
    public void TokenizersThatAreDamagedAreRefused()
    {
        byte[] good = Tokenizer(300);
        Assert.AreEqual(300, Llama2cVocabulary.Read(Write(good)).Count);
        Refused(() => Llama2cVocabulary.Read(Write(good[..^1])), "ends within piece 299");
        Refused(() => Llama2cVocabulary.Read(Write([.. good, 0])), "ends within piece 300");
        Refused(() => Llama2cVocabulary.Read(Write(Tokenizer(258))), "258 pieces");
        Refused(() => Llama2cVocabulary.Read(Write([])), "0 pieces");
        byte[] shifted = Tokenizer(300, firstByte: 4);
        Refused(() => Llama2cVocabulary.Read(Write(shifted)), "piece 3 is");
    }

    [TestMethod]
    public void TokensAndContextsBeyondTheModelAreRefused()
    {
        using var checkpoint = new Llama2cCheckpoint(FileOf(Sizes, Floats(tied: true)));
        var model = new FloatTransformer(checkpoint);
        Refused(() => model.Next(3), "Token 3");
        Refused(() => model.Next(-1), "Token -1");
        for (int i = 0; i < 5; i++)
            model.Next(0);
        Refused(() => model.Next(0), "context of 5");
    }

    private static int Floats(bool tied) => 12 + (2 * (4 + 16 + 8 + 8 + 16 + 4 + 24 + 24 + 24)) + 4 + 10 + (tied ? 0 : 12);

    private static byte[] Tokenizer(int pieces, int firstByte = 3)
    {
        var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write(8);
        for (int token = 0; token < pieces; token++)
        {
            byte[] text = Encoding.ASCII.GetBytes(token >= 3 && token < 259 ? $"<0x{(token - firstByte) & 255:X2}>" : $"t{token}");
            writer.Write((float)-token);
            writer.Write(text.Length);
            writer.Write(text);
        }

        return file.ToArray();
    }

    private string FileOf(int[] sizes, int floats)
    {
        var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        foreach (int size in sizes)
            writer.Write(size);
        for (int i = 0; i < floats; i++)
            writer.Write((float)i);
        return Write(file.ToArray());
    }

    private string Write(byte[] bytes)
    {
        string path = Path.Combine(TestContext.TestRunDirectory ?? Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static void Refused(Func<object> action, string word)
    {
        ModelException error = Assert.ThrowsExactly<ModelException>(() => action());
        Assert.Contains(word, error.Message);
    }
}
