using System.Buffers.Binary;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Layouts;

/// <summary>Depthwise weights of the dsp layout: for each four channels their biases, their weights two taps at a
/// time (channels 0 and 1 of both taps, then 2 and 3 of both), their scales.</summary>
internal static class DspDepthwise
{
    private const int Group = 4;
    private const int BiasBytes = 16;
    private const int StripBytes = 4096;
    private const int NarrowestPlane = 4;
    private const int WidestPlane = 64;

    private static int PairCount(int depth) => (depth + 1) / 2;

    private static int WeightBytes(int depth, int bits) => ((PairCount(depth) * bits) + 3) & ~3;

    private static int GroupBytes(int depth, int bits) =>
        BiasBytes + WeightBytes(depth, bits) + (Group * DspScale.Bytes);

    public static byte[]? Encode(RowWeights weights, ConvGeometry geometry)
    {
        if (DspScale.OfLayer(weights, Group) is not { } scales || (PlanesFit(geometry) && !ShiftsFit(weights, scales)))
            return null;
        var general = DspScale.AnyGeneral(scales);
        var (depth, bits) = (weights.Depth, weights.Type.Bits());
        var groupBytes = GroupBytes(depth, bits);
        var blob = new byte[scales.Length / Group * groupBytes];
        for (var row = 0; row < scales.Length; row++)
        {
            var group = blob.AsSpan(row / Group * groupBytes, groupBytes);
            var scale = group[(BiasBytes + WeightBytes(depth, bits) + (row % Group * DspScale.Bytes))..];
            scales[row].Write(scale, general);
            if (row >= weights.Rows)
                continue;
            BinaryPrimitives.WriteInt32LittleEndian(group[(row % Group * 4)..], weights.Bias[row]);
            for (var k = 0; k < depth; k++)
            {
                var bit = Element(row, k) * bits;
                group[BiasBytes + (bit / 8)] |= (byte)((weights[row, k] & ((1 << bits) - 1)) << (bit % 8));
            }
        }

        return blob;
    }

    /// <summary>Planes take weights that are doubled and shifted to the left in advance, as int16.</summary>
    private static bool ShiftsFit(RowWeights weights, DspScale[] scales)
    {
        for (var row = 0; row < weights.Rows; row++)
        {
            var left = scales[row].Left;
            foreach (var w in weights.Row(row))
            {
                var shifted = left < 32 ? (2L * w) << left : 0;
                if (shifted != (short)shifted)
                    return false;
            }
        }

        return true;
    }

    public static RowWeights Decode(ReadOnlySpan<byte> blob, int rows, int depth, DataType type, int outputZeroPoint)
    {
        var bits = type.Bits();
        var groupBytes = GroupBytes(depth, bits);
        var result = new RowWeights(rows, depth, type, new sbyte[rows * depth], new int[rows], new int[rows],
            new int[rows], outputZeroPoint);
        for (var row = 0; row < rows; row++)
        {
            var group = blob.Slice(row / Group * groupBytes, groupBytes);
            result.Bias[row] = BinaryPrimitives.ReadInt32LittleEndian(group[(row % Group * 4)..]);
            (result.Multiplier[row], result.Shift[row]) = DspScale.Read(
                group[(BiasBytes + WeightBytes(depth, bits) + (row % Group * DspScale.Bytes))..]);
            for (var k = 0; k < depth; k++)
            {
                var bit = Element(row, k) * bits;
                var field = group[BiasBytes + (bit / 8)] << (32 - bits - (bit % 8));
                result.Values[(row * depth) + k] = (sbyte)(field >> (32 - bits));
            }
        }

        return result;
    }

    private static int Element(int row, int k) =>
        (k / 2 * 8) + (row % Group / 2 * 4) + (k % 2 * 2) + (row % 2);

    /// <summary>Planes where they serve; else addresses of the taps, a pixel of zero points, and weights narrower than
    /// int8 unpacked.</summary>
    public static int ScratchBytes(ConvGeometry geometry, int bits)
    {
        if (PlanesFit(geometry))
            return PlanesBytes(geometry);
        var depth = geometry.KernelH * geometry.KernelW;
        var unpacked = bits == 8 ? 0 : (geometry.OutC + Group - 1) / Group * GroupBytes(depth, 8);
        return (8 * PairCount(depth)) + DspBlocks.Padded(geometry.InC) + unpacked;
    }

    /// <summary>Geometries that are computed through planes of int16, four channels at a time.</summary>
    private static bool PlanesFit(ConvGeometry g) =>
        g is { KernelH: 3, KernelW: 3, DilationH: 1, DilationW: 1, StrideH: 1 or 2, PadTop: <= 1, PadLeft: <= 1,
            OutW: >= NarrowestPlane and <= WidestPlane } && g.StrideH == g.StrideW && g.InC == g.OutC && g.InC % Group == 0;

    /// <summary>Planes of pairs of rows and columns for a strip of output rows.</summary>
    private static int PlanesBytes(ConvGeometry g)
    {
        var columns = ((g.OutW + 1) / 2 * g.StrideW) + 1;
        var most = StripBytes / (Group * 8 * columns);
        var pairs = Math.Min(most > g.StrideW ? (most - 1) / g.StrideW : 1, (g.OutH + 1) / 2);
        return Group * 8 * columns * ((pairs * g.StrideH) + 1);
    }
}
