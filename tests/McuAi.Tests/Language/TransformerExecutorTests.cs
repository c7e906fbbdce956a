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
        QuantizedTransformer quantized = PlainQuantized.Of(source, MatrixFormat.Int8);
        var reals = new FloatTransformer(PlainQuantized.Reals(quantized));
        var random = new Random(3);
        int[] tokens = [.. Enumerable.Range(0, 40).Select(_ => random.Next(source.Shape.Vocabulary))];
        float[][] expected = [.. tokens.Select(reals.Next)];
        PackModel pack = TransformerLowering.Lower(quantized, new LoweringOptions
        {
            Ranges = [.. reals.Greatest.Select(most => new CacheRange(most.Keys.Max(), most.Value))],
        });
        var integers = new TransformerExecutor(pack);
        double error = 0, size = 0;
        for (int i = 0; i < tokens.Length; i++)
        {
            int[] logits = integers.Next([tokens[i]], i);
            for (int k = 0; k < logits.Length; k++)
            {
                error += Math.Pow((logits[k] / 65536.0) - expected[i][k], 2);
                size += Math.Pow(expected[i][k], 2);
            }
        }

        Console.WriteLine($"{kind}: {Math.Sqrt(error / size):F5}");
        Assert.IsLessThan(0.03, Math.Sqrt(error / size));
    }
}
