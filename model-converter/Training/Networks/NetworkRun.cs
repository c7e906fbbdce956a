using System.Numerics;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Training;

/// <summary>One pass of a batch through a network. Every activation has the graph's shape with the batch before it, so
/// that an operator may do what it likes with all of its own dimensions.</summary>
internal sealed class NetworkRun<T>(Network<T> network, Tape<T> tape, int batch, Random? random,
    Action<Tensor, Tensor<T>>? observer)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<Tensor, Tensor<T>> _values = [];

    public Tensor<T> Get(Tensor tensor)
    {
        if (_values.TryGetValue(tensor, out Tensor<T>? value))
            return value;
        return tensor.IsConstant
            ? tape.Expand(network.Parameter(tensor), [batch, .. tensor.Shape])
            : throw new ModelException($"Tensor {tensor} is used before it is computed.");
    }

    /// <summary>Sets an activation, rounded where the integer model will round it.</summary>
    public void Set(Tensor tensor, Tensor<T> value)
    {
        value = tape.Reshape(value, [batch, .. tensor.Shape]);
        observer?.Invoke(tensor, value);
        _values[tensor] = network.Quantization?.Activation(tape, tensor, value) ?? value;
    }

    public void Execute(Node node, double dropout)
    {
        if (_values.ContainsKey(node.Output))
            return; // a ReLU that batch normalization took along
        switch (node.Kind)
        {
            case OperatorKind.BatchNorm:
                ExecuteBatchNorm(node);
                break;
            case OperatorKind.Conv2D:
                SetActivated(node, Biased(node, tape.Conv2D(Images(node), Weights(node), WindowsOf(node))));
                break;
            case OperatorKind.DepthwiseConv2D:
                SetActivated(node, Biased(node, tape.DepthwiseConv2D(Multiplied(node), Weights(node), WindowsOf(node))));
                break;
            case OperatorKind.TransposeConv:
                SetActivated(node, Biased(node, tape.TransposedConv2D(Images(node), Weights(node),
                    Kernel(node, node.Get<ConvAttributes>()), node.Output.Shape[1], node.Output.Shape[2])));
                break;
            case OperatorKind.FullyConnected:
                SetActivated(node, Dense(node, dropout));
                break;
            case OperatorKind.AveragePool2D:
            case OperatorKind.MaxPool2D:
                SetActivated(node, Pool(node));
                break;
            case OperatorKind.Split:
                Split(node);
                break;
            default:
                Tensor<T> y = PairOperators<T>.TryExecute(tape, node, Operand) ??
                    RowOperators<T>.TryExecute(tape, node, Get) ??
                    throw new ModelException($"{node.Name}: {node.Kind} cannot be trained.");
                SetActivated(node, y);
                break;
        }
    }

    private void ExecuteBatchNorm(Node node)
    {
        Node[] consumers = [.. network.Nodes.Where(other => other.Inputs.Contains(node.Output))];
        bool relu = consumers is [{ Kind: OperatorKind.Relu }] && node.Output != network.Output;
        Set(relu ? consumers[0].Output : node.Output, network.BatchNorm(tape, node, Get(node.Input(0)), relu));
    }

    private Tensor<T> Dense(Node node, double dropout)
    {
        int depth = node.Input(1).Shape[1];
        Tensor<T> x = Get(node.Input(0)), vectors = tape.Reshape(x, x.Count / depth, depth);
        vectors = dropout > 0 && random is not null ? tape.Dropout(vectors, dropout, random) : vectors;
        return Biased(node, tape.Linear(vectors, Weights(node)));
    }

    private Tensor<T> Pool(Node node)
    {
        PoolAttributes pool = node.Get<PoolAttributes>();
        Tensor<T> x = Images(node);
        bool all = pool.KernelH == 0 || (pool.KernelH == x.Shape[1] && pool.KernelW == x.Shape[2] && pool.Padding == default);
        if (node.Kind == OperatorKind.AveragePool2D && all && node.Output.Shape[1] == 1 && node.Output.Shape[2] == 1)
            return tape.GlobalAverage(x);
        Windows windows = all ? Windows.Valid(x.Shape[1], x.Shape[2]) : PoolWindows(node, pool);
        return node.Kind == OperatorKind.MaxPool2D ? tape.MaxPool(x, windows) : tape.AveragePool(x, windows, pool.CountPadding);
    }

    private void Split(Node node)
    {
        Tensor<T> x = Get(node.Input(0));
        int axis = AxisOf(node.Get<SplitAttributes>().Axis, node.Input(0)), first = 0;
        foreach (Tensor output in node.Outputs)
        {
            int count = output.Shape[axis - 1];
            Set(output, tape.Slice(x, axis, first, count));
            first += count;
        }
    }

    /// <summary>An axis of the graph as one of an activation.</summary>
    internal static int AxisOf(int axis, Tensor tensor) => 1 + (axis < 0 ? axis + tensor.Rank : axis);

    /// <summary>An input of an operator of two, not yet repeated.</summary>
    private Tensor<T> Operand(Tensor tensor) => tensor.IsConstant ? network.Parameter(tensor) : Get(tensor);

    private Tensor<T> Images(Node node) =>
        tape.Reshape(Get(node.Input(0)), [batch * node.Input(0).Shape[0], .. node.Input(0).Shape[1..]]);

    /// <summary>Each channel as often as the filter has outputs for it.</summary>
    private Tensor<T> Multiplied(Node node)
    {
        Tensor<T> x = Images(node);
        int outputs = node.Input(1).Shape[3], multiplier = outputs / x.Channels;
        return multiplier == 1 ? x : tape.Take(x, 3, [.. Enumerable.Range(0, outputs).Select(output => output / multiplier)]);
    }

    private Tensor<T> Weights(Node node)
    {
        Tensor<T> weights = network.Parameter(node.Input(1));
        return network.Quantization?.Weights(tape, node, weights) ?? weights;
    }

    private Tensor<T> Biased(Node node, Tensor<T> y) =>
        node.OptionalInput(2) is { } bias ? tape.AddVector(y, network.Parameter(bias)) : y;

    private void SetActivated(Node node, Tensor<T> y)
    {
        FusedActivation activation = node.Attributes switch
        {
            ConvAttributes conv => conv.Activation,
            ActivationAttributes other => other.Activation,
            PoolAttributes pool => pool.Activation,
            ConcatAttributes concat => concat.Activation,
            _ => FusedActivation.None,
        };
        Set(node.Output, activation switch
        {
            FusedActivation.Relu => tape.Relu(y),
            FusedActivation.Relu6 => tape.Relu(y, T.CreateChecked(6)),
            FusedActivation.ReluN1To1 => tape.Clamp(y, -T.One, T.One),
            _ => y,
        });
    }

    private static Windows WindowsOf(Node node)
    {
        Windows kernel = Kernel(node, node.Get<ConvAttributes>());
        int[] x = node.Input(0).Shape, y = node.Output.Shape;
        return kernel with
        {
            Bottom = After(x[1], y[1], kernel.KernelH, kernel.StrideH, kernel.DilationH, kernel.Top),
            Right = After(x[2], y[2], kernel.KernelW, kernel.StrideW, kernel.DilationW, kernel.Left),
        };
    }

    /// <summary>Without the padding at the end, which follows from the shapes.</summary>
    private static Windows Kernel(Node node, ConvAttributes a) => new(node.Input(1).Shape[1], node.Input(1).Shape[2],
        a.StrideH, a.StrideW, a.DilationH, a.DilationW, a.Padding.Top, a.Padding.Left, 0, 0);

    private static Windows PoolWindows(Node node, PoolAttributes a)
    {
        int[] x = node.Input(0).Shape, y = node.Output.Shape;
        return new Windows(a.KernelH, a.KernelW, a.StrideH, a.StrideW, 1, 1, a.Padding.Top, a.Padding.Left,
            After(x[1], y[1], a.KernelH, a.StrideH, 1, a.Padding.Top),
            After(x[2], y[2], a.KernelW, a.StrideW, 1, a.Padding.Left));
    }

    /// <summary>Padding after the image, as far as windows reach.</summary>
    private static int After(int size, int windows, int kernel, int stride, int dilation, int before) =>
        Math.Max(0, ((windows - 1) * stride) + ((kernel - 1) * dilation) + 1 - size - before);
}
