using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Layouts;

/// <summary>Writes and reads <see cref="Rv32DenseLayout"/>.</summary>
internal static class Rv32DenseEncoder
{
    /// <summary>The blob, or null if a row cannot be requantized by the kernels (<see cref="Rv32Requantization"/>).
    /// The sums themselves need no proof: fields never overflow, and the totals wrap as the reference does.</summary>
    public static byte[]? Encode(RowWeights weights)
    {
        var layout = new Rv32DenseLayout(weights.Rows, weights.Depth, weights.Type.Bits());
        var blob = new byte[layout.Bytes];
        foreach (var (offset, firstRow, rows) in layout.Chunks())
        {
            var pairs = (rows + 1) / 2;
            var chunk = blob.AsSpan(offset, pairs * layout.PairBytes);
            for (var pair = 0; pair < pairs; pair++)
                WritePair(layout, weights, chunk, pairs, pair, firstRow + (2 * pair));
            var left = Enumerable.Range(firstRow, rows).Any(row => Rv32Requantization.ShiftsLeft(weights, row));
            for (var row = 0; row < rows; row++)
            {
                if (Rv32Requantization.ForRow(weights, firstRow + row) is not { } constants)
                    return null;
                WriteRecord(chunk, layout.RecordOffset(pairs, row), weights, firstRow + row, constants, left);
            }
        }
        return blob;
    }

    public static RowWeights Decode(ReadOnlySpan<byte> blob, int rows, int depth, DataType type, int outputZeroPoint)
    {
        var layout = new Rv32DenseLayout(rows, depth, type.Bits());
        var weights = new RowWeights(rows, depth, type, new sbyte[rows * depth], new int[rows], new int[rows],
            new int[rows], outputZeroPoint);
        foreach (var (offset, firstRow, chunkRows) in layout.Chunks())
        {
            var pairs = (chunkRows + 1) / 2;
            var chunk = blob.Slice(offset, pairs * layout.PairBytes);
            for (var row = 0; row < chunkRows; row++)
                ReadRow(layout, chunk, pairs, row, weights, firstRow + row);
        }
        return weights;
    }

    private static void WritePair(Rv32DenseLayout layout, RowWeights weights, Span<byte> chunk, int pairs, int pair,
        int row)
    {
        var drained = layout.Drains * Rv32DenseLayout.FieldStart;
        var high = row + 1 < weights.Rows ? weights.Bias[row + 1] - drained : 0;
        Rv32DenseLayout.WriteWord(chunk, Rv32DenseLayout.StartOffset(pair),
            unchecked(weights.Bias[row] - drained + (high << 16)));
        Rv32DenseLayout.WriteWord(chunk, Rv32DenseLayout.StartOffset(pair) + 4, high);
        for (var word = 0; word < layout.Words; word++)
        {
            var packed = 0u;
            for (var step = 0; step < layout.StepsPerWord; step++)
            {
                var k = (word * layout.StepsPerWord) + step;
                packed |= Biased(weights[row, k], layout.Bits) << (step * layout.Bits);
                packed |= Biased(weights[row + 1, k], layout.Bits) << (16 + (step * layout.Bits));
            }
            Rv32DenseLayout.WriteWord(chunk, Rv32DenseLayout.WordOffset(pairs, pair, word), (int)packed);
        }
    }

    private static uint Biased(sbyte weight, int bits) => (uint)(weight + (1 << (bits - 1)));

    /// <summary>The kernels use the low five bits of the third word; its second byte keeps the true shift. The highest
    /// bit sends the whole chunk to the rounding for any shift.</summary>
    private static void WriteRecord(Span<byte> chunk, int offset, RowWeights weights, int row,
        Rv32Requantization constants, bool left)
    {
        Rv32DenseLayout.WriteWord(chunk, offset, weights.Multiplier[row] << 1);
        Rv32DenseLayout.WriteWord(chunk, offset + 4, constants.Rounding);
        Rv32DenseLayout.WriteWord(chunk, offset + 8, constants.Shift | ((weights.Shift[row] & 0xFF) << 8) |
            (left ? int.MinValue : 0));
    }

    private static void ReadRow(Rv32DenseLayout layout, ReadOnlySpan<byte> chunk, int pairs, int chunkRow,
        RowWeights weights, int row)
    {
        var pair = chunkRow / 2;
        var odd = chunkRow % 2;
        var high = Rv32DenseLayout.ReadWord(chunk, Rv32DenseLayout.StartOffset(pair) + 4);
        var start = odd == 1 ? high
            : unchecked(Rv32DenseLayout.ReadWord(chunk, Rv32DenseLayout.StartOffset(pair)) - (high << 16));
        weights.Bias[row] = unchecked(start + (layout.Drains * Rv32DenseLayout.FieldStart));
        var record = layout.RecordOffset(pairs, chunkRow);
        weights.Multiplier[row] = Rv32DenseLayout.ReadWord(chunk, record) >>> 1;
        weights.Shift[row] = (sbyte)chunk[record + 9];
        for (var k = 0; k < layout.Depth; k++)
        {
            var word = Rv32DenseLayout.ReadWord(chunk,
                Rv32DenseLayout.WordOffset(pairs, pair, k / layout.StepsPerWord));
            var field = (word >>> ((odd * 16) + (k % layout.StepsPerWord * layout.Bits))) & ((1 << layout.Bits) - 1);
            weights.Values[(row * layout.Depth) + k] = (sbyte)(field - (1 << (layout.Bits - 1)));
        }
    }
}
