using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Layouts;

/// <summary>Cortex-M55 and other cores with the M-profile vector extension (firmware/core/kernels/mve): vectors of 16
/// int8, four rows at a time for dense layers and convolutions, 16 channels at a time for depthwise ones.</summary>
public sealed class MveFamily : KernelFamily
{
    /// <summary>Bytes, and int8 elements, of a vector.</summary>
    internal const int Lanes = 16;

    private const int GreatestPaddingRow = 1024;

    public override WeightLayout Layout => WeightLayout.Mve;

    public override string Name => "mve";

    /// <inheritdoc/>
    /// <remarks>Null when a sub-byte row is so long that the sum of packed fields could overflow. Biases are added to
    /// finished sums modulo 2^32, and the sums shifted to the left modulo 2^32, as in the reference, so any bias and
    /// shift fits.</remarks>
    public override byte[]? EncodeDense(RowWeights weights)
    {
        bool fits = weights.Type == DataType.Int8 || weights.Depth <= MveDenseLayout.GreatestPackedDepth;
        return fits ? MveDenseLayout.Encode(weights) : null;
    }

    public override RowWeights DecodeDense(ReadOnlySpan<byte> blob, int rows, int depth, DataType type,
        int outputZeroPoint) => MveDenseLayout.Decode(blob, rows, depth, type, outputZeroPoint);

    /// <inheritdoc/>
    /// <remarks>Null when there are several output channels per input channel, when sums could leave 16 bits, those of two
    /// neighbouring taps for INT8, those of all taps otherwise, or when a sum shifted to the left could leave 32.</remarks>
    public override byte[]? EncodeDepthwise(RowWeights weights, ConvGeometry geometry)
    {
        bool fits = geometry.InC == geometry.OutC && MveDepthwiseLayout.SumsFit(weights);
        return fits ? MveDepthwiseLayout.Encode(weights) : null;
    }

    public override RowWeights DecodeDepthwise(ReadOnlySpan<byte> blob, int rows, int depth, DataType type,
        int outputZeroPoint) => MveDepthwiseLayout.Decode(blob, rows, depth, type, outputZeroPoint);

    /// <summary>The input, padded to whole vectors.</summary>
    public override int DenseScratchBytes(int rows, int depth, int bits) => RoundUp(depth, Lanes);

    /// <summary>The gathered inputs of two output pixels.</summary>
    public override int ConvScratchBytes(ConvGeometry geometry, int bits) => 2 * RoundUp(geometry.Depth, Lanes);

    /// <summary>An address of four bytes per tap, and zero points for the taps outside the image: a row of it if it is
    /// short, else a pixel.</summary>
    public override int DepthwiseScratchBytes(ConvGeometry geometry, int bits)
    {
        // An image of one column under a column of taps is handled as a row.
        bool lies = geometry.InW == 1 && geometry.OutW == 1 && geometry.KernelW == 1 && geometry.PadLeft == 0;
        int row = (lies ? geometry.InH : geometry.InW) * geometry.InC;
        int padding = row <= GreatestPaddingRow ? row : geometry.InC;
        return (sizeof(int) * RoundUp(geometry.KernelH * geometry.KernelW, 4)) + RoundUp(padding, Lanes);
    }

    internal static int RoundUp(int x, int unit) => (x + unit - 1) / unit * unit;
}
