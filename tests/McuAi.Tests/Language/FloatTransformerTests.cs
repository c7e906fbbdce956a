using System.Text;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Reals;

namespace McuAi.Tests.Language;

/// <summary>Against llama2.c.</summary>
[TestClass]
public sealed class FloatTransformerTests
{
    private const int Steps = 256; // what its `run` does without -n

    /// <summary>The text that its authors print for temperature 0.</summary>
    [TestMethod]
    public void GreedyTextIsThatOfLlama2c()
    {
        using var checkpoint = new Llama2cCheckpoint(SharedData.Path("language/stories260k/stories260K.bin"));
        SentencePieceTokenizer tokenizer = Llama2cVocabulary.Read(SharedData.Path("language/stories260k/tok512.bin"));
        var model = new FloatTransformer(checkpoint);
        var text = new List<byte>();
        int token = tokenizer.Begin;
        for (int i = 0; i < Steps; i++)
        {
            float[] logits = model.Next(token);
            int next = Array.IndexOf(logits, logits.Max());
            if (next == tokenizer.Begin)
                break;
            text.AddRange(tokenizer.Decode(next, token).Span);
            token = next;
        }

        Assert.AreEqual(Expected(), Encoding.UTF8.GetString([.. text]).Trim());
    }

    [TestMethod]
    public void SizesAreThoseOfStories260K()
    {
        using var checkpoint = new Llama2cCheckpoint(SharedData.Path("language/stories260k/stories260K.bin"));
        TransformerShape shape = checkpoint.Shape;
        Assert.AreEqual((64, 172, 5, 8, 4, 8, 512, 512, true), (shape.Width, shape.Hidden, shape.Layers, shape.Heads,
            shape.KeyValueHeads, shape.HeadWidth, shape.Vocabulary, shape.Context, shape.IsTied));
        Assert.AreEqual(260_032, shape.Parameters);
    }

    /// <summary>A token's logits depend on those before it, and on nothing that was reset.</summary>
    [TestMethod]
    public void ResetForgetsEverything()
    {
        using var checkpoint = new Llama2cCheckpoint(SharedData.Path("language/stories260k/stories260K.bin"));
        var model = new FloatTransformer(checkpoint);
        float[] first = model.Next(1);
        float[] later = model.Next(1);
        CollectionAssert.AreNotEqual(first, later);
        model.Reset();
        CollectionAssert.AreEqual(first, model.Next(1));
    }

    /// <summary>What stands in the first block after "-t 0.0" of the model's page.</summary>
    private static string Expected()
    {
        string page = File.ReadAllText(SharedData.Path("language/stories260k/stories260K.md"));
        int command = page.IndexOf("-t 0.0\n", StringComparison.Ordinal);
        int start = command + "-t 0.0\n".Length;
        return page[start..page.IndexOf("```", start, StringComparison.Ordinal)].Trim();
    }
}
