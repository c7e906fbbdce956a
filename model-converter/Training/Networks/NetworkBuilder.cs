using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Training;

/// <summary>Builds float graphs layer by layer, with weights as He et al. (2015) start them: normal, with a variance of
/// 2 / (inputs of a sum). The same seed gives the same weights.</summary>
public sealed class NetworkBuilder
{
    private readonly ModelGraph _graph;
    private readonly Random _random;

    /// <param name="input">Shape of one input, images as [1, H, W, C].</param>
    public NetworkBuilder(string name, int seed, params int[] input)
    {
        _graph = new ModelGraph(name);
        _random = new Random(seed);
        Input = new Tensor("input", DataType.Float32, input);
        _graph.Inputs.Add(Input);
    }

    public Tensor Input { get; }

    /// <summary>A convolution without bias, for batch normalization to follow; the padding keeps ceil(size / stride).
    /// </summary>
    public Tensor Conv(Tensor x, int channels, int kernelH, int kernelW, int strideH = 1, int strideW = 1) =>
        Windowed(OperatorKind.Conv2D, x, [channels, kernelH, kernelW, x.Shape[3]], channels, kernelH * kernelW * x.Shape[3],
            kernelH, kernelW, strideH, strideW, 1, 1);

    /// <summary>A depthwise convolution without bias.</summary>
    public Tensor Depthwise(Tensor x, int kernelH, int kernelW, int strideH = 1, int strideW = 1, int dilationH = 1,
        int dilationW = 1) =>
        Windowed(OperatorKind.DepthwiseConv2D, x, [1, kernelH, kernelW, x.Shape[3]], x.Shape[3], kernelH * kernelW,
            kernelH, kernelW, strideH, strideW, dilationH, dilationW);

    public Tensor BatchNorm(Tensor x)
    {
        int channels = x.Shape[^1];
        return Add(OperatorKind.BatchNorm, new BatchNormAttributes(1e-3f), x.Shape, x, Filled("gamma", 1), Filled("beta", 0),
            Filled("mean", 0), Filled("variance", 1));

        Tensor Filled(string name, float value) => Constant($"{x.Name}/{name}", [channels], _ => value);
    }

    public Tensor Relu(Tensor x) => Add(OperatorKind.Relu, OperatorAttributes.None, x.Shape, x);

    public Tensor Sum(Tensor a, Tensor b) => Add(OperatorKind.Add, new ActivationAttributes(), a.Shape, a, b);

    public Tensor Reshape(Tensor x, params int[] shape) => Add(OperatorKind.Reshape, OperatorAttributes.None, shape, x);

    /// <summary>A layer of gated recurrent units over a sequence [1, T, I], as PyTorch has them; its states as an image
    /// [1, T, 1, H]. A network that is trained unrolls it.</summary>
    public Tensor Gru(Tensor x, int hidden)
    {
        (int time, int inputs) = (x.Shape[1], x.Shape[2]);
        double deviation = Math.Sqrt(1.0 / hidden);
        Tensor fromInput = Constant($"{x.Name}/gru", [1, 3 * hidden, inputs], _ => Normal(Math.Sqrt(1.0 / inputs)));
        Tensor recurrent = Constant($"{x.Name}/recurrent", [1, 3 * hidden, hidden], _ => Normal(deviation));
        Tensor bias = Constant($"{x.Name}/bias", [1, 6 * hidden], _ => 0);
        return Add(OperatorKind.Gru, new RecurrentAttributes(TimeMajor: false, LinearBeforeReset: true),
            [1, time, 1, hidden], x, fromInput, recurrent, bias);
    }

    /// <summary>The mean over the whole image: [1, C].</summary>
    public Tensor GlobalAverage(Tensor x)
    {
        Tensor y = Add(OperatorKind.AveragePool2D, new PoolAttributes(x.Shape[1], x.Shape[2], x.Shape[1], x.Shape[2], default),
            [1, 1, 1, x.Shape[3]], x);
        return Reshape(y, 1, x.Shape[3]);
    }

    /// <summary>A dense layer with a bias of zeros.</summary>
    public Tensor Dense(Tensor x, int outputs)
    {
        int depth = x.Shape[^1];
        double deviation = Math.Sqrt(1.0 / depth);
        return Add(OperatorKind.FullyConnected, new ActivationAttributes(), [.. x.Shape[..^1], outputs], x,
            Constant($"{x.Name}/dense", [outputs, depth], _ => Normal(deviation)),
            Constant($"{x.Name}/bias", [outputs], _ => 0));
    }

    /// <summary>The graph that ends with a softmax of <paramref name="logits"/>, or with them.</summary>
    public ModelGraph Build(Tensor logits, bool softmax)
    {
        _graph.Outputs.Add(softmax
            ? Add(OperatorKind.Softmax, new SoftmaxAttributes(), logits.Shape, logits)
            : logits);
        return _graph;
    }

    private Tensor Windowed(OperatorKind kind, Tensor x, int[] weights, int channels, int depth, int kernelH, int kernelW,
        int strideH, int strideW, int dilationH, int dilationW)
    {
        int outH = (x.Shape[1] + strideH - 1) / strideH, outW = (x.Shape[2] + strideW - 1) / strideW;
        (int top, int bottom) = Padding.Same(x.Shape[1], outH, kernelH, strideH, dilationH);
        (int left, int right) = Padding.Same(x.Shape[2], outW, kernelW, strideW, dilationW);
        double deviation = Math.Sqrt(2.0 / depth);
        return Add(kind, new ConvAttributes(strideH, strideW, dilationH, dilationW, new Padding(top, left, bottom, right)),
            [1, outH, outW, channels], x, Constant($"{x.Name}/{kind}", weights, _ => Normal(deviation)));
    }

    private Tensor Add(OperatorKind kind, OperatorAttributes attributes, int[] shape, Tensor x, params Tensor[] others)
    {
        var y = new Tensor($"{kind}{_graph.Nodes.Count}", DataType.Float32, shape);
        _graph.Nodes.Add(new Node(kind, $"operator {_graph.Nodes.Count} ({kind})", [x, .. others], [y], attributes));
        return y;
    }

    private static Tensor Constant(string name, int[] shape, Func<int, float> value) =>
        Tensor.Constant<float>(name, DataType.Float32, shape,
            [.. Enumerable.Range(0, Dimensions.Product(shape)).Select(value)]);

    /// <summary>Box and Muller's transform.</summary>
    private float Normal(double deviation) => (float)(deviation *
        Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble()));
}
