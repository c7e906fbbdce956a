using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Passes;

/// <summary>What passes have to know about operators.</summary>
internal static class OperatorTraits
{
    /// <summary>One input, each element by itself.</summary>
    public static bool IsUnaryElementwise(OperatorKind kind) => kind is OperatorKind.Relu or OperatorKind.Relu6
        or OperatorKind.Logistic or OperatorKind.Tanh or OperatorKind.HardSwish or OperatorKind.LeakyRelu
        or OperatorKind.Function or OperatorKind.ReluN1To1 or OperatorKind.Quantize or OperatorKind.Dequantize
        or OperatorKind.Cast;

    /// <summary>Two inputs that are broadcast to the output.</summary>
    public static bool IsBinaryElementwise(OperatorKind kind) => kind is OperatorKind.Add or OperatorKind.Sub
        or OperatorKind.Mul or OperatorKind.Div or OperatorKind.Minimum or OperatorKind.Maximum;

    /// <summary>The output's elements are elements of the only input, chosen by place or by order, so that
    /// quantizing before or after makes no difference. A padding is in real numbers.</summary>
    public static bool Selects(OperatorKind kind) => kind is OperatorKind.Reshape or OperatorKind.Transpose
        or OperatorKind.Slice or OperatorKind.Split or OperatorKind.MaxPool2D or OperatorKind.ResizeNearest;

    /// <summary>Input and output have the same scale and zero point in TensorFlow Lite.</summary>
    public static bool SharesScale(OperatorKind kind) => Selects(kind) || kind is OperatorKind.Pad
        or OperatorKind.AveragePool2D or OperatorKind.Concat or OperatorKind.Minimum or OperatorKind.Maximum;

    /// <summary>A sum of products with constant weights as input 1 and a bias as input 2.</summary>
    public static bool IsLinear(OperatorKind kind) => kind is OperatorKind.Conv2D or OperatorKind.DepthwiseConv2D
        or OperatorKind.TransposeConv or OperatorKind.FullyConnected;

    /// <summary>The axis of a linear operator's weights that counts its outputs.</summary>
    public static int OutputAxis(OperatorKind kind) => kind == OperatorKind.DepthwiseConv2D ? 3 : 0;

    public static FusedActivation Activation(this OperatorAttributes attributes) => attributes switch
    {
        ConvAttributes conv => conv.Activation,
        ActivationAttributes plain => plain.Activation,
        PoolAttributes pool => pool.Activation,
        ConcatAttributes concat => concat.Activation,
        _ => FusedActivation.None,
    };

    /// <summary>The attributes with an activation, or null where none can be fused.</summary>
    public static OperatorAttributes? With(this OperatorAttributes attributes, FusedActivation activation) =>
        attributes switch
    {
        ConvAttributes conv => conv with { Activation = activation },
        ActivationAttributes plain => plain with { Activation = activation },
        PoolAttributes pool => pool with { Activation = activation },
        _ => null,
    };
}
