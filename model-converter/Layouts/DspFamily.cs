using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Quantization;

namespace McuAi.ModelConverter.Layouts;

/// <summary>Kernels for Armv7E-M (Cortex-M4, M7, M33): several rows of weights in one halfword, multiplied by SMLAD
/// without being unpacked. The layouts are specified in docs/pack-format.md.</summary>
public sealed class DspFamily : KernelFamily
{
    private const int MostScratch = 4096;

    public override WeightLayout Layout => WeightLayout.Dsp;

    public override string Name => "dsp";

    public override bool DenseScratchMayCoverInput => true;

    public override byte[]? EncodeDense(RowWeights weights) => DspBlocks.For(weights.Type).Encode(weights);

    public override RowWeights DecodeDense(ReadOnlySpan<byte> blob, int rows, int depth, DataType type,
        int outputZeroPoint) => DspBlocks.For(type).Decode(blob, rows, depth, outputZeroPoint);

    public override byte[]? EncodeDepthwise(RowWeights weights, ConvGeometry geometry) =>
        geometry.InC == geometry.OutC ? DspDepthwise.Encode(weights, geometry) : null;

    public override RowWeights DecodeDepthwise(ReadOnlySpan<byte> blob, int rows, int depth, DataType type,
        int outputZeroPoint) => DspDepthwise.Decode(blob, rows, depth, type, outputZeroPoint);

    /// <summary>The activations as int16.</summary>
    public override int DenseScratchBytes(int rows, int depth, int bits) => 2 * DspBlocks.Padded(depth);

    /// <summary>One window as int16; where pixels are no whole words the window also as bytes, with a word for copies
    /// to run over; a ring of input rows.</summary>
    public override int ConvScratchBytes(ConvGeometry geometry, int bits)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        var depth = DspBlocks.Padded(geometry.Depth);
        var collected = geometry.InC % 4 != 0 && !IsPointwise(geometry) ? depth + 4 : 0;
        return (int)Math.Min((2L * depth) + collected + RingBytes(geometry), int.MaxValue);
    }

    private static bool IsPointwise(ConvGeometry geometry) =>
        geometry is { KernelH: 1, KernelW: 1, PadTop: 0, PadLeft: 0 };

    /// <summary>Rows of the input with all columns that a row of windows covers: int16 where pixels are whole words and
    /// windows overlap enough, bytes where they are not. 0 if windows come straight from the image.</summary>
    private static long RingBytes(ConvGeometry geometry)
    {
        if (geometry.DilationH != 1 || geometry.DilationW != 1 || IsPointwise(geometry))
            return 0;
        var columns = ((geometry.OutW - 1) * geometry.StrideW) + geometry.KernelW;
        var elements = (long)columns * geometry.InC * geometry.KernelH;
        if (geometry.InC % 4 != 0)
            return ((elements + 3) & ~3L) + 4;
        var pays = geometry.KernelH * geometry.KernelW > 2 * geometry.StrideH * geometry.StrideW;
        return pays && 2 * (elements + geometry.Depth) <= MostScratch ? 2 * elements : 0;
    }

    public override int DepthwiseScratchBytes(ConvGeometry geometry, int bits)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        return DspDepthwise.ScratchBytes(geometry, bits);
    }

    public override byte[]? EncodeMatrix(QuantizedMatrix matrix) => DspMatrix.Encode(matrix);

    public override QuantizedMatrix DecodeMatrix(ReadOnlySpan<byte> blob, int rows, int columns, MatrixFormat format) =>
        DspMatrix.Decode(blob, rows, columns, format);

    public override int MatrixBlock => DspMatrix.BlockRows;

    public override int VectorBytes(MatrixFormat format, int columns) => DspMatrix.VectorBytes(format, columns);
}
