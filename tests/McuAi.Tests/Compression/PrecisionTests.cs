using McuAi.ModelConverter.Compression;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Quantizing;
using McuAi.ModelConverter.Training;
using McuAi.Tests.Training;

namespace McuAi.Tests.Compression;

[TestClass]
public sealed class PrecisionTests
{
    private static readonly DataType[] Types = [DataType.Int8, DataType.Int4, DataType.Int2];

    [TestMethod]
    public void TheKnapsackIsAsGoodAsTryingAllChoices()
    {
        var random = new Random(11);
        for (int round = 0; round < 60; round++)
        {
            PrecisionOption[][] layers = [.. Enumerable.Range(0, random.Next(1, 7)).Select(_ => Types.Select(type =>
                new PrecisionOption(type, random.Next(1, 40), random.NextDouble() - 0.1)).ToArray())];
            long budget = random.Next(5, 140);
            double best = Best(layers, 0, budget);
            DataType[]? chosen = MixedPrecision.Choose(layers, budget);
            if (double.IsPositiveInfinity(best))
            {
                Assert.IsNull(chosen);
                continue;
            }

            PrecisionOption[] options = [.. layers.Select((layer, i) => layer.Single(option => option.Type == chosen![i]))];
            Assert.IsLessThanOrEqualTo(budget, options.Sum(option => option.Bytes));
            Assert.AreEqual(best, options.Sum(option => option.Loss), 1e-12);
        }

        static double Best(PrecisionOption[][] layers, int layer, long left) => left < 0
            ? double.PositiveInfinity
            : layer == layers.Length ? 0 : layers[layer].Min(option => option.Loss + Best(layers, layer + 1, left - option.Bytes));
    }

    [TestMethod]
    public void SensitivityIsThatOfOneLayerRoundedByHand()
    {
        ModelGraph graph = ChannelPruningTests.Network("temporal");
        var network = new Network<float>(graph);
        Batch batch = ChannelPruningTests.Batch(20);
        int[] labels = [.. Enumerable.Range(0, 20).Select(i => Array.IndexOf(batch.Targets[(3 * i)..(3 * (i + 1))], 1f))];
        float[][] before = [.. network.Parameters.Select(parameter => parameter.Value.Data.ToArray())];
        IReadOnlyList<LayerSensitivity> all = SensitivityAnalysis.Of(network, batch.Inputs, labels, Types);
        Assert.HasCount(3 * graph.Nodes.Count(LayerWeights.Has), all);
        foreach ((float[] old, Parameter<float> now) in before.Zip(network.Parameters))
            CollectionAssert.AreEqual(old, now.Value.Data.ToArray());

        LayerSensitivity dense = all.Single(entry => entry.Layer.Kind == OperatorKind.FullyConnected && entry.Type == DataType.Int2);
        ModelGraph rounded = GraphCopy.Of(graph);
        Node layer = rounded.Nodes.Single(node => node.Kind == OperatorKind.FullyConnected);
        float[] weights = layer.Input(1).As<float>().ToArray();
        int depth = layer.Input(1).Shape[1];
        for (int row = 0; row < 3; row++)
        {
            double scale = WeightQuantizer.Scale(weights.AsSpan(row * depth, depth), DataType.Int2);
            for (int k = row * depth; k < (row + 1) * depth; k++)
                weights[k] = (float)(scale * WeightQuantizer.Round(weights[k], scale, DataType.Int2));
        }

        layer.Inputs[1] = Tensor.Constant<float>("w", DataType.Float32, layer.Input(1).Shape, weights);
        double expected = SensitivityAnalysis.Judge(new Network<float>(rounded), batch.Inputs, labels).Loss -
            SensitivityAnalysis.Judge(network, batch.Inputs, labels).Loss;
        Assert.AreEqual(expected, dense.LossIncrease, 1e-6);
        Assert.IsLessThan(all.Where(entry => entry.Type == DataType.Int2).Sum(entry => Math.Abs(entry.LossIncrease)),
            all.Where(entry => entry.Type == DataType.Int8).Sum(entry => Math.Abs(entry.LossIncrease)));
    }

    [TestMethod]
    public void TheGradientOfDistillation()
    {
        var random = new Random(8);
        Tensor<double> logits = GradientCheck.Parameter(random, 4, 5);
        double[] teacher = [.. Enumerable.Range(0, 20).Select(_ => (random.NextDouble() * 6) - 3)];
        double[] targets = [.. Enumerable.Range(0, 20).Select(i => i % 5 == i / 5 ? 0.8 : 0.05)];
        GradientCheck.Check(tape => tape.Distill(logits, targets, teacher, 3, 0.6), logits);
    }

    /// <summary>Of two teachers, the targets are the mean of their softmaxes at the temperature.</summary>
    [TestMethod]
    public void SeveralTeachersTeachTheirMean()
    {
        const int Classes = 3;
        Network<float>[] teachers = [.. Enumerable.Range(3, 3).Select(seed => new Network<float>(Dense(seed, Classes)))];
        var random = new Random(2);
        var inputs = new Tensor<float>([.. Enumerable.Range(0, 8).Select(_ => random.NextSingle() - 0.5f)], 2, 1, 1, 4);
        var batch = new Batch(inputs, new float[2 * Classes]);
        double[][] likely = [.. teachers.Select(teacher => Softened(teacher.Forward(new Tape<float>(), inputs).Data.ToArray()))];
        var student = new Tensor<float>([0.3f, -0.2f, 0.9f, 0, 0.5f, -1], 2, 1, 1, Classes);
        double[] own = Softened(student.Data.ToArray());
        double expected = -4 * Enumerable.Range(0, own.Length).Sum(i => likely.Average(p => p[i]) * Math.Log(own[i])) / 2;
        Assert.AreEqual(expected, new Distillation(teachers, temperature: 2, share: 1)
            .Loss(new Tape<float>(), student, batch).Data[0], 1e-5);

        static double[] Softened(float[] logits) => [.. logits.Chunk(Classes).SelectMany(row =>
            row.Select(x => Math.Exp(x / 2.0) / row.Sum(y => Math.Exp(y / 2.0))))];
    }

    private static ModelGraph Dense(int seed, int classes)
    {
        var builder = new NetworkBuilder("dense", seed, 1, 1, 1, 4);
        return builder.Build(builder.Dense(builder.Input, classes), softmax: true);
    }

    [TestMethod]
    public void DistillationWithoutTheTeacherIsCrossEntropy()
    {
        Tensor<double> logits = GradientCheck.Parameter(new Random(8), 4, 5);
        double[] targets = [.. Enumerable.Range(0, 20).Select(i => i % 5 == i / 5 ? 0.8 : 0.05)];
        var tape = new Tape<double>();
        Assert.AreEqual(tape.CrossEntropy(logits, targets).Data[0],
            tape.Distill(logits, targets, new double[20], 3, 0).Data[0], 1e-12);
        // Softened by T, the teacher's own logits are the least that its share can be: their entropy times T squared.
        double[] p = [.. logits.Data.ToArray().Chunk(5).SelectMany(row => row.Select(x => Math.Exp(x / 3) / row.Sum(y => Math.Exp(y / 3))))];
        Assert.AreEqual(-9 * p.Sum(x => x * Math.Log(x)) / 4,
            tape.Distill(logits, targets, logits.Data.ToArray(), 3, 1).Data[0], 1e-12);
    }
}
