using McuAi.ModelConverter.Compression;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Reference;
using McuAi.ModelConverter.Training;

namespace McuAi.Tests.Compression;

[TestClass]
public sealed class ChannelPruningTests
{
    [TestMethod]
    [DataRow("temporal")]
    [DataRow("ds-cnn")]
    public void AGraphWhosePrunedChannelsGiveNothingComputesTheSameWithoutThem(string name)
    {
        ModelGraph graph = Network(name);
        ChannelUnits units = ChannelUnits.Of(graph);
        Assert.HasCount(name == "temporal" ? 3 : 4, units.Layers);
        var random = new Random(7);
        HashSet<int> removed = [.. units.Layers.SelectMany(layer => layer.Units.OrderBy(_ => random.Next())
            .Take(layer.Units.Count / 3))];
        Assert.IsNotEmpty(removed);
        // Batch normalization of a removed channel gives 0 everywhere, so all that is summed of it is 0.
        foreach (Node norm in graph.Nodes.Where(node => node.Kind == OperatorKind.BatchNorm))
            foreach (int parameter in (int[])[1, 2])
                Change(norm.Input(parameter), (value, c) => removed.Contains(units.Of(norm.Output)[c]) ? 0 : value);

        ModelGraph pruned = ChannelPruning.Remove(graph, units, removed);
        GraphValidator.Validate(pruned);
        Assert.IsLessThan(Weights(graph) * 0.75, Weights(pruned));
        for (int i = 0; i < 3; i++)
        {
            float[] input = [.. Enumerable.Range(0, graph.Inputs[0].Elements).Select(_ => (random.NextSingle() * 2) - 1)];
            float[] expected = FloatExecutor.Run(graph, [input])[0], actual = FloatExecutor.Run(pruned, [input])[0];
            for (int c = 0; c < expected.Length; c++)
                Assert.AreEqual(expected[c], actual[c], 1e-5f);
        }
    }

    [TestMethod]
    public void FlatteningIntoADenseLayerRemovesTheColumnsOfEveryPixel()
    {
        var builder = new NetworkBuilder("flat", 1, 1, 2, 3, 1);
        Tensor x = builder.Conv(builder.Input, 4, 1, 1);
        ModelGraph graph = builder.Build(builder.Dense(builder.Reshape(x, 1, 24), 2), softmax: false);
        ChannelUnits units = ChannelUnits.Of(graph);
        ModelGraph pruned = ChannelPruning.Remove(graph, units, new HashSet<int> { units.Of(x)[1] });
        float[] before = graph.Nodes[^1].Input(1).As<float>().ToArray(), after = pruned.Nodes[^1].Input(1).As<float>().ToArray();
        Assert.AreEqual("2x18", string.Join("x", pruned.Nodes[^1].Input(1).Shape));
        CollectionAssert.AreEqual(before.Where((_, i) => i % 4 != 1).ToArray(), after);
    }

    /// <summary>As importers give it: biases, fused activations, channels put side by side and multiplied.</summary>
    [TestMethod]
    public void AnImportedGraphLosesTheChannelsThatItsLastLayerDoesNotRead()
    {
        var random = new Random(6);
        var graph = new ModelGraph("imported");
        var x = new Tensor("x", DataType.Float32, 1, 4, 5, 2);
        graph.Inputs.Add(x);
        Tensor a = Add(OperatorKind.Conv2D, [1, 4, 5, 3], new ConvAttributes(1, 1, 1, 1, default, FusedActivation.Relu), x,
            Constant(3, 1, 1, 2), Constant(3));
        Tensor b = Add(OperatorKind.Conv2D, [1, 4, 5, 4], new ConvAttributes(1, 1, 1, 1, default), x, Constant(4, 1, 1, 2), Constant(4));
        Tensor both = Add(OperatorKind.Concat, [1, 4, 5, 7], new ConcatAttributes(3), a, b);
        Tensor twice = Add(OperatorKind.DepthwiseConv2D, [1, 4, 5, 14], new ConvAttributes(1, 1, 1, 1, default), both,
            Constant(1, 1, 1, 14), Constant(14));
        Tensor mean = Add(OperatorKind.Mean, [1, 14], new ReduceAttributes([1, 2], false), twice);
        graph.Outputs.Add(Add(OperatorKind.FullyConnected, [1, 2], new ActivationAttributes(), mean, Constant(2, 14), Constant(2)));
        ChannelUnits units = ChannelUnits.Of(graph);
        Assert.HasCount(2, units.Layers);
        HashSet<int> removed = [units.Of(a)[1], units.Of(b)[0], units.Of(b)[3]];
        int[] columns = units.Of(mean);
        Assert.AreEqual(6, columns.Count(removed.Contains));
        Change(graph.Nodes[^1].Input(1), (value, i) => removed.Contains(columns[i % 14]) ? 0 : value);

        ModelGraph pruned = ChannelPruning.Remove(graph, units, removed);
        GraphValidator.Validate(pruned);
        Assert.AreEqual("1x1x1x8", string.Join("x", pruned.Nodes[3].Input(1).Shape));
        float[] input = [.. Enumerable.Range(0, 40).Select(_ => random.NextSingle() - 0.5f)];
        float[] expected = FloatExecutor.Run(graph, [input])[0], actual = FloatExecutor.Run(pruned, [input])[0];
        for (int c = 0; c < 2; c++)
            Assert.AreEqual(expected[c], actual[c], 1e-5f);

        Tensor Add(OperatorKind kind, int[] shape, OperatorAttributes attributes, params Tensor[] inputs)
        {
            var y = new Tensor($"y{graph.Nodes.Count}", DataType.Float32, shape);
            graph.Nodes.Add(new Node(kind, $"operator {graph.Nodes.Count}", inputs, [y], attributes));
            return y;
        }

        Tensor Constant(params int[] shape) => Tensor.Constant<float>("c", DataType.Float32, shape,
            [.. Enumerable.Range(0, shape.Aggregate(1, (p, n) => p * n)).Select(_ => random.NextSingle() - 0.5f)]);
    }

    [TestMethod]
    public void OutputsStayWhole()
    {
        ModelGraph graph = Network("temporal");
        ChannelUnits units = ChannelUnits.Of(graph);
        ModelException error = Assert.ThrowsExactly<ModelException>(() =>
            ChannelPruning.Remove(graph, units, new HashSet<int> { units.Of(graph.Outputs[0])[0] }));
        StringAssert.Contains(error.Message, "cannot be removed");
        Assert.ThrowsExactly<ModelException>(() => ChannelPruning.Remove(graph, units, units.Layers[0].Units.ToHashSet()));
    }

    [TestMethod]
    public void TheImportanceByGradientsIsTheChangeOfTheLossToFirstOrder()
    {
        ModelGraph graph = Network("temporal");
        Randomize(graph);
        var network = new Network<float>(graph);
        ChannelUnits units = ChannelUnits.Of(graph);
        Batch batch = Batch(8);
        IReadOnlyDictionary<int, double> importance = ChannelImportance.OfGradients(network, units, [batch]);
        // Independently: every gate of the unit turned up and down a little, by finite differences in float64.
        const double turn = 1e-6;
        var inputs = new Tensor<double>([.. batch.Inputs.Data.ToArray().Select(value => (double)value)], batch.Inputs.Shape);
        double[] targets = [.. batch.Targets.Select(value => (double)value)];
        foreach (int unit in units.Layers.SelectMany(layer => layer.Units.Take(2)))
        {
            double slope = (Loss(1 + turn) - Loss(1 - turn)) / (2 * turn);
            Assert.AreEqual(Math.Abs(slope), Math.Sqrt(importance[unit]), 1e-4 + (0.01 * Math.Abs(slope)), $"unit {unit}");

            double Loss(double factor)
            {
                var turned = new Network<double>(ModelConverter.Quantizing.GraphCopy.Of(graph));
                foreach (Node norm in turned.Graph.Nodes.Where(node => node.Kind == OperatorKind.BatchNorm))
                {
                    int[] channels = units.Of(graph.Nodes[turned.Graph.Nodes.IndexOf(norm)].Output);
                    foreach (int parameter in (int[])[1, 2])
                        for (int c = 0; c < channels.Length; c++)
                            if (channels[c] == unit)
                                turned.Parameter(norm.Input(parameter)).Data[c] *= factor;
                }

                var tape = new Tape<double>();
                return tape.CrossEntropy(turned.Forward(tape, inputs), targets).Data[0];
            }
        }
    }

    [TestMethod]
    public void TheLeastImportantChannelsGo()
    {
        ModelGraph graph = Network("ds-cnn");
        ChannelUnits units = ChannelUnits.Of(graph);
        Change(graph.Nodes.First(node => node.Kind == OperatorKind.BatchNorm).Input(1), (_, c) => c);
        IReadOnlyDictionary<int, double> importance = ChannelImportance.OfScales(graph, units);
        IReadOnlySet<int> removed = ChannelPruning.Choose(units, importance, layer => layer.Units.Count - 2);
        CollectionAssert.AreEquivalent(units.Layers[0].Units.Take(2).ToArray(),
            removed.Intersect(units.Layers[0].Units).ToArray());
    }

    internal static ModelGraph Network(string name) => name == "temporal"
        ? KeywordNetworks.Temporal(13, 8, 3, 5, width: 12, blocks: 2, kernel: 3, stem: 4, second: 6)
        : KeywordNetworks.DsCnn(13, 8, 3, 5, width: 9, blocks: 3);

    internal static Batch Batch(int size)
    {
        var random = new Random(3);
        var targets = new float[size * 3];
        for (int i = 0; i < size; i++)
            targets[(i * 3) + random.Next(3)] = 1;
        return new Batch(new Tensor<float>([.. Enumerable.Range(0, size * 13 * 8).Select(_ => (random.NextSingle() * 2) - 1)],
            size, 13, 8, 1), targets);
    }

    private static void Randomize(ModelGraph graph)
    {
        var random = new Random(4);
        foreach (Node norm in graph.Nodes.Where(node => node.Kind == OperatorKind.BatchNorm))
            foreach (int parameter in (int[])[1, 2])
                Change(norm.Input(parameter), (value, _) => value + random.NextSingle() - 0.5f);
    }

    private static long Weights(ModelGraph graph) => graph.Nodes.SelectMany(node => node.Inputs).OfType<Tensor>()
        .Where(tensor => tensor.IsConstant).Sum(tensor => (long)tensor.Elements);

    private static void Change(Tensor constant, Func<float, int, float> change) => constant.Data =
        Tensor.Constant<float>("", DataType.Float32, constant.Shape, [.. constant.As<float>().ToArray().Select(change)]).Data;
}
