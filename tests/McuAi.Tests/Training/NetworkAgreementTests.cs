using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Reference;
using McuAi.ModelConverter.Training;

namespace McuAi.Tests.Training;

/// <summary>What is trained computes what the graph means: a network's outputs are those of the reference, which runs the
/// graph that is converted; and its gradients are right, through every operator that can be trained.</summary>
[TestClass]
public sealed class NetworkAgreementTests
{
    private const int Batch = 3, Cases = 12;

    private static readonly Dictionary<OperatorKind, Func<RandomFloatGraph, Tensor>> Builders = new()
    {
        [OperatorKind.Conv2D] = g => g.Windowed(OperatorKind.Conv2D, Image(g), g.Random.Next(1, 40)),
        [OperatorKind.DepthwiseConv2D] = g => Depthwise(g, Image(g)),
        [OperatorKind.TransposeConv] = Transposed,
        [OperatorKind.AveragePool2D] = g => Pool(g, OperatorKind.AveragePool2D),
        [OperatorKind.MaxPool2D] = g => Pool(g, OperatorKind.MaxPool2D),
        [OperatorKind.FullyConnected] = Dense,
        [OperatorKind.BatchNorm] = g => Normalized(g, Image(g)),
        [OperatorKind.BatchMatMul] = Product,
        [OperatorKind.Softmax] = g => g.Like(OperatorKind.Relu, g.Like(OperatorKind.Softmax, Image(g), new SoftmaxAttributes(0.7f))),
        [OperatorKind.Mean] = Mean,
        [OperatorKind.Concat] = Concat,
        [OperatorKind.Split] = Split,
        [OperatorKind.Slice] = Slice,
        [OperatorKind.Pad] = Pad,
        [OperatorKind.ResizeNearest] = Resize,
        [OperatorKind.Transpose] = Transpose,
        [OperatorKind.Reshape] = g => Reshaped(g, Image(g)),
    };

    public static IEnumerable<object[]> Operators => Builders.Keys.Select(kind => new object[] { kind });

    [TestMethod]
    [DynamicData(nameof(Operators))]
    public void OneOperator(OperatorKind kind)
    {
        for (int seed = 0; seed < Cases; seed++)
            Compare(seed, Builders[kind], $"{kind}, seed {seed}");
    }

    [TestMethod]
    [DataRow(OperatorKind.Add)]
    [DataRow(OperatorKind.Sub)]
    [DataRow(OperatorKind.Mul)]
    [DataRow(OperatorKind.Div)]
    [DataRow(OperatorKind.Minimum)]
    [DataRow(OperatorKind.Maximum)]
    public void TwoInputs(OperatorKind kind)
    {
        for (int seed = 0; seed < 2 * Cases; seed++)
            Compare(seed, g =>
            {
                Tensor x = g.Like(OperatorKind.Tanh, Image(g));
                int[] shape = [.. x.Shape.Select(size => g.Random.Next(2) == 0 ? 1 : size)];
                if (g.Random.Next(3) == 0)
                    shape = [x.Shape[3]];
                Tensor other = g.Random.Next(2) == 0
                    ? g.Constant(kind == OperatorKind.Div ? 1 : -1, shape[g.Random.Next(shape.Length)..])
                    : Derived(g, x, kind == OperatorKind.Div);
                bool swapped = kind != OperatorKind.Div && g.Random.Next(3) == 0;
                return g.Pair(kind, x.Shape, swapped ? other : x, swapped ? x : other, (FusedActivation)g.Random.Next(4));
            }, $"{kind}, seed {seed}");
    }

    [TestMethod]
    [DataRow(OperatorKind.Relu)]
    [DataRow(OperatorKind.Relu6)]
    [DataRow(OperatorKind.ReluN1To1)]
    [DataRow(OperatorKind.Logistic)]
    [DataRow(OperatorKind.Tanh)]
    [DataRow(OperatorKind.HardSwish)]
    [DataRow(OperatorKind.LeakyRelu)]
    public void OneInput(OperatorKind kind) => Compare(1, g =>
    {
        Tensor x = Image(g);
        Tensor scaled = g.Pair(OperatorKind.Mul, x.Shape, x, g.Constant(7f, x.Shape[3]));
        return g.Like(kind, scaled, kind == OperatorKind.LeakyRelu ? new LeakyReluAttributes(0.2f) : null);
    }, kind.ToString());

    [TestMethod]
    public void EveryRealFunction()
    {
        foreach (RealFunction function in Enum.GetValues<RealFunction>())
        {
            bool positive = function is RealFunction.Log or RealFunction.Sqrt or RealFunction.Rsqrt or RealFunction.Reciprocal;
            (float alpha, float beta) = function is RealFunction.Clip ? (-0.5f, 0.4f) : (0.7f, 0.6f);
            foreach (float a in function == RealFunction.Gelu ? [0, 1] : (float[])[alpha])
                Compare(1, g =>
                {
                    Tensor x = Image(g);
                    x = positive ? g.Pair(OperatorKind.Add, x.Shape, x, g.Constant(1.5f, x.Shape[3])) : x;
                    return g.Like(OperatorKind.Function, x, new FunctionAttributes(function, a, beta));
                }, $"{function} {a}");
        }
    }

    [TestMethod]
    [DataRow(false, false)]
    [DataRow(false, true)]
    [DataRow(true, false)]
    [DataRow(true, true)]
    public void RecurrentLayers(bool timeMajor, bool option)
    {
        foreach (OperatorKind kind in (OperatorKind[])[OperatorKind.Gru, OperatorKind.Lstm])
            Compare(2, g =>
            {
                (int gates, int inputs, int hidden, int time) = (kind == OperatorKind.Gru ? 3 : 4, 3, 5, 4);
                Tensor x = g.Input(timeMajor ? [time, 1, inputs] : [1, time, inputs]);
                if (timeMajor)
                {
                    // One input is [1, ...]; ONNX's recurrent layers take the time first.
                    x.Shape = [1, time, inputs];
                    x = g.Add(OperatorKind.Transpose, new TransposeAttributes([1, 0, 2]), [time, 1, inputs], x);
                }

                Tensor?[] given = [x, g.Constant(1, gates * hidden, inputs), g.Constant(1, gates * hidden, hidden),
                    option ? g.Constant(1, 2 * gates * hidden) : null, null, option ? g.Constant(1, 1, hidden) : null];
                given[1]!.Shape = [1, gates * hidden, inputs];
                given[2]!.Shape = [1, gates * hidden, hidden];
                int[] shape = timeMajor ? [time, 1, 1, hidden] : [1, time, 1, hidden];
                Tensor y = g.Add(kind, new RecurrentAttributes(timeMajor, LinearBeforeReset: option), shape, given);
                return g.Add(OperatorKind.Reshape, null, [1, time * hidden], y);
            }, $"{kind}, {timeMajor}, {option}");
    }

    [TestMethod]
    public void ChainsOfOperators()
    {
        Func<RandomFloatGraph, Tensor, Tensor>[] links =
        [
            (g, x) => g.Windowed(OperatorKind.Conv2D, x, g.Random.Next(1, 9)),
            (g, x) => Depthwise(g, x),
            (g, x) => g.Like(OperatorKind.Relu, Normalized(g, x)),
            (g, x) => g.Pair(OperatorKind.Add, x.Shape, x, g.Like(OperatorKind.Logistic, x)),
            (g, x) => g.Pair(OperatorKind.Mul, x.Shape, x, Derived(g, x, positive: false)),
            (g, x) => Reshaped(g, x),
            (g, x) => g.Windowed(OperatorKind.AveragePool2D, x, x.Shape[3]),
        ];
        for (int seed = 0; seed < 60; seed++)
            Compare(seed, g =>
            {
                Tensor x = Image(g);
                for (int count = g.Random.Next(2, 7); count > 0; count--)
                    x = links[g.Random.Next(links.Length)](g, x);
                return x;
            }, $"seed {seed}", gradients: seed < 6);
    }

    [TestMethod]
    public void OperatorsThatCannotBeTrainedAreNamed()
    {
        var g = new RandomFloatGraph(1);
        Tensor x = g.Input(1, 4, 4, 2);
        g.Graph.Outputs.Add(g.Add(OperatorKind.Quantize, null, x.Shape, x));
        var network = new Network<float>(g.Graph);
        ModelException error = Assert.ThrowsExactly<ModelException>(() =>
            network.Forward(new Tape<float>(), new Tensor<float>(new float[64], 2, 4, 4, 2)));
        StringAssert.Contains(error.Message, "Quantize");
    }

    private static void Compare(int seed, Func<RandomFloatGraph, Tensor> build, string name, bool gradients = true)
    {
        var g = new RandomFloatGraph(seed);
        g.Graph.Outputs.Add(build(g));
        float[][] inputs = [.. Enumerable.Range(0, Batch).Select(_ => Enumerable.Range(0, g.Graph.Inputs[0].Elements)
            .Select(_ => (2 * g.Random.NextSingle()) - 1).ToArray())];
        float[] expected = [.. inputs.SelectMany(input => FloatExecutor.Run(g.Graph, [input])[0])];
        var network = new Network<double>(g.Graph);
        var x = new Tensor<double>([.. inputs.SelectMany(input => input).Select(value => (double)value)],
            [Batch, .. g.Graph.Inputs[0].Shape[1..]]) { NeedsGradient = true };
        Tensor<double> y = network.Forward(new Tape<double> { IsTraining = false }, x);
        Assert.AreEqual(expected.Length, y.Count, name);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], y.Data[i], 1e-4 + (1e-4 * Math.Abs(expected[i])), $"{name}, output {i}");
        if (gradients)
            GradientCheck.Check(tape => tape.Scale(network.Forward(tape, x), 1),
                [x, .. network.Parameters.Select(parameter => parameter.Value)]);
    }

    private static Tensor Image(RandomFloatGraph g) => g.Input(1, g.Random.Next(1, 7), g.Random.Next(1, 7), g.Random.Next(1, 11));

    private static Tensor Depthwise(RandomFloatGraph g, Tensor x) =>
        g.Windowed(OperatorKind.DepthwiseConv2D, x, x.Shape[3] * g.Random.Next(1, 3));

    private static Tensor Transposed(RandomFloatGraph g)
    {
        Tensor x = Image(g);
        int[] kernel = [g.Random.Next(1, 4), g.Random.Next(1, 5)], stride = [g.Random.Next(1, 4), g.Random.Next(1, 4)];
        var padding = new Padding(g.Random.Next(kernel[0]), g.Random.Next(kernel[1]), 0, 0);
        int[] size = [.. Enumerable.Range(0, 2).Select(i => Math.Max(1, ((x.Shape[i + 1] - 1) * stride[i]) + g.Random.Next(1, 5)))];
        return g.Add(OperatorKind.TransposeConv, new ConvAttributes(stride[0], stride[1], 1, g.Random.Next(1, 3), padding),
            [1, size[0], size[1], 3], x, g.Constant(3, kernel[0], kernel[1], x.Shape[3]), g.Constant(3));
    }

    private static Tensor Pool(RandomFloatGraph g, OperatorKind kind)
    {
        Tensor x = Image(g);
        return g.Random.Next(4) == 0
            ? g.Add(kind, new PoolAttributes(0, 0, 1, 1, default), [1, 1, 1, x.Shape[3]], x)
            : g.Windowed(kind, x, x.Shape[3]);
    }

    private static Tensor Dense(RandomFloatGraph g)
    {
        Tensor x = Image(g);
        return g.Add(OperatorKind.FullyConnected, new ActivationAttributes((FusedActivation)g.Random.Next(4)),
            [.. x.Shape[..3], 5], x, g.Constant(5, x.Shape[3]), g.Random.Next(2) == 0 ? null : g.Constant(5));
    }

    private static Tensor Normalized(RandomFloatGraph g, Tensor x)
    {
        int c = x.Shape[3];
        return g.Add(OperatorKind.BatchNorm, new BatchNormAttributes(1e-3f), x.Shape, x, g.Constant(c), g.Constant(c),
            g.Constant(c), g.Constant(0.2f, c));
    }

    private static Tensor Product(RandomFloatGraph g)
    {
        (bool ta, bool tb) = (g.Random.Next(2) == 0, g.Random.Next(2) == 0);
        Tensor x = g.Input(1, 2, 3, 4);
        bool constant = g.Random.Next(2) == 0;
        int k = ta ? 3 : 4, m = ta ? 4 : 3, n = constant ? 5 : m;
        int[] matrix = tb ? [n, k] : [k, n];
        Tensor other = constant ? g.Constant(g.Random.Next(2) == 0 ? matrix : [1, 2, .. matrix])
            : matrix.SequenceEqual([3, 4]) ? g.Like(OperatorKind.Tanh, x)
            : g.Add(OperatorKind.Transpose, new TransposeAttributes([0, 1, 3, 2]), [1, 2, 4, 3], x);
        return g.Add(OperatorKind.BatchMatMul, new MatMulAttributes(ta, tb), [1, 2, m, n], x, other);
    }

    private static Tensor Mean(RandomFloatGraph g)
    {
        Tensor x = Image(g);
        int[] axes = [.. Enumerable.Range(1, 3).Where(_ => g.Random.Next(2) == 0).DefaultIfEmpty(-1)];
        int[] shape = [.. x.Shape.Select((size, axis) => axes.Contains(axis) || axes.Contains(axis - 4) ? 1 : size)];
        return g.Add(OperatorKind.Mean, new ReduceAttributes(axes, true), shape, x);
    }

    private static Tensor Concat(RandomFloatGraph g)
    {
        Tensor x = Image(g), other = g.Like(OperatorKind.Tanh, x), constant = g.Constant(x.Shape);
        int axis = g.Random.Next(-4, 4);
        int[] shape = [.. x.Shape];
        shape[axis < 0 ? axis + 4 : axis] *= 3;
        return g.Add(OperatorKind.Concat, new ConcatAttributes(axis, (FusedActivation)g.Random.Next(4)), shape, other, constant, x);
    }

    private static Tensor Split(RandomFloatGraph g)
    {
        Tensor x = g.Input(1, 4, 3, 6);
        int axis = g.Random.Next(2) == 0 ? 1 : -1;
        int[] half = axis == 1 ? [1, 2, 3, 6] : [1, 4, 3, 3];
        Tensor[] parts = [new("first", DataType.Float32, half), new("second", DataType.Float32, half)];
        g.Graph.Nodes.Add(new Node(OperatorKind.Split, "split", [x], parts, new SplitAttributes(axis)));
        return g.Pair(OperatorKind.Mul, half, parts[1], g.Like(OperatorKind.Tanh, parts[0]));
    }

    private static Tensor Slice(RandomFloatGraph g)
    {
        Tensor x = Image(g);
        int[] stride = [1, .. Enumerable.Range(0, 3).Select(_ => g.Random.Next(1, 3))];
        int[] begin = [.. x.Shape.Select(size => g.Random.Next(size))];
        int[] shape = [.. x.Shape.Select((size, axis) => (size - begin[axis] + stride[axis] - 1) / stride[axis])];
        return g.Add(OperatorKind.Slice, new SliceAttributes(begin, stride), shape, x);
    }

    private static Tensor Pad(RandomFloatGraph g)
    {
        Tensor x = Image(g);
        int[] before = [0, .. Enumerable.Range(0, 3).Select(_ => g.Random.Next(3))], after = [0, 1, 0, 2];
        return g.Add(OperatorKind.Pad, new PadAttributes(before, after, 0.75), [.. x.Shape.Select((size, axis) =>
            before[axis] + size + after[axis])], x);
    }

    private static Tensor Resize(RandomFloatGraph g)
    {
        Tensor x = Image(g);
        return g.Add(OperatorKind.ResizeNearest, new ResizeAttributes(g.Random.Next(2) == 0, false),
            [1, g.Random.Next(1, 12), g.Random.Next(1, 12), x.Shape[3]], x);
    }

    private static Tensor Transpose(RandomFloatGraph g)
    {
        Tensor x = Image(g);
        int[] order = [0, 1, 2, 3];
        g.Random.Shuffle(order);
        return g.Add(OperatorKind.Transpose, new TransposeAttributes(order), [.. order.Select(axis => x.Shape[axis])], x);
    }

    private static Tensor Reshaped(RandomFloatGraph g, Tensor x) =>
        g.Add(OperatorKind.Reshape, null, [1, x.Shape[2], x.Shape[1], x.Shape[3]], x);

    /// <summary>What is computed from x, with one pixel or all of them.</summary>
    private static Tensor Derived(RandomFloatGraph g, Tensor x, bool positive)
    {
        Tensor other = positive
            ? g.Pair(OperatorKind.Add, x.Shape, g.Like(OperatorKind.Logistic, x), g.Constant(0.5f, x.Shape[3]))
            : g.Like(OperatorKind.HardSwish, x);
        return g.Random.Next(2) == 0 ? other
            : g.Add(OperatorKind.AveragePool2D, new PoolAttributes(0, 0, 1, 1, default), [1, 1, 1, x.Shape[3]], other);
    }
}
