namespace McuAi.ModelConverter.Graph;

/// <summary>Operators of the model graph. Their inputs, outputs and attributes are listed with the attribute records
/// in <c>Attributes.cs</c>; importers translate into these and nothing else.</summary>
public enum OperatorKind
{
    /// <summary>x [N,H,W,C], filter [O,KH,KW,C], bias? [O] → [N,OH,OW,O]. <see cref="ConvAttributes"/></summary>
    Conv2D,

    /// <summary>x [N,H,W,C], filter [1,KH,KW,C*M], bias? [C*M] → [N,OH,OW,C*M]. <see cref="ConvAttributes"/></summary>
    DepthwiseConv2D,

    /// <summary>x [N,H,W,C], filter [O,KH,KW,C], bias? [O] → [N,OH,OW,O]. <see cref="ConvAttributes"/></summary>
    TransposeConv,

    /// <summary>x [..., K], filter [O,K], bias? [O] → [..., O]. <see cref="ActivationAttributes"/></summary>
    FullyConnected,

    /// <summary>a [..., M, K], b [..., K, N] → [..., M, N], both activations. <see cref="MatMulAttributes"/></summary>
    BatchMatMul,

    /// <summary>a, b (one may be broadcast). <see cref="ActivationAttributes"/></summary>
    Add,
    Sub,
    Mul,
    Div,
    Minimum,
    Maximum,

    /// <summary><see cref="PoolAttributes"/>; a kernel of 0x0 pools the whole image.</summary>
    AveragePool2D,
    MaxPool2D,

    /// <summary><see cref="ReduceAttributes"/></summary>
    Mean,

    /// <summary>Along the last axis. <see cref="SoftmaxAttributes"/></summary>
    Softmax,

    Relu,
    Relu6,
    Logistic,
    Tanh,
    HardSwish,

    /// <summary><see cref="LeakyReluAttributes"/></summary>
    LeakyRelu,

    /// <summary>One real function of each element. <see cref="FunctionAttributes"/></summary>
    Function,

    /// <summary>Any number of inputs. <see cref="ConcatAttributes"/></summary>
    Concat,

    /// <summary><see cref="SplitAttributes"/>; each output is a part of the axis.</summary>
    Split,

    /// <summary>Begin and stride per axis; sizes are the output's. <see cref="SliceAttributes"/></summary>
    Slice,

    /// <summary><see cref="PadAttributes"/></summary>
    Pad,
    Reshape,

    /// <summary><see cref="TransposeAttributes"/></summary>
    Transpose,

    /// <summary>x [N,H,W,C] → [N,OH,OW,C]. <see cref="ResizeAttributes"/></summary>
    ResizeNearest,

    /// <summary>real → integer, or integer → integer of another scale (requantize).</summary>
    Quantize,
    Dequantize,
    Cast,

    /// <summary>x [N,I], feature weights [F,I], time weights [F,T], bias? [F/rank], state [N,F*T] → [N,F/rank].
    /// <see cref="SvdfAttributes"/></summary>
    Svdf,

    /// <summary>TFLite's UNIDIRECTIONAL_SEQUENCE_LSTM or ONNX LSTM; see <see cref="RecurrentAttributes"/>.</summary>
    Lstm,
    Gru,

    /// <summary>y = gamma * (x - mean) / sqrt(variance + epsilon) + beta along the last axis, constants [C]; folded
    /// into its neighbour before lowering. <see cref="BatchNormAttributes"/></summary>
    BatchNorm,

    /// <summary>Clamps to [-1, 1].</summary>
    ReluN1To1,
}

/// <summary>One operator instance.</summary>
public sealed class Node(OperatorKind kind, string name, IEnumerable<Tensor?> inputs, IEnumerable<Tensor> outputs,
    OperatorAttributes attributes)
{
    public OperatorKind Kind { get; set; } = kind;

    /// <summary>Where it is in the source model, for messages: "operator 3 (CONV_2D)".</summary>
    public string Name { get; } = name;

    /// <summary>Inputs in order; an absent optional input is null.</summary>
    public List<Tensor?> Inputs { get; } = [.. inputs];

    public List<Tensor> Outputs { get; } = [.. outputs];

    public OperatorAttributes Attributes { get; set; } = attributes;

    public Tensor Input(int index) => index < Inputs.Count && Inputs[index] is { } tensor
        ? tensor
        : throw new ModelException($"{Name} lacks its input {index}.");

    public Tensor? OptionalInput(int index) => index < Inputs.Count ? Inputs[index] : null;

    public Tensor Output => Outputs[0];

    public T Get<T>() where T : OperatorAttributes => (T)Attributes;
}
