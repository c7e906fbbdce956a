using System.Buffers.Binary;
using System.Numerics;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Layouts;

/// <summary>Four rows of four elements in each word. Rotated right by 4 g, its halves hold p + 2^14 q of the elements
/// of word g / 2 of the activations and of rows 2 (g mod 2) and the next; p as value + 2.</summary>
internal sealed class DspInt2Blocks : DspBlocks
{
    protected override DataType Type => DataType.Int2;

    protected override int FourBytes(int blockRows) => 4;

    /// <summary>Rows p accumulate four times their value, and twice it must fit.</summary>
    protected override bool Fits(RowWeights weights, int first, int blockRows) =>
        DspScale.Fits(weights, first, 29) && DspScale.Fits(weights, first + 2, 29);

    protected override void WriteConstants(Span<byte> to, RowWeights weights, int first, int blockRows)
    {
        Span<int> constants = stackalloc int[4];
        for (var lane = 0; lane < 4; lane++)
        {
            var sum = 0;
            for (var k = 0; k < weights.Depth; k++)
                sum += weights[first + lane, k];
            var constant = Bias(weights, first + lane) - (128 * sum);
            constants[lane] = lane % 2 == 0 ? 4 * (constant - (256 * Padded(weights.Depth))) : constant;
        }

        WriteWords(to, constants);
    }

    protected override void WriteFour(Span<byte> to, RowWeights weights, int first, int k)
    {
        uint word = 0;
        for (var i = 0; i < 4; i++)
        {
            for (var lane = 0; lane < 4; lane++)
            {
                var w = weights[first + lane, k + i];
                var field = lane % 2 == 0 ? (uint)(w + 2) : (uint)(w & 3) << 14;
                word |= BitOperations.RotateLeft(field, Turn(lane, i));
            }
        }

        BinaryPrimitives.WriteUInt32LittleEndian(to, word);
    }

    protected override sbyte ReadWeight(ReadOnlySpan<byte> four, int lane, int k)
    {
        var turned = BitOperations.RotateRight(BinaryPrimitives.ReadUInt32LittleEndian(four), Turn(lane, k));
        return (sbyte)(lane % 2 == 0 ? (int)(turned & 3) - 2 : (int)(turned << 16) >> 30);
    }

    protected override int ReadBias(ReadOnlySpan<byte> constants, sbyte[,] weights, int lane, int depth)
    {
        var sum = 0;
        for (var k = 0; k < depth; k++)
            sum += weights[lane, k];
        var constant = ReadWord(constants, lane);
        return (lane % 2 == 0 ? (constant >> 2) + (256 * Padded(depth)) : constant) + (128 * sum);
    }

    private static int Turn(int lane, int k)
    {
        var (word, half) = Place(k);
        return (4 * ((2 * word) + (lane / 2))) + (16 * half);
    }
}
