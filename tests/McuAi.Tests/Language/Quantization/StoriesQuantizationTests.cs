using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Batches;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Language.Reals;

namespace McuAi.Tests.Language.Quantization;

/// <summary>A trained model with text of its own.</summary>
[TestClass]
public sealed class StoriesQuantizationTests
{
    /// <summary>GPTQ without any of the corrections gives 8 %, plain rounding 12 % (measured apart, in PyTorch).</summary>
    [TestMethod]
    public void FourBitsLoseLittle()
    {
        using Llama2cCheckpoint source = Open();
        int[][] texts = TextSampler.Sample(source, 1, 40, 257, 5), held = TextSampler.Sample(source, 1, 24, 257, 6);
        double real = Perplexity.NatsPerToken(source, held);
        Assert.AreEqual(1.33, real, 0.1);
        Assert.IsLessThan(0.002, Increase(QuantizedTransformer.Plain(source, QuantizationPlan.Int8)));
        texts = [.. texts.Select(text => text[..256])];
        Assert.IsLessThan(0.07, Increase(Calibration.Run(source, QuantizationPlan.Int4, texts)));

        double Increase(ITransformerSource model) => Math.Exp(Perplexity.NatsPerToken(model, held) - real) - 1;
    }

    /// <summary>First tokens come as often as their probabilities say.</summary>
    [TestMethod]
    public void TextIsDrawnByItsProbabilities()
    {
        const int Count = 2000;
        using Llama2cCheckpoint source = Open();
        int[][] texts = TextSampler.Sample(source, 1, Count, 2, 9);
        float[] logits = new FloatTransformer(source).Next(1);
        double sum = logits.Sum(logit => Math.Exp(logit - logits.Max()));
        for (int token = 0; token < logits.Length; token++)
        {
            double expected = Count * Math.Exp(logits[token] - logits.Max()) / sum;
            int drawn = texts.Count(text => text[1] == token);
            Assert.AreEqual(expected, drawn, (5 * Math.Sqrt(expected)) + 4, $"token {token}");
        }

        CollectionAssert.AreEqual(texts[7], TextSampler.Sample(source, 1, 8, 2, 9)[7]);
        Assert.IsTrue(texts.All(text => text[0] == 1));
    }

    private static Llama2cCheckpoint Open() => new(SharedData.Path("language/stories260k/stories260K.bin"));
}
