using System.Numerics;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Training;

/// <summary>One pass of a batch through a network.</summary>
internal sealed class NetworkRun<T>(Network<T> network, Tape<T> tape, int batch, Random? random,
    Action<Tensor, Tensor<T>>? observer)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<Tensor, Tensor<T>> _values = [];

    public Tensor<T> Get(Tensor tensor) => _values.TryGetValue(tensor, out Tensor<T>? value)
        ? value
        : throw new ModelException($"Tensor {tensor} is used before it is computed.");

    /// <summary>Sets an activation, rounded where the integer model will round it.</summary>
    public void Set(Tensor tensor, Tensor<T> value)
    {
        observer?.Invoke(tensor, value);
        _values[tensor] = network.Quantization?.Activation(tape, tensor, value) ?? value;
    }

    public void Execute(Node node, double dropout)
    {
        if (_values.ContainsKey(node.Output))
            return; // a ReLU that batch normalization took along
        Tensor<T> x = Get(node.Input(0));
        switch (node.Kind)
        {
            case OperatorKind.BatchNorm:
                ExecuteBatchNorm(node, x);
                break;
            case OperatorKind.Conv2D:
                SetActivated(node, Biased(node, tape.Conv2D(x, Weights(node), WindowsOf(node))));
                break;
            case OperatorKind.DepthwiseConv2D:
                SetActivated(node, Biased(node, tape.DepthwiseConv2D(x, Weights(node), WindowsOf(node))));
                break;
            case OperatorKind.FullyConnected:
                Tensor<T> vectors = tape.Reshape(x, x.Count / node.Input(1).Shape[1], node.Input(1).Shape[1]);
                vectors = dropout > 0 && random is not null ? tape.Dropout(vectors, dropout, random) : vectors;
                Tensor<T> y = Biased(node, tape.Linear(vectors, Weights(node)));
                SetActivated(node, tape.Reshape(y, ShapeOf(node.Output)));
                break;
            default:
                SetActivated(node, Other(node, x));
                break;
        }
    }

    private void ExecuteBatchNorm(Node node, Tensor<T> x)
    {
        Node[] consumers = [.. network.Nodes.Where(other => other.Inputs.Contains(node.Output))];
        bool relu = consumers is [{ Kind: OperatorKind.Relu }];
        Set(relu ? consumers[0].Output : node.Output, network.BatchNorm(tape, node, x, relu));
    }

    private Tensor<T> Other(Node node, Tensor<T> x) => node.Kind switch
    {
        OperatorKind.Add => Sum(node, x),
        OperatorKind.Mul when !node.Input(1).IsConstant => tape.Multiply(x, Get(node.Input(1))),
        OperatorKind.Relu => tape.Relu(x),
        OperatorKind.Relu6 => tape.Relu(x, T.CreateChecked(6)),
        OperatorKind.LeakyRelu => tape.LeakyRelu(x, T.CreateChecked(node.Get<LeakyReluAttributes>().Alpha)),
        OperatorKind.Logistic => tape.Sigmoid(x),
        OperatorKind.Tanh => tape.Tanh(x),
        OperatorKind.HardSwish => tape.HardSwish(x),
        OperatorKind.Softmax => tape.Softmax(x),
        OperatorKind.AveragePool2D => Average(node, x),
        OperatorKind.MaxPool2D => tape.MaxPool(x, PoolWindows(node)),
        OperatorKind.Mean => Mean(node, x),
        OperatorKind.Reshape => tape.Reshape(x, ShapeOf(node.Output)),
        OperatorKind.Transpose when node.Get<TransposeAttributes>().Permutation[0] == 0 =>
            tape.Transpose(x, node.Get<TransposeAttributes>().Permutation),
        OperatorKind.Concat when node.Get<ConcatAttributes>().Axis != 0 =>
            tape.Concatenate(node.Get<ConcatAttributes>().Axis, [.. node.Inputs.Select(input => Get(input!))]),
        OperatorKind.BatchMatMul when x.Shape.Length == 3 => BatchProduct(node, x),
        _ => throw new ModelException($"{node.Name}: {node.Kind} cannot be trained."),
    };

    private Tensor<T> Sum(Node node, Tensor<T> x) => node.Input(1).IsConstant
        ? tape.AddVector(x, network.Parameter(node.Input(1)))
        : tape.Add(x, Get(node.Input(1)));

    private Tensor<T> BatchProduct(Node node, Tensor<T> a)
    {
        Tensor<T> b = Get(node.Input(1));
        MatMulAttributes attributes = node.Get<MatMulAttributes>();
        return tape.BatchProduct(attributes.TransposeA ? tape.Transpose(a, 0, 2, 1) : a,
            attributes.TransposeB ? tape.Transpose(b, 0, 2, 1) : b);
    }

    private Tensor<T> Average(Node node, Tensor<T> x)
    {
        PoolAttributes pool = node.Get<PoolAttributes>();
        bool whole = pool.KernelH == 0 || (pool.KernelH == x.Shape[1] && pool.KernelW == x.Shape[2]);
        return whole ? tape.Reshape(tape.GlobalAverage(x), batch, 1, 1, x.Channels) : tape.AveragePool(x, PoolWindows(node));
    }

    private Tensor<T> Mean(Node node, Tensor<T> x) => node.Get<ReduceAttributes>().Axes.Order().SequenceEqual([1, 2])
        ? tape.Reshape(tape.GlobalAverage(x), ShapeOf(node.Output))
        : throw new ModelException($"{node.Name}: only means over height and width can be trained.");

    /// <summary>The graph's shape is that of one input; a batch has more.</summary>
    private int[] ShapeOf(Tensor tensor) => [batch, .. tensor.Shape[1..]];

    private Tensor<T> Weights(Node node)
    {
        Tensor<T> weights = network.Parameter(node.Input(1));
        return network.Quantization?.Weights(tape, node, weights) ?? weights;
    }

    private Tensor<T> Biased(Node node, Tensor<T> y) =>
        node.OptionalInput(2) is { } bias ? tape.AddVector(y, network.Parameter(bias)) : y;

    private void SetActivated(Node node, Tensor<T> y) => Set(node.Output, node.Attributes switch
    {
        ConvAttributes { Activation: FusedActivation.Relu } or ActivationAttributes { Activation: FusedActivation.Relu } =>
            tape.Relu(y),
        ConvAttributes { Activation: FusedActivation.Relu6 } or ActivationAttributes { Activation: FusedActivation.Relu6 } =>
            tape.Relu(y, T.CreateChecked(6)),
        ConvAttributes { Activation: not FusedActivation.None } or
            ActivationAttributes { Activation: not FusedActivation.None } =>
            throw new ModelException($"{node.Name}: its activation cannot be trained."),
        _ => y,
    });

    private static Windows WindowsOf(Node node)
    {
        ConvAttributes a = node.Get<ConvAttributes>();
        int[] x = node.Input(0).Shape, w = node.Input(1).Shape, y = node.Output.Shape;
        return new Windows(w[1], w[2], a.StrideH, a.StrideW, a.DilationH, a.DilationW, a.Padding.Top, a.Padding.Left,
            After(x[1], y[1], w[1], a.StrideH, a.DilationH, a.Padding.Top),
            After(x[2], y[2], w[2], a.StrideW, a.DilationW, a.Padding.Left));
    }

    private static Windows PoolWindows(Node node)
    {
        PoolAttributes a = node.Get<PoolAttributes>();
        int[] x = node.Input(0).Shape, y = node.Output.Shape;
        return new Windows(a.KernelH, a.KernelW, a.StrideH, a.StrideW, 1, 1, a.Padding.Top, a.Padding.Left,
            After(x[1], y[1], a.KernelH, a.StrideH, 1, a.Padding.Top),
            After(x[2], y[2], a.KernelW, a.StrideW, 1, a.Padding.Left));
    }

    /// <summary>Padding after the image, as far as windows reach.</summary>
    private static int After(int size, int windows, int kernel, int stride, int dilation, int before) =>
        Math.Max(0, ((windows - 1) * stride) + ((kernel - 1) * dilation) + 1 - size - before);
}
