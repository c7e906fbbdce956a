using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Layouts;

/// <summary>Blocks of four rows. A block has, for each 16 elements of the depth (the last ones padded with weights of
/// zero), one vector per row (INT8), per two rows (INT4) or per four (INT2), the lower row in the lower bits; then four
/// biases, four multipliers and four shifts of 32 bits. Fields below a byte's top one are stored unsigned, with
/// 2^(bits-1) added, so that the byte as a signed number is the weighted sum of its fields.</summary>
internal static class MveDenseLayout
{
    private const int BlockRows = 4;
    private const int ConstantBytes = 3 * BlockRows * sizeof(int);

    /// <summary>A byte of fields times an input is within 2^14; sums of this many stay within 31 bits.</summary>
    public const int GreatestPackedDepth = (1 << 17) - 1;

    public static byte[] Encode(RowWeights weights)
    {
        var blob = new byte[Bytes(weights.Rows, weights.Depth, weights.Type)];
        int blocks = MveFamily.RoundUp(weights.Rows, BlockRows) / BlockRows;
        int blockBytes = blob.Length / Math.Max(blocks, 1);
        bool general = MveConstants.NeedsGeneralForm(weights);
        for (int row = 0; row < blocks * BlockRows; row++)
        {
            Span<byte> block = blob.AsSpan(row / BlockRows * blockBytes, blockBytes);
            EncodeWeights(weights, row, block[..^ConstantBytes]);
            EncodeConstants(weights, row, general, block[^ConstantBytes..]);
        }

        return blob;
    }

    public static RowWeights Decode(ReadOnlySpan<byte> blob, int rows, int depth, DataType type, int outputZeroPoint)
    {
        int blockBytes = Bytes(BlockRows, depth, type);
        var result = new RowWeights(rows, depth, type, new sbyte[rows * depth], new int[rows], new int[rows],
            new int[rows], outputZeroPoint);
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<byte> block = blob.Slice(row / BlockRows * blockBytes, blockBytes);
            ReadOnlySpan<byte> constants = block[^ConstantBytes..];
            int lane = row % BlockRows * sizeof(int);
            result.Bias[row] = constants.Lane(lane);
            result.Multiplier[row] = constants.Lane(lane + 16);
            result.Shift[row] = MveConstants.DecodeShift(constants.Lane(lane + 32));
            for (int k = 0; k < depth; k++)
            {
                Field field = Locate(row, k, type.Bits());
                int bits = block[field.Byte] >> field.Position;
                result.Values[(row * depth) + k] = (sbyte)SignExtend(bits - field.Offset, type.Bits());
            }
        }

        return result;
    }

    private static int Bytes(int rows, int depth, DataType type)
    {
        int blocks = MveFamily.RoundUp(rows, BlockRows) / BlockRows;
        return checked(blocks * ((MveFamily.RoundUp(depth, MveFamily.Lanes) * BlockRows * type.Bits() / 8)
            + ConstantBytes));
    }

    private static void EncodeWeights(RowWeights weights, int row, Span<byte> block)
    {
        int bits = weights.Type.Bits();
        int mask = (1 << bits) - 1;
        for (int k = 0; k < MveFamily.RoundUp(weights.Depth, MveFamily.Lanes); k++)
        {
            Field field = Locate(row, k, bits);
            block[field.Byte] |= (byte)(((weights[row, k] + field.Offset) & mask) << field.Position);
        }
    }

    private static void EncodeConstants(RowWeights weights, int row, bool general, Span<byte> constants)
    {
        bool padding = row >= weights.Rows;
        int lane = row % BlockRows * sizeof(int);
        constants.SetLane(lane, padding ? 0 : weights.Bias[row]);
        constants.SetLane(lane + 16, padding ? 0 : weights.Multiplier[row]);
        constants.SetLane(lane + 32, MveConstants.EncodeShift(padding ? 0 : weights.Shift[row], general));
    }

    /// <summary>Where in a block weight <paramref name="k"/> of a row lies: its byte, the position of its lowest bit
    /// and the offset that was added.</summary>
    private static Field Locate(int row, int k, int bits)
    {
        int fields = 8 / bits;
        int lane = row % BlockRows;
        int chunk = k / MveFamily.Lanes * (BlockRows / fields);
        int position = lane % fields;
        return new Field(((chunk + (lane / fields)) * MveFamily.Lanes) + (k % MveFamily.Lanes), position * bits,
            position == fields - 1 ? 0 : 1 << (bits - 1));
    }

    private static int SignExtend(int value, int bits) => value << (32 - bits) >> (32 - bits);

    private readonly record struct Field(int Byte, int Position, int Offset);
}
