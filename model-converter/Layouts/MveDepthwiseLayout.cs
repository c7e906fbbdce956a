using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Layouts;

/// <summary>Blocks of 16 channels. A block has 16 biases; then for each tap (INT8), two taps (INT4) or four taps (INT2)
/// a vector with one byte per channel, the earlier tap in the lower bits; then 16 multipliers and shifts. Taps are
/// padded with weights of zero, to two or four. Lane i of block b holds channel (16 b + i) modulo the number of
/// channels, so that a block of few channels serves several neighbouring pixels at once.</summary>
internal static class MveDepthwiseLayout
{
    private const int VectorBytes = 16;
    private const int BiasBytes = 4 * VectorBytes;
    private const int ScaleBytes = 8 * VectorBytes;

    /// <summary>Whether the 16-bit sums of the kernel cannot overflow for any input, nor a 32-bit value that is shifted
    /// to the left or not at all leave room for the zero point (the kernel saturates there, the reference wraps).
    /// </summary>
    public static bool SumsFit(RowWeights weights)
    {
        int run = weights.Type == DataType.Int8 ? 2 : weights.Depth;
        for (int row = 0; row < weights.Rows; row++)
        {
            bool wraps = weights.Shift[row] >= 0
                && Math.Abs((long)weights.Bias[row]) + GreatestSum(weights, row, 0, weights.Depth)
                    > (int.MaxValue - 128) >> weights.Shift[row];
            for (int first = 0; first < weights.Depth; first += run)
            {
                wraps |= GreatestSum(weights, row, first, run) > short.MaxValue;
            }

            if (wraps)
            {
                return false;
            }
        }

        return true;
    }

    private static long GreatestSum(RowWeights weights, int row, int first, int count)
    {
        long sum = 0;
        for (int k = first; k < Math.Min(first + count, weights.Depth); k++)
        {
            sum += Math.Abs((int)weights[row, k]);
        }

        return sum * 128;
    }

    public static byte[] Encode(RowWeights weights)
    {
        int bits = weights.Type.Bits();
        int blockBytes = BlockBytes(weights.Depth, bits);
        var blob = new byte[checked(MveFamily.RoundUp(weights.Rows, MveFamily.Lanes) / MveFamily.Lanes * blockBytes)];
        bool general = MveConstants.NeedsGeneralForm(weights);
        for (int lane = 0; lane < MveFamily.RoundUp(weights.Rows, MveFamily.Lanes); lane++)
        {
            Span<byte> block = blob.AsSpan(lane / MveFamily.Lanes * blockBytes, blockBytes);
            int row = lane % weights.Rows;
            EncodeConstants(weights, row, lane, general, block);
            for (int k = 0; k < weights.Depth; k++)
            {
                int at = BiasBytes + (k * bits / 8 * VectorBytes) + (lane % MveFamily.Lanes);
                block[at] |= (byte)((weights[row, k] & ((1 << bits) - 1)) << (k * bits % 8));
            }
        }

        return blob;
    }

    public static RowWeights Decode(ReadOnlySpan<byte> blob, int rows, int depth, DataType type, int outputZeroPoint)
    {
        int bits = type.Bits();
        int blockBytes = BlockBytes(depth, bits);
        var result = new RowWeights(rows, depth, type, new sbyte[rows * depth], new int[rows], new int[rows],
            new int[rows], outputZeroPoint);
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<byte> block = blob.Slice(row / MveFamily.Lanes * blockBytes, blockBytes);
            ReadOnlySpan<byte> scale = block[^ScaleBytes..];
            result.Bias[row] = block.Lane(BiasOffset(row));
            result.Multiplier[row] = scale.Lane(ScaleOffset(row));
            result.Shift[row] = MveConstants.DecodeShift(scale.Lane(ScaleOffset(row) + VectorBytes));
            for (int k = 0; k < depth; k++)
            {
                int packed = block[BiasBytes + (k * bits / 8 * VectorBytes) + (row % MveFamily.Lanes)];
                result.Values[(row * depth) + k] = (sbyte)(packed << (32 - bits - (k * bits % 8)) >> (32 - bits));
            }
        }

        return result;
    }

    private static int BlockBytes(int depth, int bits)
    {
        int taps = MveFamily.RoundUp(depth, Math.Max(2, 8 / bits));
        return checked(BiasBytes + (taps * bits / 8 * VectorBytes) + ScaleBytes);
    }

    private static void EncodeConstants(RowWeights weights, int row, int lane, bool general, Span<byte> block)
    {
        Span<byte> scale = block[^ScaleBytes..];
        block.SetLane(BiasOffset(lane), weights.Bias[row]);
        scale.SetLane(ScaleOffset(lane), weights.Multiplier[row]);
        scale.SetLane(ScaleOffset(lane) + VectorBytes, MveConstants.EncodeShift(weights.Shift[row], general));
    }

    /// <summary>Widening a vector of bytes twice separates its even and odd lanes twice: channels 4i, 4i+2, 4i+1 and
    /// 4i+3, in this order.</summary>
    private static int Vector(int lane) => (lane % 4) switch { 1 => 2, 2 => 1, var same => same };

    private static int Element(int lane) => lane % MveFamily.Lanes / 4 * sizeof(int);

    private static int BiasOffset(int lane) => (Vector(lane) * VectorBytes) + Element(lane);

    private static int ScaleOffset(int lane) => (2 * Vector(lane) * VectorBytes) + Element(lane);
}
