using System.Buffers.Binary;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Layouts;

/// <summary>Dense weights of the dsp layout: blocks of rows, each its constants, its weights for every four of the
/// depth, and its scales. One class for each width of the weights.</summary>
internal abstract class DspBlocks
{
    /// <summary>Rows that share a constants - weights - scales block.</summary>
    protected abstract DataType Type { get; }

    /// <summary>Bytes of a block's weights for four of the depth.</summary>
    protected abstract int FourBytes(int blockRows);

    /// <summary>Rows of the block that starts at a row, padding included.</summary>
    protected virtual int BlockRows(int rows, int first) => 4;

    /// <summary>Whether the accumulators of the block's fields cannot run into each other.</summary>
    protected abstract bool Fits(RowWeights weights, int first, int blockRows);

    /// <summary>The accumulators' initial values.</summary>
    protected abstract void WriteConstants(Span<byte> to, RowWeights weights, int first, int blockRows);

    protected abstract void WriteFour(Span<byte> to, RowWeights weights, int first, int k);

    /// <summary>Weight (lane, k) of a block, k in 0..3 of the four given.</summary>
    protected abstract sbyte ReadWeight(ReadOnlySpan<byte> four, int lane, int k);

    /// <summary>Biases of a block from its constants; the block's weights are already decoded, padded to the depth's
    /// multiple of four and to the block's rows.</summary>
    protected abstract int ReadBias(ReadOnlySpan<byte> constants, sbyte[,] weights, int lane, int depth);

    public static DspBlocks For(DataType type) => type switch
    {
        DataType.Int8 => new DspInt8Blocks(),
        DataType.Int4 => new DspInt4Blocks(),
        DataType.Int2 => new DspInt2Blocks(),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "weights are Int8, Int4 or Int2"),
    };

    public static int Padded(int depth) => (depth + 3) & ~3;

    /// <summary>Word (0, 1) and half (0, 1) of element k of a four: the order that SXTB16 gives activations.</summary>
    protected static (int Word, int Half) Place(int k) => (k & 1, (k >> 1) & 1);

    private int BlockBytes(int blockRows, int depth) =>
        (blockRows * (4 + DspScale.Bytes)) + (Padded(depth) / 4 * FourBytes(blockRows));

    /// <summary>The rows in the order in which they fit their blocks, and which of them changed places with the
    /// next.</summary>
    protected virtual (RowWeights Weights, IReadOnlySet<int> Exchanged) Arrange(RowWeights weights) =>
        (weights, new HashSet<int>());

    public byte[]? Encode(RowWeights weights)
    {
        (weights, var exchanged) = Arrange(weights);
        if (DspScale.OfLayer(weights, 4) is not { } scales)
            return null;
        var general = exchanged.Count > 0 || DspScale.AnyGeneral(scales);
        var blob = new List<byte>();
        for (int first = 0, blockRows; first < weights.Rows; first += blockRows)
        {
            blockRows = BlockRows(weights.Rows, first);
            if (!Fits(weights, first, blockRows))
                return null;
            var block = new byte[BlockBytes(blockRows, weights.Depth)];
            WriteRows(block, weights, first, blockRows);
            for (var lane = 0; lane < blockRows; lane++)
            {
                var at = block.AsSpan(block.Length - ((blockRows - lane) * DspScale.Bytes));
                scales[first + lane].Write(at, general, exchanged.Contains(first + lane));
            }

            blob.AddRange(block);
        }

        return [.. blob];
    }

    /// <summary>Constants and weights of a block.</summary>
    private void WriteRows(Span<byte> block, RowWeights weights, int first, int blockRows)
    {
        WriteConstants(block, weights, first, blockRows);
        var at = 4 * blockRows;
        for (var k = 0; k < weights.Depth; k += 4, at += FourBytes(blockRows))
            WriteFour(block.Slice(at, FourBytes(blockRows)), weights, first, k);
    }

    public RowWeights Decode(ReadOnlySpan<byte> blob, int rows, int depth, int outputZeroPoint)
    {
        var result = new RowWeights(rows, depth, Type, new sbyte[rows * depth], new int[rows], new int[rows],
            new int[rows], outputZeroPoint);
        for (int first = 0, blockRows; first < rows; first += blockRows)
        {
            blockRows = BlockRows(rows, first);
            var bytes = BlockBytes(blockRows, depth);
            ReadBlock(blob[..bytes], result, first, blockRows);
            blob = blob[bytes..];
        }

        return result;
    }

    private void ReadBlock(ReadOnlySpan<byte> block, RowWeights to, int first, int blockRows)
    {
        var values = new sbyte[blockRows, Padded(to.Depth)];
        var at = 4 * blockRows;
        for (var k = 0; k < to.Depth; k += 4, at += FourBytes(blockRows))
        {
            for (var lane = 0; lane < blockRows; lane++)
            {
                for (var i = 0; i < 4; i++)
                    values[lane, k + i] = ReadWeight(block.Slice(at, FourBytes(blockRows)), lane, i);
            }
        }

        for (var lane = 0; lane < blockRows; lane++)
        {
            var even = block[(at + ((lane & ~1) * DspScale.Bytes))..];
            var row = first + (DspScale.IsExchanged(even) ? lane ^ 1 : lane);
            if (row >= to.Rows)
                continue;
            for (var k = 0; k < to.Depth; k++)
                to.Values[(row * to.Depth) + k] = values[lane, k];
            to.Bias[row] = ReadBias(block, values, lane, to.Depth);
            (to.Multiplier[row], to.Shift[row]) = DspScale.Read(block[(at + (lane * DspScale.Bytes))..]);
        }
    }

    protected static int Bias(RowWeights weights, int row) => row < weights.Rows ? weights.Bias[row] : 0;

    protected static void WriteWords(Span<byte> to, params ReadOnlySpan<int> words)
    {
        for (var i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(to[(4 * i)..], words[i]);
    }

    protected static int ReadWord(ReadOnlySpan<byte> from, int index) =>
        BinaryPrimitives.ReadInt32LittleEndian(from[(4 * index)..]);

    /// <summary>Sum over i of value(2i) * value(2i + 1), to the padded depth: what Winograd's inner product has too
    /// much.</summary>
    protected static int Neighbours(int depth, Func<int, int> value)
    {
        var sum = 0;
        for (var k = 0; k < Padded(depth); k += 2)
            sum += value(k) * value(k + 1);
        return sum;
    }
}
