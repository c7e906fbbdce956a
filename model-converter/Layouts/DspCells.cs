using System.Buffers.Binary;
using McuAi.ModelConverter.Language.Quantization;

namespace McuAi.ModelConverter.Layouts;

/// <summary>Four rows of a matrix; what lies beyond it is 0.</summary>
internal readonly record struct DspBlock(QuantizedMatrix Matrix, int Row)
{
    /// <summary>A weight; where there is none, one that counts nothing beside inputs of 0.</summary>
    public int Code(int lane, int k) => Row + lane < Matrix.Rows && k < Matrix.Columns
        ? Matrix.Codes[((Row + lane) * Matrix.Columns) + k]
        : Matrix.Format.Bits == 2 ? Matrix.Format.Low : 0;

    /// <summary>Of the group that column <paramref name="k"/> is in; 0 of rows beyond the last.</summary>
    public int Multiplier(int lane, int k) => Row + lane < Matrix.Rows
        ? Matrix.Multipliers[((Row + lane) * Matrix.Groups) + (k / Matrix.Format.Group)]
        : 0;
}

/// <summary>How the columns of four rows are stored in the layout <c>dsp</c>: in cells, of one group each.</summary>
internal abstract class DspCells
{
    /// <summary>Null where the layout has no such matrices.</summary>
    public static DspCells? For(MatrixFormat format) => format.Bits switch
    {
        8 => format.Group == 0 ? new DspInt8Cell() : null,
        4 => format.Group == 0 ? null : new DspInt4Cells(format.Group),
        _ => format.Group == 0 || format.Group % DspInt2Cells.Columns != 0 ? null : new DspInt2Cells(),
    };

    /// <summary>Bits that sums can be shifted to the left by, at least.</summary>
    public virtual int LeastLeft => 0;

    /// <summary>Columns of a cell but the last, of rows of so many.</summary>
    public abstract int Depth(int columns);

    /// <summary>Of a cell of so many columns.</summary>
    public abstract int Bytes(int columns);

    /// <summary>Memory for a vector of so many numbers.</summary>
    public abstract int VectorBytes(int columns);

    /// <summary>Writes the cell that begins at column <paramref name="first"/>; returns its bytes.</summary>
    public abstract int Write(DspBlock block, int first, Span<byte> to);

    /// <summary>Reads the weights of a row of the cell; returns the cell's bytes and the row's multiplier.</summary>
    public abstract (int Bytes, int Multiplier) Read(ReadOnlySpan<byte> from, int lane, Span<sbyte> codes);

    /// <summary>Where the half for column k of a cell is: words for (k, k + 2) and (k + 1, k + 3) of each four.</summary>
    protected static int HalfAt(int k, int fourBytes) => (k / 4 * fourBytes) + (k % 2 * 4) + (k % 4 / 2 * 2);

    /// <summary>Winograd's constant: the sum of the products of neighbours.</summary>
    protected static int Neighbours(int columns, Func<int, int> value)
    {
        int sum = 0;
        for (int k = 0; k < columns; k += 2)
            sum = unchecked(sum + (value(k) * value(k + 1)));
        return sum;
    }

    protected static int RoundUp(int count, int unit) => (count + unit - 1) / unit * unit;

    protected static void WriteMultipliers(DspBlock block, int first, Span<byte> to)
    {
        for (int lane = 0; lane < DspMatrix.BlockRows; lane++)
            to[lane] = (byte)block.Multiplier(lane, first);
    }
}

/// <summary>Whole rows of INT8: two constants, then halves p + 256 q of rows 0, 1 and of rows 2, 3.</summary>
internal sealed class DspInt8Cell : DspCells
{
    private const int Constants = 8, FourBytes = 16;

    /// <summary>Sums of odd rows lie 8 bits up in an accumulator.</summary>
    public override int LeastLeft => 8;

    public override int Depth(int columns) => columns;

    public override int Bytes(int columns) => Constants + (RoundUp(columns, 4) / 4 * FourBytes);

    public override int VectorBytes(int columns) => 2 * RoundUp(columns, 4);

    public override int Write(DspBlock block, int first, Span<byte> to)
    {
        int columns = RoundUp(block.Matrix.Columns, 4);
        for (int pair = 0; pair < 2; pair++)
        {
            int even = 2 * pair;
            BinaryPrimitives.WriteInt32LittleEndian(to[(4 * pair)..], -Neighbours(columns, k => block.Code(even, k)));
            for (int k = 0; k < columns; k++)
                BinaryPrimitives.WriteInt16LittleEndian(to[(Constants + (8 * pair) + HalfAt(k, FourBytes))..],
                    (short)(block.Code(even, k) + (256 * block.Code(even + 1, k))));
        }

        return Bytes(columns);
    }

    public override (int Bytes, int Multiplier) Read(ReadOnlySpan<byte> from, int lane, Span<sbyte> codes)
    {
        for (int k = 0; k < codes.Length; k++)
        {
            short half = BinaryPrimitives.ReadInt16LittleEndian(from[(Constants + (lane / 2 * 8) + HalfAt(k, FourBytes))..]);
            codes[k] = lane % 2 == 0 ? (sbyte)half : (sbyte)((half - (sbyte)half) >> 8);
        }

        return (Bytes(codes.Length), 1);
    }
}

/// <summary>Cells of INT4: both Winograd constants in a word, then halves of four rows, then the multipliers.</summary>
internal sealed class DspInt4Cells(int group) : DspCells
{
    private const int Constants = 4, FourBytes = 8, SecondConstantBit = 12, AroundBytes = 24;

    private readonly int _depth = group % 32 == 0 ? 32 : group % 16 == 0 ? 16 : 8;

    public override int Depth(int columns) => _depth;

    public override int Bytes(int columns) => Constants + (RoundUp(columns, 8) / 4 * FourBytes) + 4;

    public override int VectorBytes(int columns) =>
        (2 * RoundUp(columns, 8)) + (RoundUp(columns, _depth) / _depth * AroundBytes);

    public override int Write(DspBlock block, int first, Span<byte> to)
    {
        int columns = RoundUp(Math.Min(_depth, block.Matrix.Columns - first), 8);
        int low = Neighbours(columns, k => block.Code(0, first + k) + 8);
        int high = Neighbours(columns, k => block.Code(0, first + k) + 8 + (16 * (block.Code(1, first + k) + 8)));
        BinaryPrimitives.WriteUInt32LittleEndian(to, (uint)low | ((uint)high << SecondConstantBit));
        for (int k = 0; k < columns; k++)
        {
            int half = 4096 * block.Code(3, first + k);
            for (int lane = 0; lane < 3; lane++)
                half += (block.Code(lane, first + k) + 8) << (4 * lane);
            BinaryPrimitives.WriteInt16LittleEndian(to[(Constants + HalfAt(k, FourBytes))..], (short)half);
        }

        WriteMultipliers(block, first, to[(Constants + (columns / 4 * FourBytes))..]);
        return Bytes(columns);
    }

    public override (int Bytes, int Multiplier) Read(ReadOnlySpan<byte> from, int lane, Span<sbyte> codes)
    {
        for (int k = 0; k < codes.Length; k++)
        {
            short half = BinaryPrimitives.ReadInt16LittleEndian(from[(Constants + HalfAt(k, FourBytes))..]);
            codes[k] = (sbyte)(lane == 3 ? half >> 12 : ((half >> (4 * lane)) & 15) - 8);
        }

        int bytes = Bytes(codes.Length);
        return (bytes, (sbyte)from[bytes - 4 + lane]);
    }
}

/// <summary>Cells of INT2: words of four rows of four, then the multipliers.</summary>
internal sealed class DspInt2Cells : DspCells
{
    /// <summary>Of a cell, also of the last.</summary>
    public const int Columns = 16;

    private const int Words = 4;

    public override int Depth(int columns) => Columns;

    public override int Bytes(int columns) => (4 * Words) + 4;

    public override int VectorBytes(int columns) => RoundUp(columns, Columns) / Columns * (8 + (2 * Columns));

    public override int Write(DspBlock block, int first, Span<byte> to)
    {
        for (int word = 0; word < Words; word++)
        {
            uint bits = 0;
            for (int i = 0; i < 4 * DspMatrix.BlockRows; i++)
            {
                (int k, int lane) = (i / 4, i % 4);
                int code = ((block.Code(lane, first + (4 * word) + k) + 3) / 2) ^ (lane % 2 * 2);
                bits |= (uint)code << Bit(k, lane);
            }

            BinaryPrimitives.WriteUInt32LittleEndian(to[(4 * word)..], bits);
        }

        WriteMultipliers(block, first, to[(4 * Words)..]);
        return Bytes(Columns);
    }

    public override (int Bytes, int Multiplier) Read(ReadOnlySpan<byte> from, int lane, Span<sbyte> codes)
    {
        for (int k = 0; k < codes.Length; k++)
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(from[(k / 4 * 4)..]);
            int code = (int)(word >> Bit(k % 4, lane)) & 3;
            codes[k] = (sbyte)((2 * (code ^ (lane % 2 * 2))) - 3);
        }

        return (Bytes(Columns), (sbyte)from[(4 * Words) + lane]);
    }

    /// <summary>The kernel rotates the word by 0, 4, 8 and 12 and takes bits 0-1 and 14-15 of both halves.</summary>
    private static int Bit(int k, int lane) => ((k % 2 * 8) + (lane / 2 * 4) + (k / 2 * 16) + (lane % 2 * 14)) % 32;
}
