using System.Buffers.Binary;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Pack;

namespace McuAi.ModelConverter.Layouts;

/// <summary>The layout <c>dsp</c> of language models' matrices (docs/pack-format.md): blocks of four rows, each of cells of
/// columns that a group's multiplier is for, and the rows' factors.</summary>
internal static class DspMatrix
{
    public const int BlockRows = 4;

    /// <summary>Mantissas, and 31 - exponent in a byte each.</summary>
    private const int FactorBytes = 20;

    private const int MostExponent = 31, MostSum = 1 << 23, GreatestInput = 127;

    /// <summary>Null if these weights do not fit the kernels.</summary>
    public static byte[]? Encode(QuantizedMatrix matrix)
    {
        if (DspCells.For(matrix.Format) is not { } cells || (matrix.Format.Bits == 8 && !SumsFit(matrix)))
            return null;
        int blocks = (matrix.Rows + BlockRows - 1) / BlockRows, bytes = BlockBytes(cells, matrix.Columns);
        var blob = new byte[checked(blocks * bytes)];
        for (int block = 0; block < blocks; block++)
        {
            Span<byte> to = blob.AsSpan(block * bytes, bytes);
            for (int first = 0; first < matrix.Columns; first += cells.Depth(matrix.Columns))
                to = to[cells.Write(new DspBlock(matrix, block * BlockRows), first, to)..];
            WriteFactors(matrix, block * BlockRows, to);
        }

        return blob;
    }

    /// <exception cref="ModelException">The bytes are no such matrix.</exception>
    public static QuantizedMatrix Decode(ReadOnlySpan<byte> blob, int rows, int columns, MatrixFormat format)
    {
        int blocks = (rows + BlockRows - 1) / BlockRows;
        if (rows < 1 || columns < 1 || !format.IsValid || DspCells.For(format) is not { } cells
            || (long)rows * columns > Array.MaxLength || blob.Length != (long)blocks * BlockBytes(cells, columns))
            throw new ModelException($"A matrix [{rows:N0}, {columns:N0}] of {format.Bits} bits in groups of {format.Group} is " +
                $"not {blob.Length:N0} bytes in the layout dsp; the pack is damaged.");
        int bytes = BlockBytes(cells, columns), groups = format.Groups(columns);
        var (codes, multipliers, factors) = (new sbyte[rows * columns], new sbyte[rows * groups], new RowFactor[rows]);
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<byte> from = blob.Slice(row / BlockRows * bytes, bytes);
            factors[row] = ReadFactor(from[^FactorBytes..], row % BlockRows);
            int start = 0;
            for (int first = 0; first < columns; first += cells.Depth(columns))
            {
                Span<sbyte> part = codes.AsSpan((row * columns) + first, Math.Min(cells.Depth(columns), columns - first));
                (int length, int multiplier) = cells.Read(from[start..], row % BlockRows, part);
                if (groups > 0 && first % format.Group == 0)
                    multipliers[(row * groups) + (first / format.Group)] = (sbyte)multiplier;
                start += length;
            }
        }

        return new QuantizedMatrix(rows, columns, format, codes, multipliers, factors);
    }

    public static int VectorBytes(MatrixFormat format, int columns) => PackFormat.Align(
        DspCells.For(format)?.VectorBytes(columns) ?? (2 * columns), PackFormat.ConstantAlignment);

    /// <summary>Whether sums of the odd rows fit the upper 24 bits of an accumulator, whatever the inputs are.</summary>
    private static bool SumsFit(QuantizedMatrix matrix)
    {
        for (int row = 1; row < matrix.Rows; row += 2)
        {
            long sum = 0;
            foreach (sbyte code in matrix.Codes.Slice(row * matrix.Columns, matrix.Columns))
                sum += Math.Abs((int)code);
            if (GreatestInput * sum >= MostSum)
                return false;
        }

        return true;
    }

    private static int BlockBytes(DspCells cells, int columns)
    {
        long bytes = FactorBytes;
        for (int first = 0; first < columns; first += cells.Depth(columns))
            bytes += cells.Bytes(Math.Min(cells.Depth(columns), columns - first));
        return checked((int)bytes);
    }

    private static void WriteFactors(QuantizedMatrix matrix, int row, Span<byte> to)
    {
        for (int lane = 0; lane < BlockRows; lane++)
        {
            RowFactor factor = row + lane < matrix.Rows ? matrix.Factors[row + lane] : new RowFactor(0, 0);
            BinaryPrimitives.WriteInt32LittleEndian(to[(4 * lane)..], factor.Mantissa);
            to[(4 * BlockRows) + lane] = (byte)(MostExponent - factor.Exponent);
        }
    }

    private static RowFactor ReadFactor(ReadOnlySpan<byte> from, int lane) => new(
        BinaryPrimitives.ReadInt32LittleEndian(from[(4 * lane)..]), MostExponent - from[(4 * BlockRows) + lane]);
}
