using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;

namespace McuAi.Tests.Core;

/// <summary>Operators without weights in the C core against the reference, in random shapes.</summary>
[TestClass]
public class OperatorTests
{
    private const int Cases = 120;

    [TestMethod]
    [DataRow(OperatorKind.Add)]
    [DataRow(OperatorKind.Sub)]
    [DataRow(OperatorKind.Mul)]
    [DataRow(OperatorKind.Minimum)]
    [DataRow(OperatorKind.Maximum)]
    public void TwoInputs(OperatorKind kind) => ForEach(kind, test =>
    {
        int[] shape = test.Shape();
        int[] a = Shrunk(test, shape), b = Shrunk(test, shape);
        int[] broadcast = [.. a.Zip(b, Math.Max)];
        b = b[test.Random.Next(b.TakeWhile(size => size == 1).Count() + 1)..];
        Tensor output = test.Output(broadcast);
        Tensor first = test.Input(a);
        Tensor second = test.Random.Next(4) == 0 ? test.Constant(b) : test.Random.Next(4) == 0 && a.SequenceEqual(b)
            ? first
            : test.Input(b);
        if (kind is OperatorKind.Minimum or OperatorKind.Maximum)
            first.Quantization = second.Quantization = output.Quantization;

        return test.Node(kind, new ActivationAttributes(test.Activation()), [first, second], output);
    });

    [TestMethod]
    [DataRow(OperatorKind.Logistic)]
    [DataRow(OperatorKind.Tanh)]
    [DataRow(OperatorKind.HardSwish)]
    [DataRow(OperatorKind.LeakyRelu)]
    [DataRow(OperatorKind.Relu)]
    [DataRow(OperatorKind.Relu6)]
    [DataRow(OperatorKind.ReluN1To1)]
    [DataRow(OperatorKind.Function)]
    public void Tables(OperatorKind kind) => ForEach(kind, test =>
    {
        int[] shape = test.Shape();
        Tensor x = test.Input(shape), y = test.Output(shape);
        y.Quantization = kind switch
        {
            OperatorKind.Logistic => new Quantization(1f / 256, -128),
            OperatorKind.Tanh => new Quantization(1f / 128, 0),
            OperatorKind.HardSwish => new Quantization(
                Math.Max(y.Quantization!.Scale, x.Quantization!.Scale / 32), y.Quantization.ZeroPoint),
            _ => y.Quantization,
        };
        RealFunction[] functions = Enum.GetValues<RealFunction>();
        OperatorAttributes attributes = kind switch
        {
            OperatorKind.LeakyRelu => new LeakyReluAttributes((test.Random.NextSingle() * 2) - 0.5f),
            OperatorKind.Function => new FunctionAttributes(functions[test.Random.Next(functions.Length)], -1, 1),
            _ => OperatorAttributes.None,
        };
        return test.Node(kind, attributes, [x], y);
    });

    [TestMethod]
    public void Requantizations()
    {
        DataType[] types = [DataType.Int8, DataType.UInt8, DataType.Int16, DataType.Int32];
        foreach (DataType from in types)
        {
            foreach (DataType to in types)
            {
                ForEach(OperatorKind.Quantize, test =>
                {
                    int[] shape = test.Shape();
                    double magnitude = from == DataType.Int32 ? 1e-6 : 0.01;
                    Tensor x = test.Graph.Input(shape, test.Scale(magnitude, 10 * magnitude), ZeroPoint(test, from), from);
                    Tensor y = new("output", to, shape)
                    {
                        Quantization = new Quantization(test.Scale(1e-4, 1), ZeroPoint(test, to)),
                    };
                    return test.Node(OperatorKind.Quantize, OperatorAttributes.None, [x], y);
                }, cases: 25);
            }
        }
    }

    [TestMethod]
    public void Concatenations() => ForEach(OperatorKind.Concat, test =>
    {
        int[] shape = test.Shape();
        int axis = test.Random.Next(shape.Length);
        int parts = test.Random.Next(5) == 0 ? test.Random.Next(14, 40) : test.Random.Next(1, 5);
        Tensor[] inputs = new Tensor[parts];
        for (int i = 0; i < parts; i++)
        {
            int[] part = [.. shape];
            part[axis] = test.Size(6);
            inputs[i] = i > 0 && test.Random.Next(6) == 0 ? test.Constant(part) : test.Input(part);
            inputs[i].Quantization = inputs[0].Quantization;
        }

        shape[axis] = inputs.Sum(input => input.Shape[axis]);
        var attributes = new ConcatAttributes(test.Random.Next(2) == 0 ? axis : axis - shape.Length);
        return test.Node(OperatorKind.Concat, attributes, inputs, OperatorCase.Like(inputs[0], shape));
    });

    [TestMethod]
    public void Splits() => ForEach(OperatorKind.Split, test =>
    {
        int[] shape = test.Shape();
        int axis = test.Random.Next(shape.Length);
        int[] sizes = [.. Enumerable.Range(0, test.Random.Next(1, 5)).Select(_ => test.Size(6))];
        shape[axis] = sizes.Sum();
        Tensor x = test.Input(shape);
        Tensor[] parts = [.. sizes.Select(size =>
        {
            int[] part = [.. shape];
            part[axis] = size;
            return OperatorCase.Like(x, part);
        })];
        return test.Node(OperatorKind.Split, new SplitAttributes(axis), [x], parts);
    });

    [TestMethod]
    [DataRow(DataType.Int8)]
    [DataRow(DataType.Int16)]
    [DataRow(DataType.Int32)]
    public void Slices(DataType type) => ForEach(OperatorKind.Slice, test =>
    {
        int[] shape = test.Shape();
        var begin = new int[shape.Length];
        var stride = new int[shape.Length];
        var size = new int[shape.Length];
        for (int i = 0; i < shape.Length; i++)
        {
            begin[i] = test.Random.Next(shape[i]);
            stride[i] = test.Random.Next(3) == 0 ? -test.Random.Next(1, 4) : test.Random.Next(1, 4);
            int room = stride[i] > 0 ? shape[i] - 1 - begin[i] : begin[i];
            size[i] = 1 + test.Random.Next((room / Math.Abs(stride[i])) + 1);
        }

        Tensor x = test.Graph.Input(shape, 0.1f, 0, type);
        return test.Node(OperatorKind.Slice, new SliceAttributes(begin, stride), [x], OperatorCase.Like(x, size));
    });

    [TestMethod]
    [DataRow(DataType.Int8)]
    [DataRow(DataType.Int16)]
    [DataRow(DataType.Int32)]
    public void Pads(DataType type) => ForEach(OperatorKind.Pad, test =>
    {
        int[] shape = test.Shape();
        int[] before = [.. shape.Select(_ => test.Random.Next(4))];
        int[] after = [.. shape.Select(_ => test.Random.Next(4))];
        Tensor x = test.Graph.Input(shape, test.Scale(), test.ZeroPoint(), type);
        double value = test.Random.Next(3) == 0 ? 0 : (test.Random.NextDouble() - 0.5) * 40;
        int[] padded = [.. shape.Select((size, i) => before[i] + size + after[i])];
        return test.Node(OperatorKind.Pad, new PadAttributes(before, after, value), [x], OperatorCase.Like(x, padded));
    });

    [TestMethod]
    [DataRow(DataType.Int8)]
    [DataRow(DataType.Int16)]
    [DataRow(DataType.Int32)]
    public void Transposes(DataType type) => ForEach(OperatorKind.Transpose, test =>
    {
        int[] shape = test.Shape();
        int[] permutation = [.. Enumerable.Range(0, shape.Length)];
        test.Random.Shuffle(permutation);
        Tensor x = test.Graph.Input(shape, 0.1f, 0, type);
        int[] moved = [.. permutation.Select(axis => shape[axis])];
        return test.Node(OperatorKind.Transpose, new TransposeAttributes(permutation), [x], OperatorCase.Like(x, moved));
    });

    [TestMethod]
    [DataRow(DataType.Int8)]
    [DataRow(DataType.Int16)]
    public void Resizes(DataType type) => ForEach(OperatorKind.ResizeNearest, test =>
    {
        int[] shape = test.Shape(4);
        Tensor x = test.Graph.Input(shape, 0.1f, 0, type);
        bool corners = test.Random.Next(2) == 0;
        var attributes = new ResizeAttributes(corners, !corners && test.Random.Next(2) == 0);
        int[] resized = [shape[0], test.Size(), test.Size(), shape[3]];
        return test.Node(OperatorKind.ResizeNearest, attributes, [x], OperatorCase.Like(x, resized));
    });

    [TestMethod]
    public void Means() => ForEach(OperatorKind.Mean, test =>
    {
        int[] shape = test.Shape();
        int[] axes = [.. Enumerable.Range(0, shape.Length).Where(_ => test.Random.Next(2) == 0)];
        bool keep = test.Random.Next(2) == 0;
        int[] kept = [.. shape.Select((size, i) => axes.Contains(i) ? 1 : size)];
        int[] reduced = keep ? kept : [.. shape.Where((_, i) => !axes.Contains(i))];
        int[] signed = [.. axes.Select(axis => test.Random.Next(2) == 0 ? axis : axis - shape.Length)];
        return test.Node(OperatorKind.Mean, new ReduceAttributes(signed, keep), [test.Input(shape)], test.Output(reduced));
    });

    [TestMethod]
    public void BatchMatMuls() => ForEach(OperatorKind.BatchMatMul, test =>
    {
        int[] batch = test.Shape()[..^1];
        batch = batch[Math.Max(batch.Length - 2, 0)..];
        int m = test.Size(), k = test.Size(), n = test.Size();
        var attributes = new MatMulAttributes(test.Random.Next(2) == 0, test.Random.Next(2) == 0);
        int[] batchA = Shrunk(test, batch), batchB = Shrunk(test, batch);
        int[] a = [.. batchA, .. attributes.TransposeA ? (int[])[k, m] : [m, k]];
        int[] b = [.. batchB, .. attributes.TransposeB ? (int[])[n, k] : [k, n]];
        Tensor second = test.Random.Next(4) == 0 ? test.Constant(b) : test.Input(b);
        int[] y = [.. batchA.Zip(batchB, Math.Max), m, n];
        return test.Node(OperatorKind.BatchMatMul, attributes, [test.Input(a), second], test.Output(y));
    });

    [TestMethod]
    public void Softmaxes() => ForEach(OperatorKind.Softmax, test =>
    {
        int[] shape = test.Shape();
        bool narrow = test.Random.Next(2) == 0;
        Tensor y = new("output", narrow ? DataType.Int8 : DataType.Int16, shape)
        {
            Quantization = narrow ? new Quantization(1f / 256, -128) : new Quantization(1f / 65536, -32768),
        };
        return test.Node(OperatorKind.Softmax, new SoftmaxAttributes(test.Scale(0.1, 3)), [test.Input(shape)], y);
    });

    [TestMethod]
    [DataRow(OperatorKind.AveragePool2D)]
    [DataRow(OperatorKind.MaxPool2D)]
    public void Pools(OperatorKind kind) => ForEach(kind, test =>
    {
        int[] shape = test.Shape(4);
        int kernelH = test.Random.Next(1, 5), kernelW = test.Random.Next(1, 5);
        int strideH = test.Random.Next(1, 4), strideW = test.Random.Next(1, 4);
        (int h, int top) = Same(shape[1], kernelH, strideH);
        (int w, int left) = Same(shape[2], kernelW, strideW);
        Tensor x = test.Input(shape);
        var attributes = new PoolAttributes(kernelH, kernelW, strideH, strideW, new Padding(top, left, 0, 0),
            test.Activation(), kind == OperatorKind.AveragePool2D && test.Random.Next(2) == 0);
        return test.Node(kind, attributes, [x], OperatorCase.Like(x, [shape[0], h, w, shape[3]]));
    });

    internal static (int Size, int Before) Same(int size, int kernel, int stride)
    {
        int output = (size + stride - 1) / stride;
        return (output, Padding.Same(size, output, kernel, stride, 1).Before);
    }

    private static int[] Shrunk(OperatorCase test, int[] shape) =>
        [.. shape.Select(size => test.Random.Next(4) == 0 ? 1 : size)];

    private static int ZeroPoint(OperatorCase test, DataType type) => type switch
    {
        DataType.Int8 => test.ZeroPoint(),
        DataType.UInt8 => test.ZeroPoint() + 128,
        _ => test.Random.Next(2) * test.Random.Next(-1000, 1000),
    };

    private static void ForEach(OperatorKind kind, Func<OperatorCase, ModelGraph> make, int cases = Cases)
    {
        for (int seed = 0; seed < cases; seed++)
        {
            var test = new OperatorCase(seed);
            ModelGraph graph = make(test);
            CoreRun.Compare(graph, CoreRun.Portable, test.Inferences(3), $"{kind}, seed {seed}");
        }
    }
}
