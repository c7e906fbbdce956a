using McuAi.ModelConverter.Graph;
using McuAi.Tests.Import;
using McuAi.Tests.Reference;
using static McuAi.Tests.Reference.TestGraph;

namespace McuAi.Tests.Fuzz;

/// <summary>The smallest graphs that use every operator of the core between them, all in int8.</summary>
internal static class SeedGraphs
{
    /// <summary>Scales of weights, small enough that those of INT2 are still below the output's: other layouts than
    /// rows ask for it.</summary>
    private static readonly float[] Factors = [0.002f, 0.001f, 0.003f, 0.0015f, 0.0025f, 0.002f, 0.001f, 0.003f];

    public static IEnumerable<ModelGraph> All() =>
    [
        Conv(3, 2), Conv(1, 1), Depthwise(3, 2), Depthwise(8, 1), Dense(), Chain(), Strips(), Pool(OperatorKind.AveragePool2D),
        Pool(OperatorKind.MaxPool2D), Softmax(), Binary(OperatorKind.Add), Binary(OperatorKind.Sub),
        Binary(OperatorKind.Mul), Binary(OperatorKind.Minimum), Binary(OperatorKind.Maximum), Reshape(), Concat(),
        Slice(), Pad(), Transpose(), Mean(), Table(), Requantize(), Resize(), MatMul(), TransposeConv(),
        .. TfliteSampleFiles.All().Select(file => file.Import()),
    ];

    private static ConvAttributes Window(int stride, int dilation, int padding) => new(stride, stride, dilation, dilation,
        new Padding(padding, padding, padding, padding), FusedActivation.Relu);

    private static Tensor Filter(TestGraph graph, int axis, params int[] shape) =>
        graph.Weights(shape, Factors[..shape[axis]], axis);

    private static ModelGraph Conv(int kernel, int stride)
    {
        TestGraph graph = new(kernel);
        int size = ((5 + (kernel - 1) - kernel) / stride) + 1;
        Tensor x = graph.Input([1, 5, 5, 3], 0.1f, 3), y = Activation([1, size, size, 5], 0.1f, -2);
        return graph.Node(OperatorKind.Conv2D, Window(stride, 1, kernel / 2),
            [x, Filter(graph, 0, 5, kernel, kernel, 3), graph.Bias(Factors[..5], 100)], y);
    }

    private static ModelGraph Depthwise(int channels, int multiplier)
    {
        TestGraph graph = new(channels);
        int rows = channels * multiplier;
        Tensor x = graph.Input([1, 5, 4, channels], 0.1f, 3), y = Activation([1, 5, 4, rows], 0.1f, -2);
        return graph.Node(OperatorKind.DepthwiseConv2D, Window(1, 1, 1),
            [x, Filter(graph, 3, 1, 3, 3, rows), graph.Bias(Factors[..rows], 100)], y);
    }

    private static ModelGraph Dense()
    {
        TestGraph graph = new(1);
        Tensor x = graph.Input([2, 9], 0.1f, 3), y = Activation([2, 7], 0.1f, -2);
        return graph.Node(OperatorKind.FullyConnected, new ActivationAttributes(),
            [x, Filter(graph, 0, 7, 9), graph.Bias(Factors[..7], 100)], y);
    }

    private static ModelGraph Chain()
    {
        TestGraph graph = new(2);
        Tensor x = graph.Input([1, 6, 6, 2], 0.1f, 3), a = Activation([1, 3, 3, 8], 0.1f, -2);
        Tensor b = Activation([1, 3, 3, 8], 0.1f, 1), c = Activation([1, 3, 3, 4], 0.1f, 1);
        Tensor d = Activation([1, 36], 0.1f, 1), y = Activation([1, 3], 0.1f, 1);
        graph.Node(OperatorKind.Conv2D, Window(2, 1, 1), [x, Filter(graph, 0, 8, 3, 3, 2), null], a);
        graph.Node(OperatorKind.DepthwiseConv2D, Window(1, 2, 2), [a, Filter(graph, 3, 1, 3, 3, 8), null], b);
        graph.Node(OperatorKind.Conv2D, Window(1, 1, 0), [b, Filter(graph, 0, 4, 1, 1, 8), null], c);
        graph.Node(OperatorKind.Reshape, OperatorAttributes.None, [c], d);
        return graph.Node(OperatorKind.FullyConnected, new ActivationAttributes(), [d, Filter(graph, 0, 3, 36), null], y);
    }

    /// <summary>A wide image between two small ones, which asks for strips of rows.</summary>
    private static ModelGraph Strips()
    {
        TestGraph graph = new(5);
        Tensor x = graph.Input([1, 16, 4, 2], 0.1f, 3), a = Activation([1, 16, 4, 8], 0.1f, -2);
        Tensor b = Activation([1, 8, 2, 8], 0.1f, 1), y = Activation([1, 8, 2, 2], 0.1f, 1);
        graph.Node(OperatorKind.Conv2D, Window(1, 1, 0), [x, Filter(graph, 0, 8, 1, 1, 2), null], a);
        graph.Node(OperatorKind.DepthwiseConv2D, Window(2, 1, 1), [a, Filter(graph, 3, 1, 3, 3, 8), null], b);
        return graph.Node(OperatorKind.Conv2D, Window(1, 1, 0), [b, Filter(graph, 0, 2, 1, 1, 8), null], y);
    }

    private static ModelGraph Pool(OperatorKind kind)
    {
        TestGraph graph = new(3);
        Tensor x = graph.Input([2, 5, 4, 3], 0.1f, 3), y = Activation([2, 3, 2, 3], 0.1f, 3);
        return graph.Node(kind, new PoolAttributes(3, 2, 2, 2, new Padding(1, 0, 1, 0),
            CountPadding: kind == OperatorKind.AveragePool2D), [x], y);
    }

    private static ModelGraph Softmax()
    {
        TestGraph graph = new(4);
        return graph.Node(OperatorKind.Softmax, new SoftmaxAttributes(), [graph.Input([2, 7], 0.1f, 3)],
            Activation([2, 7], 1f / 256, -128));
    }

    /// <summary>An activation with one that is broadcast, and the result with a constant.</summary>
    private static ModelGraph Binary(OperatorKind kind)
    {
        TestGraph graph = new(5);
        Tensor a = graph.Input([2, 3, 2, 4], 0.1f, 3), b = graph.Input([1, 3, 1, 4], 0.1f, 3);
        Tensor c = Tensor.Constant<sbyte>("constant", DataType.Int8, [4], [1, -2, 3, -4]);
        c.Quantization = new Quantization(0.1f, 3);
        Tensor sum = Activation([2, 3, 2, 4], 0.1f, 3), y = Activation([2, 3, 2, 4], 0.1f, 3);
        OperatorAttributes attributes = kind is OperatorKind.Minimum or OperatorKind.Maximum
            ? OperatorAttributes.None
            : new ActivationAttributes();
        graph.Node(kind, attributes, [a, b], sum);
        return graph.Node(kind, attributes, [sum, c], y);
    }

    private static ModelGraph Reshape()
    {
        TestGraph graph = new(6);
        ModelGraph model = graph.Node(OperatorKind.Reshape, OperatorAttributes.None, [graph.Input([3, 4], 1, 0)],
            Activation([2, 6], 1, 0));
        Tensor constant = Tensor.Constant<sbyte>("constant", DataType.Int8, [5], [1, 2, 3, 4, 5]);
        constant.Quantization = new Quantization(1, 0);
        model.Outputs.Add(constant); // lowered to a copy
        return model;
    }

    private static ModelGraph Concat()
    {
        TestGraph graph = new(7);
        return graph.Node(OperatorKind.Concat, new ConcatAttributes(1),
            [graph.Input([2, 3], 0.1f, 3), graph.Input([2, 2], 0.2f, 1)], Activation([2, 5], 0.1f, 3));
    }

    private static ModelGraph Slice()
    {
        TestGraph graph = new(8);
        return graph.Node(OperatorKind.Slice, new SliceAttributes([0, 4, 1], [1, -2, 1]),
            [graph.Input([2, 5, 4], 0.1f, 3)], Activation([2, 2, 3], 0.1f, 3));
    }

    private static ModelGraph Pad()
    {
        TestGraph graph = new(9);
        return graph.Node(OperatorKind.Pad, new PadAttributes([0, 1, 2, 0], [0, 2, 0, 1], 0),
            [graph.Input([1, 2, 3, 2], 0.1f, 3)], Activation([1, 5, 5, 3], 0.1f, 3));
    }

    private static ModelGraph Transpose()
    {
        TestGraph graph = new(10);
        return graph.Node(OperatorKind.Transpose, new TransposeAttributes([0, 3, 1, 2]),
            [graph.Input([2, 3, 4, 2], 0.1f, 3)], Activation([2, 2, 3, 4], 0.1f, 3));
    }

    private static ModelGraph Mean()
    {
        TestGraph graph = new(11);
        return graph.Node(OperatorKind.Mean, new ReduceAttributes([1, 2], true),
            [graph.Input([1, 4, 3, 5], 0.1f, 3)], Activation([1, 1, 1, 5], 0.1f, 3));
    }

    private static ModelGraph Table()
    {
        TestGraph graph = new(12);
        return graph.Node(OperatorKind.Tanh, OperatorAttributes.None, [graph.Input([3, 7], 0.1f, 3)],
            Activation([3, 7], 1f / 128, 0));
    }

    private static ModelGraph Requantize()
    {
        TestGraph graph = new(13);
        Tensor wide = Activation([3, 7], 0.01f, 0, DataType.Int16);
        graph.Node(OperatorKind.Quantize, OperatorAttributes.None, [graph.Input([3, 7], 0.1f, 3)], wide);
        return graph.Node(OperatorKind.Quantize, OperatorAttributes.None, [wide], Activation([3, 7], 0.2f, 5));
    }

    private static ModelGraph Resize()
    {
        TestGraph graph = new(14);
        return graph.Node(OperatorKind.ResizeNearest, new ResizeAttributes(false, false),
            [graph.Input([1, 2, 3, 2], 0.1f, 3)], Activation([1, 5, 6, 2], 0.1f, 3));
    }

    private static ModelGraph MatMul()
    {
        TestGraph graph = new(15);
        return graph.Node(OperatorKind.BatchMatMul, new MatMulAttributes(false, true),
            [graph.Input([2, 3, 4], 0.1f, 3), graph.Input([2, 5, 4], 0.1f, 1)], Activation([2, 3, 5], 0.1f, 3));
    }

    private static ModelGraph TransposeConv()
    {
        TestGraph graph = new(16);
        return graph.Node(OperatorKind.TransposeConv, Window(2, 1, 0),
            [graph.Input([1, 3, 3, 2], 0.1f, 3), Filter(graph, 0, 4, 2, 2, 2), graph.Bias(Factors[..4], 100)],
            Activation([1, 6, 6, 4], 0.1f, -2));
    }
}
