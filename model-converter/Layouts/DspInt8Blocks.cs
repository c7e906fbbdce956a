using System.Buffers.Binary;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Layouts;

/// <summary>Two rows p, q in each halfword as p + 256 q; blocks of four rows, then pairs.</summary>
internal sealed class DspInt8Blocks : DspBlocks
{
    protected override DataType Type => DataType.Int8;

    protected override int BlockRows(int rows, int first) => rows - first >= 4 ? 4 : 2;

    protected override int FourBytes(int blockRows) => 4 * blockRows;

    protected override bool Fits(RowWeights weights, int first, int blockRows)
    {
        for (var row = first; row < first + blockRows; row += 2)
        {
            if (!PairFits(weights, row, row + 1))
                return false;
        }

        return true;
    }

    /// <summary>Q is what 32 bits hold above P's 8. A halfword cannot hold q = -128 together with p below 0.</summary>
    private static bool PairFits(RowWeights weights, int p, int q)
    {
        if (!DspScale.Fits(weights, q, 24))
            return false;
        for (var k = 0; k < weights.Depth; k++)
        {
            if (weights[p, k] < 0 && weights[q, k] == -128)
                return false;
        }

        return true;
    }

    protected override (RowWeights Weights, IReadOnlySet<int> Exchanged) Arrange(RowWeights weights)
    {
        var exchanged = Enumerable.Range(0, weights.Rows / 2).Select(pair => 2 * pair)
            .Where(row => !PairFits(weights, row, row + 1) && PairFits(weights, row + 1, row)).ToHashSet();
        if (exchanged.Count == 0)
            return (weights, exchanged);
        int[] order = [.. Enumerable.Range(0, weights.Rows).Select(row => exchanged.Contains(row & ~1) ? row ^ 1 : row)];
        T[] Each<T>(Func<int, T> value) => [.. order.Select(value)];
        return (weights with
        {
            Values = [.. order.SelectMany(row => weights.Row(row).ToArray())],
            Bias = Each(row => weights.Bias[row]),
            Multiplier = Each(row => weights.Multiplier[row]),
            Shift = Each(row => weights.Shift[row]),
        }, exchanged);
    }

    protected override void WriteConstants(Span<byte> to, RowWeights weights, int first, int blockRows)
    {
        for (var row = first; row < first + blockRows; row += 2, to = to[8..])
        {
            var (p, low) = (row, Bias(weights, row));
            WriteWords(to, low - Neighbours(weights.Depth, k => weights[p, k]),
                low + (256 * Bias(weights, row + 1)));
        }
    }

    protected override void WriteFour(Span<byte> to, RowWeights weights, int first, int k)
    {
        for (var row = first; to.Length > 0; row += 2, to = to[8..])
        {
            for (var i = 0; i < 4; i++)
            {
                var both = weights[row, k + i] + (256 * weights[row + 1, k + i]);
                BinaryPrimitives.WriteInt16LittleEndian(to[Offset(i)..], (short)both);
            }
        }
    }

    protected override sbyte ReadWeight(ReadOnlySpan<byte> four, int lane, int k)
    {
        var both = BinaryPrimitives.ReadInt16LittleEndian(four[((lane / 2 * 8) + Offset(k))..]);
        var low = (sbyte)both;
        return lane % 2 == 0 ? low : (sbyte)((both - low) >> 8);
    }

    protected override int ReadBias(ReadOnlySpan<byte> constants, sbyte[,] weights, int lane, int depth)
    {
        var p = lane & ~1;
        var low = ReadWord(constants, p) + Neighbours(depth, k => weights[p, k]);
        return lane == p ? low : (ReadWord(constants, p + 1) - low) >> 8;
    }

    private static int Offset(int k)
    {
        var (word, half) = Place(k);
        return (4 * word) + (2 * half);
    }
}
