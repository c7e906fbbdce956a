namespace McuAi.ModelConverter.Graph;

/// <summary>Activation fused into the operator that computes its input.</summary>
public enum FusedActivation
{
    None,
    Relu,
    ReluN1To1,
    Relu6,
}

/// <summary>Explicit padding in elements. Importers resolve SAME and VALID; padding after the last element follows
/// from the output's shape.</summary>
public readonly record struct Padding(int Top, int Left, int Bottom, int Right)
{
    /// <summary>TensorFlow's SAME: total = max((out-1)*stride + (kernel-1)*dilation + 1 - in, 0), the smaller half
    /// before.</summary>
    public static (int Before, int After) Same(int input, int output, int kernel, int stride, int dilation)
    {
        int total = Math.Max(((output - 1) * stride) + ((kernel - 1) * dilation) + 1 - input, 0);
        return (total / 2, total - (total / 2));
    }
}

/// <summary>Base of the attribute records; operators without attributes use <see cref="None"/>.</summary>
public abstract record OperatorAttributes
{
    public static readonly OperatorAttributes None = new NoAttributes();

    private sealed record NoAttributes : OperatorAttributes;
}

public sealed record ConvAttributes(int StrideH, int StrideW, int DilationH, int DilationW, Padding Padding,
    FusedActivation Activation = FusedActivation.None) : OperatorAttributes;

public sealed record ActivationAttributes(FusedActivation Activation = FusedActivation.None) : OperatorAttributes;

public sealed record MatMulAttributes(bool TransposeA, bool TransposeB) : OperatorAttributes;

/// <summary><paramref name="CountPadding"/>: an average divides by the whole kernel even at the border.</summary>
public sealed record PoolAttributes(int KernelH, int KernelW, int StrideH, int StrideW, Padding Padding,
    FusedActivation Activation = FusedActivation.None, bool CountPadding = false) : OperatorAttributes;

public sealed record ReduceAttributes(int[] Axes, bool KeepDimensions) : OperatorAttributes;

public sealed record SoftmaxAttributes(float Beta = 1) : OperatorAttributes;

public sealed record LeakyReluAttributes(float Alpha) : OperatorAttributes;

/// <summary><paramref name="Alpha"/> and <paramref name="Beta"/> are the parameters of the functions that have
/// any.</summary>
public sealed record FunctionAttributes(RealFunction Function, float Alpha = 0, float Beta = 0) : OperatorAttributes;

public sealed record ConcatAttributes(int Axis, FusedActivation Activation = FusedActivation.None) : OperatorAttributes;

public sealed record SplitAttributes(int Axis) : OperatorAttributes;

public sealed record SliceAttributes(int[] Begin, int[] Stride) : OperatorAttributes;

/// <summary><paramref name="Value"/> is a real number; a quantized model pads with its quantized value.</summary>
public sealed record PadAttributes(int[] Before, int[] After, double Value) : OperatorAttributes;

/// <summary>Axis i of the output is axis <c>Permutation[i]</c> of the input.</summary>
public sealed record TransposeAttributes(int[] Permutation) : OperatorAttributes;

/// <summary>TensorFlow Lite's two flags say which pixels are taken, unless <paramref name="Rows"/> and
/// <paramref name="Columns"/> list them.</summary>
public sealed record ResizeAttributes(bool AlignCorners, bool HalfPixelCenters, int[]? Rows = null,
    int[]? Columns = null) : OperatorAttributes;

public sealed record SvdfAttributes(int Rank, FusedActivation Activation) : OperatorAttributes;

/// <summary>How ONNX and TFLite recurrent layers are described; a forward layer over x [N,T,I] (or [T,N,I] when
/// <paramref name="TimeMajor"/>) with H hidden units. Gate order i, o, f, c (LSTM) or z, r, h (GRU) as in ONNX.</summary>
public sealed record RecurrentAttributes(bool TimeMajor, bool LinearBeforeReset = false, float CellClip = 0)
    : OperatorAttributes;

public sealed record BatchNormAttributes(float Epsilon) : OperatorAttributes;
