using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Batches;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Language.Reals;

namespace McuAi.Tests.Language.Quantization;

/// <summary>Whole models, against <see cref="FloatTransformer"/>.</summary>
[TestClass]
public sealed class CalibrationTests
{
    public static IEnumerable<string> Kinds => RandomTransformer.Kinds.Keys;

    /// <summary>Many sequences at once foresee what one token at a time does.</summary>
    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void BatchesForeseeWhatTokensDo(string kind)
    {
        var source = new RandomTransformer(RandomTransformer.Kinds[kind]);
        int[][] texts = [[1, 7, 3, 3, 40, 2], [1, 0], [4, 49, 11, 25]];
        double nats = 0;
        foreach (int[] text in texts)
            nats += Logits(source, text).Select((logits, i) => Nats(logits, text[i + 1])).Sum();
        Assert.AreEqual(nats / 9, Perplexity.NatsPerToken(source, texts), 2e-5);
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void LogitsOfInt8AreNearTheRealOnes(string kind)
    {
        var source = new RandomTransformer(RandomTransformer.Kinds[kind]);
        int[][] texts = RandomTexts(40, 24);
        int[] text = [3, 9, 27, 31, 44, 2];
        float[][] real = [.. Logits(source, text)];
        foreach (QuantizedTransformer model in new[]
        {
            QuantizedTransformer.Plain(source, QuantizationPlan.Int8), Calibration.Run(source, QuantizationPlan.Int8, texts),
        })
        {
            double off = Distance(real, [.. Logits(model, text)]);
            double size = Distance(real, [.. real.Select(row => new float[row.Length])]);
            Assert.IsLessThan(0.05 * size, off);
            Assert.IsGreaterThan(0, off);
        }
    }

    /// <summary>On the text that it was calibrated with, a model of 4 bits foresees more like the real one than one that was
    /// not.</summary>
    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void CalibrationKeepsPredictions(string kind)
    {
        var source = new RandomTransformer(RandomTransformer.Kinds[kind]);
        int[][] texts = RandomTexts(60, 24);
        QuantizationPlan plan = QuantizationPlan.Of(new MatrixFormat(4, 16));
        float[][] real = [.. Logits(source, texts[0])];
        double plain = Distance(real, [.. Logits(QuantizedTransformer.Plain(source, plan), texts[0])]);
        Assert.IsLessThan(plain, Distance(real, [.. Logits(Calibration.Run(source, plan, texts), texts[0])]));
    }

    /// <summary>A head's part of keyUp is kept as what a query is carried with.</summary>
    [TestMethod]
    public void KeyUpIsKeptTransposed()
    {
        var source = new RandomTransformer(RandomTransformer.Kinds["latent"]);
        QuantizedTransformer model = QuantizedTransformer.Plain(source, QuantizationPlan.Int8);
        QuantizedMatrix kept = ((QuantizedLatentAttention)model.Layers[1].Attention).KeyUp;
        float[] keyUp = ((LatentAttention)source.Layer(1).Attention).KeyUp, carried = kept.Dequantize();
        (int heads, int latent, int plain) = (4, 12, 6);
        Assert.AreEqual((heads * latent, plain), (kept.Rows, kept.Columns));
        for (int head = 0; head < heads; head++)
            for (int i = 0; i < latent; i++)
                for (int j = 0; j < plain; j++)
                    Assert.AreEqual(keyUp[(((head * plain) + j) * latent) + i],
                        carried[(((head * latent) + i) * plain) + j], 0.01f);
    }

    [TestMethod]
    public void RoutersAreInt8AndExpertsAlike()
    {
        var source = new RandomTransformer(RandomTransformer.Kinds["experts"]);
        QuantizationPlan plan = BitBudget.Choose(source, 4, 8.5, RandomTexts(8, 24));
        QuantizedTransformer model = QuantizedTransformer.Plain(source, plan);
        Assert.AreEqual(MatrixFormat.Int8, ((QuantizedExperts)model.Layers[1].FeedForward).Router.Format);
        Assert.AreEqual(1, model.Layers[1].Matrices.Where(each => each.Slot.Expert >= 0).Select(each => each.Matrix.Format)
            .Distinct().Count());
        (long bytes, double weights) = (0, 0);
        foreach (((int Layer, MatrixSlot Slot) key, QuantizedMatrix matrix) in model.Matrices)
            if (key.Slot.Role != MatrixRole.Router)
                (bytes, weights) = (bytes + MatrixBlob.Write(matrix).Length, weights + ((double)matrix.Rows * matrix.Columns));
        Assert.IsLessThanOrEqualTo(8.5, 8 * bytes / weights);
        Assert.IsGreaterThan(8.3, 8 * bytes / weights);
    }

    private static IEnumerable<float[]> Logits(ITransformerSource source, int[] text)
    {
        var model = new FloatTransformer(source);
        return text[..^1].Select(model.Next);
    }

    private static double Nats(float[] logits, int target) =>
        Math.Log(logits.Sum(logit => Math.Exp(logit - logits[target])));

    private static double Distance(float[][] a, float[][] b) =>
        Math.Sqrt(a.Zip(b, (x, y) => x.Zip(y, (p, q) => Math.Pow(p - q, 2)).Sum()).Sum());

    private static int[][] RandomTexts(int count, int length)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, length).Select(_ => random.Next(50)).ToArray())];
    }
}
