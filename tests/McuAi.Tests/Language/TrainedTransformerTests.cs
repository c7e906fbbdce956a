using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Reals;
using McuAi.ModelConverter.Language.Training;
using McuAi.ModelConverter.Training;

namespace McuAi.Tests.Language;

/// <summary>The pass that is trained, against the transformer that takes one token at a time, and its gradients against
/// finite differences.</summary>
[TestClass]
public sealed class TrainedTransformerTests
{
    public static IEnumerable<object[]> Kinds => RandomTransformers.Shapes.Keys.Select(kind => new object[] { kind });

    /// <summary>Over more tokens than a tile of attention has.</summary>
    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void LogitsAreThoseOfOneTokenAfterAnother(string kind)
    {
        TransformerShape shape = RandomTransformers.Shapes[kind];
        var weights = new RandomWeights(shape, 5);
        int[] tokens = Tokens(shape, 45);
        var model = new TrainedTransformer<float>(weights);
        var tape = new Tape<float> { IsTraining = false };
        Tensor<float> logits = new TransformerPass<float>(model, new WeightTensors<float>(model.Weights, false),
            tape).Logits(tokens);
        var reference = new FloatTransformer(weights);
        for (int t = 0; t < tokens.Length; t++)
        {
            float[] expected = reference.Next(tokens[t]);
            float scale = expected.Max(Math.Abs);
            for (int v = 0; v < expected.Length; v++)
                Assert.AreEqual(expected[v], logits.Data[(v * tokens.Length) + t], 2e-4f * scale, $"token {t}, logit {v}");
        }
    }

    [TestMethod]
    public void LogitsAheadAreThoseOfOneTokenAfterAnother()
    {
        TransformerShape shape = RandomTransformers.Shapes["ahead"];
        var weights = new RandomWeights(shape, 5);
        int[] tokens = Tokens(shape, 20);
        var model = new TrainedTransformer<double>(weights);
        var tape = new Tape<double> { IsTraining = false };
        var pass = new TransformerPass<double>(model, new WeightTensors<double>(model.Weights, false), tape);
        Tensor<double> logits = pass.Ahead(pass.Stream(tokens))!;
        var reference = new FloatTransformer(weights);
        for (int t = 0; t < tokens.Length; t++)
        {
            reference.Next(tokens[t]);
            float[] expected = reference.Ahead();
            for (int v = 0; v < expected.Length; v++)
                Assert.AreEqual(expected[v], logits.Data[(v * tokens.Length) + t], 1e-4 * expected.Max(Math.Abs), $"token {t}, logit {v}");
        }
    }

    /// <summary>A source's weights come back as they were.</summary>
    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void IsASourceOfItsOwnWeights(string kind)
    {
        TransformerShape shape = RandomTransformers.Shapes[kind];
        var weights = new RandomWeights(shape, 6);
        int[] tokens = Tokens(shape, 6);
        var expected = new FloatTransformer(weights);
        var actual = new FloatTransformer(new TrainedTransformer<float>(weights));
        foreach (int token in tokens)
            CollectionAssert.AreEqual(expected.Next(token), actual.Next(token));
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void GradientsAreThoseOfFiniteDifferences(string kind)
    {
        const double Step = 1e-6;
        TransformerShape shape = RandomTransformers.Shapes[kind];
        int[] tokens = Tokens(shape, 37);
        var model = new TrainedTransformer<double>(new RandomWeights(shape, 7));
        var weights = new WeightTensors<double>(model.Weights, true);
        var tape = new Tape<double>();
        tape.Backward(Loss());
        var random = new Random(8);
        foreach (TrainedWeights<double> each in model.Weights)
            for (int sample = 0; sample < 6; sample++)
            {
                int i = random.Next(each.Parameter.Value.Count);
                double value = each.Data[i];
                each.Data[i] = value + Step;
                double above = Loss().Data[0];
                each.Data[i] = value - Step;
                double below = Loss().Data[0];
                each.Data[i] = value;
                double expected = (above - below) / (2 * Step);
                Assert.AreEqual(expected, weights[each].Gradient[i], 1e-7 + (1e-5 * Math.Abs(expected)),
                    $"{each.Name}[{i}]");
            }

        Tensor<double> Loss()
        {
            tape.Reset();
            var pass = new TransformerPass<double>(model, weights, tape);
            Tensor<double> stream = pass.Stream(tokens.AsMemory(..^1));
            Tensor<double> loss = tape.TokenLoss(pass.Logits(stream), tokens.AsMemory(1..), 1.0 / tokens.Length);
            return pass.Ahead(stream) is { } ahead
                ? tape.Sum(loss, tape.TokenLoss(ahead, (int[])[.. tokens[2..], -1], 0.5 / tokens.Length))
                : loss;
        }
    }

    private static int[] Tokens(TransformerShape shape, int count)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(shape.Vocabulary))];
    }
}
