using System.Runtime.InteropServices;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Reference;
using McuAi.Tests.Reference;

namespace McuAi.Tests.Core;

/// <summary>What lowering adds to a graph or takes from it.</summary>
[TestClass]
public class LoweringTests
{
    /// <summary>Joining tensors of different scales is joining them behind a requantization.</summary>
    [TestMethod]
    public void ConcatenationRescalesItsInputs()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            var test = new OperatorCase(seed);
            Tensor a = test.Input([2, 3]), b = test.Input([2, 5]), y = test.Output([2, 8]);
            ModelGraph joined = test.Node(OperatorKind.Concat, new ConcatAttributes(1), [a, b], y);

            var explicitly = new ModelGraph("explicit");
            explicitly.Inputs.AddRange([a, b]);
            Tensor[] rescaled = [OperatorCase.Like(y, a.Shape), OperatorCase.Like(y, b.Shape)];
            foreach ((Tensor from, Tensor to) in ((Tensor[])[a, b]).Zip(rescaled))
                explicitly.Nodes.Add(new Node(OperatorKind.Quantize, "rescaling", [from], [to], OperatorAttributes.None));
            explicitly.Nodes.Add(new Node(OperatorKind.Concat, "joining", rescaled, [y], new ConcatAttributes(1)));
            explicitly.Outputs.Add(y);

            byte[][] inputs = test.Graph.RandomInputs();
            using HostCore core = CoreRun.Open(GraphLowering.Lower(joined, CoreRun.Portable));
            CollectionAssert.AreEqual(new IntegerExecutor(explicitly).Run(inputs)[0], core.Run([.. inputs[0], .. inputs[1]]));
        }
    }

    [TestMethod]
    public void FloatEdgesBecomeIntegerPorts()
    {
        var test = new TestGraph(1);
        Tensor real = new("real", DataType.Float32, 1, 16);
        Tensor integers = TestGraph.Activation([1, 16], 0.1f, 3), relu = TestGraph.Activation([1, 16], 0.05f, -128);
        Tensor result = new("result", DataType.Float32, 1, 16);
        var graph = new ModelGraph("edges");
        graph.Inputs.Add(real);
        graph.Nodes.Add(new Node(OperatorKind.Quantize, "in", [real], [integers], OperatorAttributes.None));
        graph.Nodes.Add(new Node(OperatorKind.Relu, "relu", [integers], [relu], OperatorAttributes.None));
        graph.Nodes.Add(new Node(OperatorKind.Dequantize, "out", [relu], [result], OperatorAttributes.None));
        graph.Outputs.Add(result);

        PackModel model = GraphLowering.Lower(graph, CoreRun.Portable);
        Assert.AreEqual("float32", model.Metadata["input.0.type"]);
        Assert.AreEqual("float32", model.Metadata["output.0.type"]);
        Assert.AreEqual(0.05f, model.Outputs[0].Scale);
        byte[] x = new byte[16];
        test.Random.NextBytes(x);
        float[] reals = RealValues.Of(integers, x);
        byte[] expected = new IntegerExecutor(graph).Run([MemoryMarshal.AsBytes<float>(reals).ToArray()])[0];
        using HostCore core = CoreRun.Open(model);
        float[] actual = RealValues.Of(relu, core.Run(x));
        CollectionAssert.AreEqual(MemoryMarshal.Cast<byte, float>(expected).ToArray(), actual);
        Assert.HasCount(3, graph.Nodes);
    }

    [TestMethod]
    public void CastsKeepTheIntegers()
    {
        Tensor x = new("x", DataType.Int8, 4), y = new("y", DataType.Int32, 4);
        var graph = new ModelGraph("cast");
        graph.Inputs.Add(x);
        graph.Nodes.Add(new Node(OperatorKind.Cast, "cast", [x], [y], OperatorAttributes.None));
        graph.Outputs.Add(y);
        using HostCore core = CoreRun.Open(GraphLowering.Lower(graph, CoreRun.Portable));
        int[] values = MemoryMarshal.Cast<byte, int>(core.Run([0x80, 0xFF, 0, 0x7F])).ToArray();
        CollectionAssert.AreEqual((int[])[-128, -1, 0, 127], values);
    }

    /// <summary>In one scale it is a clamp at the quantized bounds.</summary>
    [TestMethod]
    public void ReluN1To1Clamps()
    {
        var test = new TestGraph(2);
        Tensor x = test.Input([256], 0.03f, 10);
        ModelGraph graph = test.Node(OperatorKind.ReluN1To1, OperatorAttributes.None, [x],
            TestGraph.Activation([256], 0.03f, 10));
        using HostCore core = CoreRun.Open(GraphLowering.Lower(graph, CoreRun.Portable));
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        byte[] clamped = [.. all.Select(value => (byte)(sbyte)Math.Clamp((int)(sbyte)value, 10 - 33, 10 + 33))];
        CollectionAssert.AreEqual(clamped, core.Run(all));
    }

    [TestMethod]
    public void UnsupportedOperatorsAreNamed()
    {
        var test = new TestGraph(3);
        Tensor x = test.Input([4], 0.1f, 0);
        ModelGraph graph = test.Node(OperatorKind.Div, new ActivationAttributes(), [x, x],
            TestGraph.Activation([4], 0.1f, 0));
        ModelException error = Assert.ThrowsExactly<ModelException>(() => GraphLowering.Lower(graph, CoreRun.Portable));
        StringAssert.Contains(error.Message, "no operator Div");
        StringAssert.Contains(error.Message, "Transpose");
    }

    /// <summary>Chains of operators, in which the planner lets outputs overlap inputs.</summary>
    [TestMethod]
    public void ChainsOfOperatorsKeepTheirBytes()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            var test = new OperatorCase(seed);
            Tensor x = test.Input([1, test.Size(9), test.Size(9), test.Size()]);
            ModelGraph graph = Step(test, x);
            for (int i = test.Random.Next(2, 9); i > 0; i--)
                graph = Step(test, graph.Outputs[0]);

            CoreRun.Compare(graph, CoreRun.Portable, test.Inferences(2), $"seed {seed}");
        }
    }

    private static ModelGraph Step(OperatorCase test, Tensor x)
    {
        int[] shape = x.Shape;
        switch (test.Random.Next(6))
        {
            case 0:
                return test.Node(OperatorKind.LeakyRelu, new LeakyReluAttributes(0.3f), [x], test.Output(shape));
            case 1:
                Tensor other = test.Random.Next(2) == 0 ? x : test.Constant([shape[3]]);
                return test.Node(OperatorKind.Mul, new ActivationAttributes(), [x, other], test.Output(shape));
            case 2:
                return test.Node(OperatorKind.Add, new ActivationAttributes(), [x, x], test.Output(shape));
            case 3:
                int[] begin = [.. shape.Select(size => size / 3)];
                int[] size = [.. shape.Select((whole, i) => Math.Max(1, (whole - begin[i] + 1) / 2))];
                return test.Node(OperatorKind.Slice, new SliceAttributes(begin, [1, 2, 2, 2]), [x],
                    OperatorCase.Like(x, size));
            case 4:
                return test.Node(OperatorKind.Quantize, OperatorAttributes.None, [x], test.Output(shape));
            default:
                int[] padded = [1, shape[1] + 1, shape[2] + 2, shape[3]];
                return test.Node(OperatorKind.Pad, new PadAttributes([0, 1, 1, 0], [0, 0, 1, 0], 0), [x],
                    OperatorCase.Like(x, padded));
        }
    }
}
