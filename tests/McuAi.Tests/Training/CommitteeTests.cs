using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Quantizing;
using McuAi.ModelConverter.Training;

namespace McuAi.Tests.Training;

/// <summary>Networks that decide together, against the mean of what each says alone.</summary>
[TestClass]
public sealed class CommitteeTests
{
    private const int Frames = 13, Features = 8, Classes = 3, Batch = 5;

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void LogitsAreTheMeanOfTheMembers(int count)
    {
        Network<float>[] members = [.. Enumerable.Range(1, count).Select(Member)];
        Tensor<float> inputs = Inputs();
        float[][] each = [.. members.Select(member => Logits(member, inputs))];
        ModelGraph graph = Committee.Of(members);
        float[] together = Logits(new Network<float>(graph), inputs);
        for (int i = 0; i < together.Length; i++)
            Assert.AreEqual(each.Average(logits => (double)logits[i]), together[i], 1e-4 * each.Max(logits => logits.Max(MathF.Abs)));
        Assert.AreEqual(graph.Nodes.Count, graph.Nodes.Select(node => node.Name).Distinct().Count());
        // Nobody's own weights have changed, nor has the graph that they are stored in.
        for (int i = 0; i < count; i++)
        {
            CollectionAssert.AreEqual(each[i], Logits(members[i], inputs));
            CollectionAssert.AreEqual(each[i], Logits(new Network<float>(members[i].Graph), inputs));
        }
    }

    [TestMethod]
    public void MembersThatDoNotFitTogetherAreRefused()
    {
        ModelException other = Assert.ThrowsExactly<ModelException>(() => Committee.Of([Member(1),
            new Network<float>(KeywordNetworks.Temporal(Frames + 2, Features, Classes, 1, width: 12, blocks: 1))]));
        StringAssert.Contains(other.Message, "the other networks");
        ModelException classes = Assert.ThrowsExactly<ModelException>(() => Committee.Of([Member(1),
            new Network<float>(KeywordNetworks.Temporal(Frames, Features, Classes + 1, 1, width: 12, blocks: 1))]));
        StringAssert.Contains(classes.Message, "gives");
        ModelException end = Assert.ThrowsExactly<ModelException>(() => Committee.Of([WithoutSoftmax()]));
        StringAssert.Contains(end.Message, "does not end with");
    }

    /// <summary>As after some training: no bias is zero any more, no factor one, and the graph does not know yet.</summary>
    private static Network<float> Member(int seed)
    {
        var network = new Network<float>(KeywordNetworks.Temporal(Frames, Features, Classes, seed, width: 12, blocks: 2, kernel: 3,
            stem: 4, second: 6));
        var random = new Random(100 + seed);
        foreach (Parameter<float> parameter in network.Parameters)
            foreach (ref float value in parameter.Value.Array.AsSpan())
                value += (float)random.NextDouble() - 0.5f;
        foreach (float[] statistics in network.Statistics)
            foreach (ref float value in statistics.AsSpan())
                value += (float)random.NextDouble();
        return network;
    }

    private static Network<float> WithoutSoftmax()
    {
        var builder = new NetworkBuilder("plain", 1, 1, Frames, Features, 1);
        return new Network<float>(builder.Build(builder.Dense(builder.GlobalAverage(builder.Input), Classes), softmax: false));
    }

    private static Tensor<float> Inputs()
    {
        var random = new Random(7);
        return new Tensor<float>([.. Enumerable.Range(0, Batch * Frames * Features).Select(_ => (float)(2 * random.NextDouble()) - 1)],
            Batch, Frames, Features, 1);
    }

    private static float[] Logits(Network<float> network, Tensor<float> inputs) =>
        network.Forward(new Tape<float> { IsTraining = false }, inputs).Data.ToArray();
}
