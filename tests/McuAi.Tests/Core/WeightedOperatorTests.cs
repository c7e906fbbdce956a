using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;

namespace McuAi.Tests.Core;

/// <summary>Operators with weights: every layout, on the host mostly read by the portable kernels for foreign layouts,
/// and every width of weights.</summary>
[TestClass]
public class WeightedOperatorTests
{
    private const int Cases = 30;

    public static IEnumerable<object[]> LayoutsAndTypes =>
        from family in (string[])["portable", "dsp", "mve", "rv32"]
        from type in (DataType[])[DataType.Int8, DataType.Int4, DataType.Int2]
        select new object[] { family, type };

    [TestMethod]
    [DynamicData(nameof(LayoutsAndTypes))]
    public void Convolutions(string family, DataType type) => ForEach(family, test =>
    {
        (int[] x, int[] y, ConvAttributes attributes, int kernelH, int kernelW) = Window(test);
        return Layer(test, OperatorKind.Conv2D, attributes, type, x, [y[3], kernelH, kernelW, x[3]], y, 0);
    });

    [TestMethod]
    [DynamicData(nameof(LayoutsAndTypes))]
    public void DepthwiseConvolutions(string family, DataType type) => ForEach(family, test =>
    {
        (int[] x, int[] y, ConvAttributes attributes, int kernelH, int kernelW) = Window(test);
        y[3] = x[3] * (test.Random.Next(3) == 0 ? test.Random.Next(2, 4) : 1);
        return Layer(test, OperatorKind.DepthwiseConv2D, attributes, type, x, [1, kernelH, kernelW, y[3]], y, 3);
    });

    [TestMethod]
    [DynamicData(nameof(LayoutsAndTypes))]
    public void FullyConnected(string family, DataType type) => ForEach(family, test =>
    {
        int depth = test.Random.Next(8) == 0 ? 257 : test.Size(), rows = test.Size();
        int[] vectors = test.Shape(test.Random.Next(1, 4))[..^1];
        return Layer(test, OperatorKind.FullyConnected, new ActivationAttributes(test.Activation()), type,
            [.. vectors, depth], [rows, depth], [.. vectors, rows], 0);
    });

    [TestMethod]
    [DataRow(DataType.Int8)]
    [DataRow(DataType.Int4)]
    [DataRow(DataType.Int2)]
    public void TransposedConvolutions(DataType type) => ForEach("portable", test =>
    {
        int kernelH = test.Random.Next(1, 5), kernelW = test.Random.Next(1, 5);
        int strideH = test.Random.Next(1, 4), strideW = test.Random.Next(1, 4);
        int dilation = test.Random.Next(4) == 0 ? 2 : 1;
        int[] x = [test.Random.Next(1, 3), test.Size(5), test.Size(5), test.Size()];
        (int h, int top) = Enlarged(test, x[1], kernelH, strideH, dilation);
        (int w, int left) = Enlarged(test, x[2], kernelW, strideW, dilation);
        int outputs = test.Size(9);
        var attributes = new ConvAttributes(strideH, strideW, dilation, dilation, new Padding(top, left, 0, 0),
            test.Activation());
        return Layer(test, OperatorKind.TransposeConv, attributes, type, x, [outputs, kernelH, kernelW, x[3]],
            [x[0], h, w, outputs], 0);
    }, cases: 120);

    /// <summary>A window that fits, padded or not.</summary>
    private static (int[] X, int[] Y, ConvAttributes Attributes, int KernelH, int KernelW) Window(OperatorCase test)
    {
        int[] x = [test.Random.Next(4) == 0 ? 2 : 1, test.Size(17), test.Size(17), test.Size()];
        bool usual = test.Random.Next(3) == 0;
        int kernelH = usual ? 3 : test.Random.Next(1, 6), kernelW = usual ? 3 : test.Random.Next(1, 6);
        int strideH = usual ? 1 : test.Random.Next(1, 4), strideW = usual ? 1 : test.Random.Next(1, 4);
        int dilationH = usual ? 1 : test.Random.Next(1, 3), dilationW = usual ? 1 : test.Random.Next(1, 3);
        (int h, int top) = Output(test, x[1], kernelH, strideH, dilationH);
        (int w, int left) = Output(test, x[2], kernelW, strideW, dilationW);
        var attributes = new ConvAttributes(strideH, strideW, dilationH, dilationW, new Padding(top, left, 0, 0),
            test.Activation());
        return (x, [x[0], h, w, test.Size()], attributes, kernelH, kernelW);
    }

    internal static (int Size, int Before) Output(OperatorCase test, int size, int kernel, int stride, int dilation)
    {
        int valid = size - ((kernel - 1) * dilation) - 1;
        if (valid >= 0 && test.Random.Next(2) == 0)
            return ((valid / stride) + 1, 0);

        int output = (size + stride - 1) / stride;
        return (output, Padding.Same(size, output, kernel, stride, dilation).Before);
    }

    private static (int Size, int Before) Enlarged(OperatorCase test, int size, int kernel, int stride, int dilation)
    {
        int whole = ((size - 1) * stride) + ((kernel - 1) * dilation) + 1;
        int padding = Math.Min(test.Random.Next(3), whole - 1);
        return (whole - padding, padding / 2);
    }

    private static ModelGraph Layer(OperatorCase test, OperatorKind kind, OperatorAttributes attributes, DataType type,
        int[] x, int[] filter, int[] y, int axis) => Layer(test, kind, attributes, type, test.Input(x), filter, y, axis);

    internal static ModelGraph Layer(OperatorCase test, OperatorKind kind, OperatorAttributes attributes, DataType type,
        Tensor input, int[] filter, int[] y, int axis)
    {
        bool perChannel = test.Random.Next(4) != 0;
        int channels = filter[axis];
        float[] scales = test.Graph.Scales(perChannel ? channels : 1, 0.002f, 0.02f);
        Tensor weights = test.Graph.Weights(filter, scales, axis, type);
        int depth = filter.Aggregate(1, (product, size) => product * size) / channels;
        double spread = Math.Sqrt(depth) * (type == DataType.Int8 ? 40 : type == DataType.Int4 ? 4 : 1);
        var output = new Tensor("output", DataType.Int8, y)
        {
            Quantization = new Quantization(
                (float)(input.Quantization!.Scale * 0.02 * spread * test.Scale(0.05, 5)), test.ZeroPoint()),
        };
        Tensor? bias = test.Random.Next(4) == 0
            ? null
            : test.Graph.Bias([.. Enumerable.Repeat(1f, channels)], test.Random.Next(3) == 0 ? 1 << 20 : 1000);
        return test.Node(kind, attributes, [input, weights, bias], output);
    }

    private static void ForEach(string family, Func<OperatorCase, ModelGraph> make, int cases = Cases)
    {
        for (int seed = 0; seed < cases; seed++)
        {
            var test = new OperatorCase(seed);
            ModelGraph graph = make(test);
            CoreRun.Compare(graph, KernelFamilies.Named(family), test.Inferences(2), $"{family}, seed {seed}");
        }
    }
}
