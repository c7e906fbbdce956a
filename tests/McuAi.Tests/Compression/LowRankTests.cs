using McuAi.ModelConverter.Compression;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Reference;
using McuAi.ModelConverter.Training;

namespace McuAi.Tests.Compression;

[TestClass]
public sealed class LowRankTests
{
    [TestMethod]
    public void FullRankComputesTheSame()
    {
        ModelGraph graph = ChannelPruningTests.Network("temporal");
        int applies = graph.Nodes.Count(LowRank.Applies);
        Assert.AreEqual(4, applies); // the projection, two blocks and the dense layer
        ModelGraph factored = LowRank.Factor(graph, _ => int.MaxValue);
        GraphValidator.Validate(factored);
        Assert.HasCount(graph.Nodes.Count + applies, factored.Nodes);
        Batch batch = ChannelPruningTests.Batch(1);
        float[] expected = FloatExecutor.Run(graph, [batch.Inputs.Data.ToArray()])[0];
        float[] actual = FloatExecutor.Run(factored, [batch.Inputs.Data.ToArray()])[0];
        for (int c = 0; c < expected.Length; c++)
            Assert.AreEqual(expected[c], actual[c], 1e-5f);
    }

    [TestMethod]
    public void AMatrixOfRankTwoNeedsTwo()
    {
        var random = new Random(2);
        float[] a = [.. Enumerable.Range(0, 20).Select(_ => random.NextSingle() - 0.5f)];
        float[] b = [.. Enumerable.Range(0, 16).Select(_ => random.NextSingle() - 0.5f)];
        var weights = new float[80];
        for (int i = 0; i < 80; i++)
            weights[i] = (a[i / 8] * b[i % 8]) + (a[10 + (i / 8)] * b[8 + (i % 8)]);
        var x = new Tensor("x", DataType.Float32, 1, 8);
        var y = new Tensor("y", DataType.Float32, 1, 10);
        var graph = new ModelGraph("dense");
        graph.Inputs.Add(x);
        graph.Outputs.Add(y);
        graph.Nodes.Add(new Node(OperatorKind.FullyConnected, "dense",
            [x, Tensor.Constant<float>("w", DataType.Float32, [10, 8], weights)], [y], new ActivationAttributes()));
        Assert.AreEqual(2, LowRank.ThatKeeps(graph.Nodes[0], 0.999999));
        Assert.AreEqual(4, LowRank.GreatestUseful(graph.Nodes[0])); // 4 (10 + 8) = 72 < 80
        float[] input = [.. Enumerable.Range(0, 8).Select(_ => random.NextSingle())];
        float[] expected = FloatExecutor.Run(graph, [input])[0];
        float[] actual = FloatExecutor.Run(LowRank.Factor(graph, _ => 2), [input])[0];
        for (int c = 0; c < expected.Length; c++)
            Assert.AreEqual(expected[c], actual[c], 1e-5f);
    }
}
