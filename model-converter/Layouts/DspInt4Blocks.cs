using System.Buffers.Binary;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Layouts;

/// <summary>Four rows in each halfword as p + 16 q + 256 r + 4096 s; p, q and r as value + 8.</summary>
internal sealed class DspInt4Blocks : DspBlocks
{
    protected override DataType Type => DataType.Int4;

    protected override int FourBytes(int blockRows) => 8;

    /// <summary>32 bits hold Q above 4 bits of P, R above 8, S above 12.</summary>
    protected override bool Fits(RowWeights weights, int first, int blockRows) =>
        DspScale.Fits(weights, first + 1, 28) && DspScale.Fits(weights, first + 2, 24)
        && DspScale.Fits(weights, first + 3, 20);

    protected override void WriteConstants(Span<byte> to, RowWeights weights, int first, int blockRows)
    {
        int b0 = Bias(weights, first), b1 = Bias(weights, first + 1), b2 = Bias(weights, first + 2),
            b3 = Bias(weights, first + 3);
        int Low(int k) => weights[first, k] + 8;
        int Both(int k) => Low(k) + (16 * (weights[first + 1, k] + 8));
        WriteWords(to, b0 - Neighbours(weights.Depth, Low), b0 + (16 * b1) - Neighbours(weights.Depth, Both),
            b0 + (256 * b2), b0 + (16 * b1) + (256 * b2) + (4096 * b3));
    }

    protected override void WriteFour(Span<byte> to, RowWeights weights, int first, int k)
    {
        for (var i = 0; i < 4; i++)
        {
            var all = (weights[first, k + i] + 8) | ((weights[first + 1, k + i] + 8) << 4)
                | ((weights[first + 2, k + i] + 8) << 8) | (weights[first + 3, k + i] << 12);
            BinaryPrimitives.WriteInt16LittleEndian(to[Offset(i)..], (short)all);
        }
    }

    protected override sbyte ReadWeight(ReadOnlySpan<byte> four, int lane, int k)
    {
        var field = BinaryPrimitives.ReadInt16LittleEndian(four[Offset(k)..]) >> (4 * lane);
        return (sbyte)(lane == 3 ? field : (field & 15) - 8);
    }

    protected override int ReadBias(ReadOnlySpan<byte> constants, sbyte[,] weights, int lane, int depth)
    {
        int Low(int k) => weights[0, k] + 8;
        var p = ReadWord(constants, 0) + Neighbours(depth, Low);
        var both = ReadWord(constants, 1) + Neighbours(depth, k => Low(k) + (16 * (weights[1, k] + 8)));
        int c = ReadWord(constants, 2), all = ReadWord(constants, 3);
        return lane switch
        {
            0 => p,
            1 => (both - p) >> 4,
            2 => (c - p) >> 8,
            _ => (all - both - (c - p)) >> 12,
        };
    }

    private static int Offset(int k)
    {
        var (word, half) = Place(k);
        return (4 * word) + (2 * half);
    }
}
