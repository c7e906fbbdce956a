using System.Buffers.Binary;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language.Quantization;

/// <summary>Matrices in the layout <c>rows</c> (docs/pack-format.md, Matrices of language models).</summary>
public static class MatrixBlob
{
    private const int FactorBytes = 8;

    public static byte[] Write(QuantizedMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        var blob = new byte[matrix.Bytes];
        for (int row = 0; row < matrix.Rows; row++)
        {
            Span<byte> record = blob.AsSpan(row * FactorBytes, FactorBytes);
            BinaryPrimitives.WriteInt32LittleEndian(record, matrix.Factors[row].Mantissa);
            record[4] = (byte)matrix.Factors[row].Exponent;
        }

        int multipliers = FactorBytes * matrix.Rows, line = (int)matrix.Format.RowBytes(matrix.Columns);
        for (int i = 0; i < matrix.Multipliers.Length; i++)
            blob[multipliers + i] = (byte)matrix.Multipliers[i];
        int codes = blob.Length - (matrix.Rows * line);
        for (int row = 0; row < matrix.Rows; row++)
            Pack(matrix.Codes.Slice(row * matrix.Columns, matrix.Columns), matrix.Format.Bits,
                blob.AsSpan(codes + (row * line), line));
        return blob;
    }

    /// <exception cref="ModelException">The bytes are no such matrix.</exception>
    public static QuantizedMatrix Read(ReadOnlySpan<byte> blob, int rows, int columns, MatrixFormat format)
    {
        if (rows < 1 || columns < 1 || !format.IsValid || (long)rows * columns > Array.MaxLength
            || blob.Length != format.Bytes(rows, columns))
            throw new ModelException($"A matrix [{rows:N0}, {columns:N0}] of {format.Bits} bits in groups of {format.Group} is " +
                $"not {blob.Length:N0} bytes; the pack is damaged.");
        var factors = new RowFactor[rows];
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<byte> record = blob.Slice(row * FactorBytes, FactorBytes);
            factors[row] = new RowFactor(BinaryPrimitives.ReadInt32LittleEndian(record), (sbyte)record[4]);
            if (record[5..].ContainsAnyExcept((byte)0))
                throw new ModelException($"Row {row:N0} of a matrix has a factor that does not end in zeros; the pack is " +
                    "damaged.");
        }

        var multipliers = new sbyte[rows * format.Groups(columns)];
        for (int i = 0; i < multipliers.Length; i++)
            multipliers[i] = (sbyte)blob[(FactorBytes * rows) + i];
        int line = (int)format.RowBytes(columns), start = blob.Length - (rows * line);
        var codes = new sbyte[rows * columns];
        for (int row = 0; row < rows; row++)
            Unpack(blob.Slice(start + (row * line), line), format.Bits, codes.AsSpan(row * columns, columns));
        return new QuantizedMatrix(rows, columns, format, codes, multipliers, factors);
    }

    /// <summary>Weights in order from the least significant bits of each byte on.</summary>
    private static void Pack(ReadOnlySpan<sbyte> codes, int bits, Span<byte> line)
    {
        int mask = (1 << bits) - 1;
        for (int k = 0; k < codes.Length; k++)
        {
            int code = bits == 2 ? (codes[k] + 3) / 2 : codes[k] & mask;
            line[k * bits / 8] |= (byte)(code << (k * bits % 8));
        }
    }

    private static void Unpack(ReadOnlySpan<byte> line, int bits, Span<sbyte> codes)
    {
        for (int k = 0; k < codes.Length; k++)
        {
            int code = (line[k * bits / 8] >> (k * bits % 8)) & ((1 << bits) - 1);
            codes[k] = bits switch { 2 => (sbyte)((2 * code) - 3), 4 => (sbyte)((code ^ 8) - 8), _ => (sbyte)code };
        }
    }
}
