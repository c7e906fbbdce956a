using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Pack;

namespace McuAi.ModelConverter.Layouts;

/// <summary>Weight layouts as numbered in a pack's operator records.</summary>
public enum WeightLayout : byte
{
    Rows = 0,
    Dsp = 1,
    Mve = 2,
    Rv32 = 3,
}

/// <summary>Geometry of a convolution, as in the core's <c>mcuai_conv</c>.</summary>
public sealed record ConvGeometry(int InH, int InW, int InC, int OutH, int OutW, int OutC, int KernelH, int KernelW,
    int StrideH, int StrideW, int DilationH, int DilationW, int PadTop, int PadLeft)
{
    /// <summary>Products of one output element of a convolution that is not depthwise.</summary>
    public int Depth => KernelH * KernelW * InC;
}

/// <summary>How one kernel family stores weights, and what scratch its kernels take. The sizes are those of the C
/// functions <c>mcuai_*_F_bytes</c> and <c>mcuai_*_F_scratch</c>, which check them again on the board.</summary>
public abstract class KernelFamily
{
    public abstract WeightLayout Layout { get; }

    /// <summary>The family's name: the folder in firmware/core/kernels and the value in a board's YAML.</summary>
    public abstract string Name { get; }

    /// <summary>Lays out a dense layer or a convolution; null if these weights do not fit the family's number ranges
    /// (then the operator keeps the rows layout). Decoding gives the weights back exactly.</summary>
    public abstract byte[]? EncodeDense(RowWeights weights);

    public abstract RowWeights DecodeDense(ReadOnlySpan<byte> blob, int rows, int depth, DataType type,
        int outputZeroPoint);

    /// <summary>The same for a depthwise convolution; <paramref name="geometry"/> tells whether the family has a kernel
    /// for it (null if not).</summary>
    public abstract byte[]? EncodeDepthwise(RowWeights weights, ConvGeometry geometry);

    public abstract RowWeights DecodeDepthwise(ReadOnlySpan<byte> blob, int rows, int depth, DataType type,
        int outputZeroPoint);

    public abstract int DenseScratchBytes(int rows, int depth, int bits);

    /// <summary>Whether the dense kernel may find its input inside the scratch area, at a distance of at least
    /// <c>depth</c> rounded up to 4 from its start, and destroy it.</summary>
    public virtual bool DenseScratchMayCoverInput => false;

    public abstract int ConvScratchBytes(ConvGeometry geometry, int bits);

    public abstract int DepthwiseScratchBytes(ConvGeometry geometry, int bits);

    /// <summary>Lays out a matrix of a language model; null if the family has no layout for it (then its operators keep
    /// the rows layout). Decoding gives the matrix back exactly.</summary>
    public virtual byte[]? EncodeMatrix(QuantizedMatrix matrix) => null;

    /// <exception cref="ModelException">The bytes are no such matrix.</exception>
    public virtual QuantizedMatrix DecodeMatrix(ReadOnlySpan<byte> blob, int rows, int columns, MatrixFormat format) =>
        throw new ModelException($"The kernel family {Name} has no layout for matrices of language models; the pack is " +
            "damaged.");

    /// <summary>Rows of a matrix that lie together: parts with inputs of their own are multiples of it.</summary>
    public virtual int MatrixBlock => 1;

    /// <summary>Memory that a quantized vector takes, for products with a matrix of so many columns.</summary>
    public virtual int VectorBytes(MatrixFormat format, int columns) =>
        PackFormat.Align(2 * columns, PackFormat.ConstantAlignment);
}
