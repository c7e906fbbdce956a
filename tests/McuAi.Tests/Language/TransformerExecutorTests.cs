using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Lowering;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Language.Reals;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Reference.Transformer;

namespace McuAi.Tests.Language;

/// <summary>The integer program of every kind of model against the same weights in real numbers.</summary>
[TestClass]
public sealed class TransformerExecutorTests
{
    public static IEnumerable<object[]> Kinds => RandomTransformer.Shapes.Keys.Select(kind => (object[])[kind]);

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void LogitsAreThoseOfRealNumbers(string kind)
    {
        var source = new RandomTransformer(RandomTransformer.Shapes[kind], 1);
        QuantizedTransformer quantized = QuantizedTransformer.Plain(source, QuantizationPlan.Int8);
        var reals = new FloatTransformer(quantized);
        var random = new Random(3);
        int[] tokens = [.. Enumerable.Range(0, 40).Select(_ => random.Next(source.Shape.Vocabulary))];
        float[][] expected = [.. tokens.Select(reals.Next)];
        PackModel pack = TransformerLowering.Lower(quantized, new LoweringOptions
        {
            Ranges = [.. reals.Greatest.Select(most => new CacheRange(most.Keys.Max(), most.Value))],
        });
        var integers = new TransformerExecutor(pack);
        var errors = new List<double>();
        for (int i = 0; i < tokens.Length; i++)
        {
            double[] logits = [.. integers.Next([tokens[i]], i).Select(logit => logit / 65536.0)];
            double error = logits.Zip(expected[i], (a, b) => (a - b) * (a - b)).Sum();
            errors.Add(Math.Sqrt(error / expected[i].Sum(logit => (double)logit * logit)));
        }

        // Another expert may be chosen where two are almost equal: not the mean.
        double median = errors.Order().ElementAt(errors.Count / 2);
        Assert.IsLessThan(0.03, median);
    }
}
