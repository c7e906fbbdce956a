using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Layouts;

/// <summary>Kernels for Armv7E-M (Cortex-M4, M7, M33): several rows of weights in one halfword, multiplied by SMLAD
/// without being unpacked. The layouts are specified in docs/pack-format.md.</summary>
public sealed class DspFamily : KernelFamily
{
    public override WeightLayout Layout => WeightLayout.Dsp;

    public override string Name => "dsp";

    public override bool DenseScratchMayCoverInput => true;

    public override byte[]? EncodeDense(RowWeights weights) => DspBlocks.For(weights.Type).Encode(weights);

    public override RowWeights DecodeDense(ReadOnlySpan<byte> blob, int rows, int depth, DataType type,
        int outputZeroPoint) => DspBlocks.For(type).Decode(blob, rows, depth, outputZeroPoint);

    public override byte[]? EncodeDepthwise(RowWeights weights, ConvGeometry geometry) =>
        geometry.InC == geometry.OutC ? DspDepthwise.Encode(weights) : null;

    public override RowWeights DecodeDepthwise(ReadOnlySpan<byte> blob, int rows, int depth, DataType type,
        int outputZeroPoint) => DspDepthwise.Decode(blob, rows, depth, type, outputZeroPoint);

    /// <summary>The activations as int16.</summary>
    public override int DenseScratchBytes(int rows, int depth, int bits) => 2 * DspBlocks.Padded(depth);

    /// <summary>One window as int16. Where pixels are no whole words the window also as bytes, with a word for copies
    /// to run over, and the input rows of a row of windows with their padding.</summary>
    public override int ConvScratchBytes(ConvGeometry geometry, int bits)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        var pointwise = geometry is { KernelH: 1, KernelW: 1, PadTop: 0, PadLeft: 0 };
        var collectsBytes = geometry.InC % 4 != 0 && !pointwise;
        var depth = DspBlocks.Padded(geometry.Depth);
        var stripWidth = (((geometry.OutW - 1) * geometry.StrideW) + geometry.KernelW) * geometry.InC;
        var strip = geometry.DilationW == 1 ? DspBlocks.Padded(geometry.KernelH * stripWidth) + 4 : 0;
        return (2 * depth) + (collectsBytes ? depth + 4 + strip : 0);
    }

    public override int DepthwiseScratchBytes(ConvGeometry geometry, int bits)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        return DspDepthwise.ScratchBytes(geometry, bits);
    }
}
