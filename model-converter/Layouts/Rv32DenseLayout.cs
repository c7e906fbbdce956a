using System.Buffers.Binary;

namespace McuAi.ModelConverter.Layouts;

/// <summary>Where everything lies in the RV32 layout of a dense layer or a convolution (docs/pack-format.md, "RV32
/// layout"): rows in pairs, pairs in chunks; a chunk is the starting sums of its pairs, their words of weights
/// interleaved, and a record of three words for each row.</summary>
internal readonly record struct Rv32DenseLayout(int Rows, int Depth, int Bits)
{
    /// <summary>Each drain of the kernels' 16-bit fields adds this to both sums of a pair.</summary>
    public const int FieldStart = 0x7F00;

    private const int StartBytes = 8;
    private const int RecordBytes = 12;

    /// <summary>Steps of the depth in one word of a pair.</summary>
    public int StepsPerWord => 16 / Bits;

    /// <summary>Words of a pair; the kernels take 4 steps (INT8) or 8 at a time.</summary>
    public int Words => Bits == 8 ? Round(Depth, 4) / 2 : Round(Depth, 8) / StepsPerWord;

    public int Drains => Bits switch
    {
        8 => Words,
        4 => Round(Depth, 32) / 32,
        _ => Round(Depth, 128) / 128,
    };

    public int PairBytes => StartBytes + (4 * Words) + (2 * RecordBytes);

    public int Bytes => (Rows + 1) / 2 * PairBytes;

    /// <summary>Bytes of a widened input vector in scratch memory; INT8 rows read it as it is.</summary>
    public int WidenedBytes => Bits == 8 ? 0 : (Round(Depth, 8) * 4) + (8 * Drains);

    /// <summary>Bytes of four widened pixels, INT8 only.</summary>
    public int WidenedPixelsBytes => 12 * Round(Depth, 4);

    /// <summary>The chunks in order: offset in bytes, first row, rows. As many of the widest as there are, then the
    /// binary digits of what is left; a chunk of one row takes the room of two.</summary>
    public IEnumerable<(int Offset, int FirstRow, int Rows)> Chunks()
    {
        var row = 0;
        for (var size = Bits == 8 ? 16 : 8; size > 0; size /= 2)
        {
            for (; row + size <= Rows; row += size)
                yield return (row / 2 * PairBytes, row, size);
        }
    }

    /// <summary>Offset of a pair's starting sums within its chunk.</summary>
    public static int StartOffset(int pair) => pair * StartBytes;

    public static int WordOffset(int pairs, int pair, int word) => (pairs * StartBytes) + (4 * ((word * pairs) + pair));

    public int RecordOffset(int pairs, int row) => (pairs * (StartBytes + (4 * Words))) + (row * RecordBytes);

    public static int ReadWord(ReadOnlySpan<byte> chunk, int offset) =>
        BinaryPrimitives.ReadInt32LittleEndian(chunk[offset..]);

    public static void WriteWord(Span<byte> chunk, int offset, int value) =>
        BinaryPrimitives.WriteInt32LittleEndian(chunk[offset..], value);

    private static int Round(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
