using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Reference;

namespace McuAi.Tests.Reference;

/// <summary>Every operator on random shapes and scales: the integers must be the real result, rounded. Bounds are in
/// steps of the output.</summary>
[TestClass]
public class FloatVersusIntegerTests
{
    private const int Rounds = 60;

    /// <summary>Half a step, and at most a quarter because requantization rounds before its shift too.</summary>
    private const double Requantized = 0.751;

    [TestMethod]
    [DataRow(DataType.Int8)]
    [DataRow(DataType.Int4)]
    [DataRow(DataType.Int2)]
    public void Conv2D(DataType weights) => Check(Requantized, test =>
    {
        Random random = test.Random;
        int channels = random.Next(1, 9), outputs = random.Next(1, 9);
        ConvAttributes attributes = Attributes(random);
        (int[] kernel, int[] input, int[] output) = Image(random, attributes);
        return Layer(test, OperatorKind.Conv2D, attributes, [.. input, channels], [outputs, .. kernel, channels], 0,
            [.. output, outputs], weights);
    });

    [TestMethod]
    public void DepthwiseConv2D() => Check(Requantized, test =>
    {
        Random random = test.Random;
        int channels = random.Next(1, 20), multiplier = random.Next(1, 4);
        ConvAttributes attributes = Attributes(random);
        (int[] kernel, int[] input, int[] output) = Image(random, attributes);
        return Layer(test, OperatorKind.DepthwiseConv2D, attributes, [.. input, channels],
            [1, .. kernel, channels * multiplier], 3, [.. output, channels * multiplier]);
    });

    [TestMethod]
    public void TransposeConv() => Check(Requantized, test =>
    {
        Random random = test.Random;
        int channels = random.Next(1, 9), outputs = random.Next(1, 9);
        var attributes = new ConvAttributes(random.Next(1, 4), random.Next(1, 4), 1, 1, new Padding(1, 0, 0, 1));
        (int[] kernel, int[] large, int[] small) = Image(random, attributes);
        return Layer(test, OperatorKind.TransposeConv, attributes, [.. small, channels],
            [outputs, .. kernel, channels], 0, [.. large, outputs]);
    });

    [TestMethod]
    public void FullyConnected() => Check(Requantized, test =>
    {
        int depth = test.Random.Next(1, 70), rows = test.Random.Next(1, 9), vectors = test.Random.Next(1, 4);
        return Layer(test, OperatorKind.FullyConnected, new ActivationAttributes(Activation(test.Random)),
            [vectors, depth], [rows, depth], 0, [vectors, rows]);
    });

    [TestMethod]
    public void BatchMatMul() => Check(Requantized, test =>
    {
        Random random = test.Random;
        int batch = random.Next(1, 4), m = random.Next(1, 6), k = random.Next(1, 20), n = random.Next(1, 6);
        var attributes = new MatMulAttributes(random.Next(2) == 0, random.Next(2) == 0);
        float[] scales = test.Scales(2, 0.01f, 0.1f);
        Tensor a = test.Input(attributes.TransposeA ? [batch, k, m] : [batch, m, k], scales[0], test.ZeroPoint());
        Tensor b = test.Input(attributes.TransposeB ? [1, n, k] : [1, k, n], scales[1], test.ZeroPoint());
        Tensor y = TestGraph.Activation([batch, m, n], scales[0] * scales[1] * 60 * MathF.Sqrt(k), test.ZeroPoint());
        return test.Node(OperatorKind.BatchMatMul, attributes, [a, b], y);
    });

    [TestMethod]
    [DataRow(OperatorKind.Add)]
    [DataRow(OperatorKind.Sub)]
    [DataRow(OperatorKind.Mul)]
    public void TwoInputs(OperatorKind kind) => Check(Requantized, test =>
    {
        int[] shape = [test.Random.Next(1, 3), test.Random.Next(1, 5), test.Random.Next(1, 9)];
        int[] other = [1, test.Random.Next(2) == 0 ? 1 : shape[1], shape[2]];
        float[] scales = test.Scales(3, 0.01f, 0.1f);
        Tensor a = test.Input(shape, scales[0], test.ZeroPoint());
        Tensor b = test.Input(other, scales[1], test.ZeroPoint());
        float scale = kind == OperatorKind.Mul ? scales[0] * scales[1] * 100 : scales[2] + 0.02f;
        return test.Node(kind, new ActivationAttributes(Activation(test.Random)), [a, b],
            TestGraph.Activation(shape, scale, test.ZeroPoint()));
    });

    [TestMethod]
    [DataRow(OperatorKind.AveragePool2D)]
    [DataRow(OperatorKind.MaxPool2D)]
    public void Pooling(OperatorKind kind) => Check(Requantized, test =>
    {
        Random random = test.Random;
        ConvAttributes window;
        int[] kernel, input, output;
        do
        {
            window = Attributes(random) with { DilationH = 1, DilationW = 1 };
            (kernel, input, output) = Image(random, window);
        }
        while (window.Padding.Top >= kernel[0] || window.Padding.Left >= kernel[1]);

        var attributes = new PoolAttributes(kernel[0], kernel[1], window.StrideH, window.StrideW, window.Padding,
            window.Activation, random.Next(2) == 0);
        float scale = test.Scales(1, 0.02f, 0.1f)[0];
        int channels = random.Next(1, 9), zeroPoint = test.ZeroPoint();
        return test.Node(kind, attributes, [test.Input([.. input, channels], scale, zeroPoint)],
            TestGraph.Activation([.. output, channels], scale, zeroPoint));
    });

    [TestMethod]
    public void Mean() => Check(Requantized, test =>
    {
        int[] shape = [test.Random.Next(1, 4), test.Random.Next(1, 9), test.Random.Next(1, 9), test.Random.Next(1, 5)];
        int[][] choices = [[1, 2], [1], [-1], [0, 2], [1, 2, 3]];
        int[] axes = choices[test.Random.Next(choices.Length)];
        int[] kept = [.. shape.Select((size, axis) => axes.Contains(axis) || axes.Contains(axis - 4) ? 1 : size)];
        return test.Node(OperatorKind.Mean, new ReduceAttributes(axes, true),
            [test.Input(shape, 0.05f, test.ZeroPoint())], TestGraph.Activation(kept, 0.04f, test.ZeroPoint()));
    });

    [TestMethod]
    public void Softmax() => Check(0.52, test =>
    {
        int[] shape = [test.Random.Next(1, 4), test.Random.Next(1, 30)];
        return test.Node(OperatorKind.Softmax, new SoftmaxAttributes(),
            [test.Input(shape, test.Scales(1, 0.002f, 0.3f)[0], test.ZeroPoint())],
            TestGraph.Activation(shape, 1f / 256, -128));
    });

    /// <summary>The hard swish has six roundings of 16 bits.</summary>
    [TestMethod]
    [DataRow(OperatorKind.Logistic, Requantized)]
    [DataRow(OperatorKind.Tanh, Requantized)]
    [DataRow(OperatorKind.HardSwish, 1.2)]
    [DataRow(OperatorKind.LeakyRelu, Requantized)]
    [DataRow(OperatorKind.Relu, Requantized)]
    [DataRow(OperatorKind.Relu6, Requantized)]
    [DataRow(OperatorKind.ReluN1To1, Requantized)]
    [DataRow(OperatorKind.Quantize, Requantized)]
    public void OneInput(OperatorKind kind, double steps) => Check(steps, test =>
    {
        float scale = test.Scales(1, 0.005f, 0.1f)[0];
        Tensor output = kind switch
        {
            OperatorKind.Logistic => TestGraph.Activation([256], 1f / 256, -128),
            OperatorKind.Tanh => TestGraph.Activation([256], 1f / 128, 0),
            _ => TestGraph.Activation([256], scale * 0.9f, test.ZeroPoint()),
        };
        OperatorAttributes attributes = kind == OperatorKind.LeakyRelu
            ? new LeakyReluAttributes(0.2f)
            : OperatorAttributes.None;
        return test.Node(kind, attributes, [test.Input([256], scale, test.ZeroPoint())], output);
    });

    [TestMethod]
    public void RequantizationBetweenTypes() => Check(Requantized, test =>
    {
        DataType[] types = [DataType.Int8, DataType.UInt8, DataType.Int16, DataType.Int32];
        DataType from = types[test.Random.Next(3)], to = types[test.Random.Next(4)];
        float scale = from == DataType.Int16 ? 0.0003f : 0.05f;
        return test.Node(OperatorKind.Quantize, OperatorAttributes.None,
            [test.Input([50], scale, from == DataType.UInt8 ? 100 : 3, from)],
            TestGraph.Activation([50], to == DataType.Int16 ? 0.0004f : 0.06f, 7, to));
    });

    [TestMethod]
    public void MovingElementsIsExact()
    {
        Move(OperatorKind.Concat, new ConcatAttributes(1), [[2, 3, 4], [2, 1, 4]], [[2, 4, 4]]);
        Move(OperatorKind.Split, new SplitAttributes(-1), [[2, 3, 4]], [[2, 3, 1], [2, 3, 3]]);
        Move(OperatorKind.Slice, new SliceAttributes([0, 2, 3], [1, -1, 2]), [[2, 3, 9]], [[2, 2, 3]]);
        Move(OperatorKind.Pad, new PadAttributes([1, 0, 2], [0, 1, 1], 0), [[2, 3, 4]], [[3, 4, 7]]);
        Move(OperatorKind.Transpose, new TransposeAttributes([2, 0, 1]), [[2, 3, 4]], [[4, 2, 3]]);
        Move(OperatorKind.Reshape, OperatorAttributes.None, [[2, 3, 4]], [[6, 4]]);
        Move(OperatorKind.ResizeNearest, new ResizeAttributes(false, true), [[1, 3, 4, 2]], [[1, 7, 9, 2]]);
        Move(OperatorKind.ResizeNearest, new ResizeAttributes(true, false), [[1, 3, 4, 2]], [[1, 6, 9, 2]]);
        Move(OperatorKind.Minimum, new ActivationAttributes(), [[2, 3, 4], [4]], [[2, 3, 4]]);
        Move(OperatorKind.Maximum, new ActivationAttributes(), [[2, 3, 4], [1]], [[2, 3, 4]]);
    }

    private static void Move(OperatorKind kind, OperatorAttributes attributes, int[][] inputs, int[][] outputs) =>
        Check(0.001, test => test.Node(kind, attributes, inputs.Select(shape => test.Input(shape, 0.1f, 5)).ToArray(),
            [.. outputs.Select(shape => TestGraph.Activation(shape, 0.1f, 5))]));

    private static ModelGraph Layer(TestGraph test, OperatorKind kind, OperatorAttributes attributes, int[] input,
        int[] filter, int axis, int[] output, DataType type = DataType.Int8)
    {
        int channels = filter[axis];
        float scale = test.Scales(1, 0.01f, 0.1f)[0];
        float[] scales = test.Scales(test.Random.Next(2) == 0 ? channels : 1, 0.002f, 0.01f);
        float[] biasScales = [.. Enumerable.Range(0, channels).Select(i => scale * scales[scales.Length == 1 ? 0 : i])];
        double depth = (double)filter.Aggregate(1, (product, size) => product * size) / channels;
        double weight = type == DataType.Int8 ? 64 : type == DataType.Int4 ? 4 : 1;
        var outputScale = (float)(scale * scales.Max() * weight * Math.Sqrt(depth));
        return test.Node(kind, attributes,
            [
                test.Input(input, scale, test.ZeroPoint()), test.Weights(filter, scales, axis, type),
                test.Random.Next(4) == 0 ? null : test.Bias(biasScales, 3000),
            ],
            TestGraph.Activation(output, outputScale, test.ZeroPoint()));
    }

    private static ConvAttributes Attributes(Random random) => new(random.Next(1, 4), random.Next(1, 4),
        random.Next(1, 3), random.Next(1, 3), new Padding(random.Next(3), random.Next(3), random.Next(3),
        random.Next(3)), Activation(random));

    private static FusedActivation Activation(Random random) => (FusedActivation)random.Next(4);

    /// <summary>Kernel [h, w], input [n, h, w] and output [n, h, w] of an image that the window fits in.</summary>
    private static (int[] Kernel, int[] Input, int[] Output) Image(Random random, ConvAttributes a)
    {
        int[] kernel = [random.Next(1, 5), random.Next(1, 5)];
        int height = (a.DilationH * (kernel[0] - 1)) + random.Next(1, 8);
        int width = (a.DilationW * (kernel[1] - 1)) + random.Next(1, 8);
        int outHeight = 1 + ((height + a.Padding.Top - (a.DilationH * (kernel[0] - 1)) - 1) / a.StrideH);
        int outWidth = 1 + ((width + a.Padding.Left - (a.DilationW * (kernel[1] - 1)) - 1) / a.StrideW);
        int batch = random.Next(1, 3);
        return (kernel, [batch, height, width], [batch, outHeight, outWidth]);
    }

    private static void Check(double steps, Func<TestGraph, ModelGraph> make)
    {
        for (int seed = 0; seed < Rounds; seed++)
        {
            var test = new TestGraph(seed);
            ModelGraph graph = make(test);
            byte[][] inputs = test.RandomInputs();
            byte[][] integers = new IntegerExecutor(graph).Run(inputs);
            float[][] reals = FloatExecutor.Run(graph, [.. inputs.Zip(graph.Inputs,
                (bytes, tensor) => RealValues.Of(tensor, bytes))]);
            for (int i = 0; i < reals.Length; i++)
                CheckOutput(graph.Outputs[i], integers[i], reals[i], steps, seed);
        }
    }

    private static void CheckOutput(Tensor output, byte[] integers, float[] reals, double steps, int seed)
    {
        float[] rounded = RealValues.Of(output, integers);
        for (int k = 0; k < reals.Length; k++)
        {
            double distance = Math.Abs(rounded[k] - reals[k]) / output.Quantization!.Scale;
            Assert.IsLessThanOrEqualTo(steps, distance, $"seed {seed}, element {k}: {rounded[k]} for {reals[k]}");
        }
    }
}
