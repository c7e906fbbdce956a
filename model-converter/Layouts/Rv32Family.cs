using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Layouts;

/// <summary>RV32IMC without vector instructions, such as the ESP32-C3.</summary>
public sealed class Rv32Family : KernelFamily
{
    /// <summary>Bytes that a strip's plane may take, unless a single row of outputs needs more.</summary>
    private const int PlaneLimit = 3072;

    private readonly RowsFamily rowsFamily = new();

    public override WeightLayout Layout => WeightLayout.Rv32;

    public override string Name => "rv32";

    public override byte[]? EncodeDense(RowWeights weights) => Rv32DenseEncoder.Encode(weights);

    public override RowWeights DecodeDense(ReadOnlySpan<byte> blob, int rows, int depth, DataType type,
        int outputZeroPoint) => Rv32DenseEncoder.Decode(blob, rows, depth, type, outputZeroPoint);

    /// <summary>The bytes of the rows layout, of rows that <see cref="Rv32Requantization"/> accepts: the kernels unpack
    /// a row once for many pixels.</summary>
    public override byte[]? EncodeDepthwise(RowWeights weights, ConvGeometry geometry)
    {
        for (int row = 0; row < weights.Rows; row++)
        {
            if (Rv32Requantization.ForRow(weights, row) is null)
                return null;
        }

        return rowsFamily.EncodeDepthwise(weights, geometry);
    }

    public override RowWeights DecodeDepthwise(ReadOnlySpan<byte> blob, int rows, int depth, DataType type,
        int outputZeroPoint) => rowsFamily.DecodeDepthwise(blob, rows, depth, type, outputZeroPoint);

    /// <summary>The widened input vector; none for INT8.</summary>
    public override int DenseScratchBytes(int rows, int depth, int bits) =>
        new Rv32DenseLayout(rows, depth, bits).WidenedBytes;

    /// <summary>The widened windows of four pixels (INT8) or one and, unless every window is one pixel of the image,
    /// the windows as they were gathered. INT8 pixels too few for four are copied in any case.</summary>
    public override int ConvScratchBytes(ConvGeometry geometry, int bits)
    {
        var layout = new Rv32DenseLayout(geometry.OutC, geometry.Depth, bits);
        int pixels = bits == 8 && geometry.OutH * geometry.OutW > 3 ? 4 : 1;
        int widened = pixels == 4 ? layout.WidenedPixelsBytes : layout.WidenedBytes;
        return widened > 0 && IsPointwise(geometry) ? widened : widened + (pixels * geometry.Depth);
    }

    /// <summary>One row of weights as bytes, and the plane of a strip of output rows.</summary>
    public override int DepthwiseScratchBytes(ConvGeometry geometry, int bits)
    {
        int width = Extent(geometry.OutW, geometry.StrideW, geometry.KernelW, geometry.DilationW);
        int lines = PlaneLimit / width;
        int first = Extent(1, geometry.StrideH, geometry.KernelH, geometry.DilationH);
        int rows = lines < first ? 1 : Math.Min(geometry.OutH, ((lines - first) / geometry.StrideH) + 1);
        int height = Extent(rows, geometry.StrideH, geometry.KernelH, geometry.DilationH);
        return (geometry.KernelH * geometry.KernelW) + (width * height);
    }

    /// <summary>Pixels of input that a run of outputs reads in one dimension, padding included.</summary>
    private static int Extent(int outputs, int stride, int kernel, int dilation) =>
        ((outputs - 1) * stride) + ((kernel - 1) * dilation) + 1;

    private static bool IsPointwise(ConvGeometry g) =>
        g.KernelH == 1 && g.KernelW == 1 && g.PadTop == 0 && g.PadLeft == 0 &&
        (g.OutH - 1) * g.StrideH < g.InH && (g.OutW - 1) * g.StrideW < g.InW;
}
