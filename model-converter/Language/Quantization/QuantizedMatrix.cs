using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language.Quantization;

/// <summary>A matrix of a language model in integers: weight * multiplier of its group * factor of its row
/// (docs/transformer-arithmetic.md, Numbers). It does not change.</summary>
public sealed class QuantizedMatrix
{
    private const int MostLeft = 15;

    private readonly sbyte[] _codes;
    private readonly sbyte[] _multipliers;
    private readonly RowFactor[] _factors;

    /// <param name="codes">[rows, columns]; is kept, not copied, as all arrays.</param>
    /// <param name="multipliers">[rows, groups], -127..127; empty without groups.</param>
    /// <param name="factors">[rows]</param>
    /// <exception cref="ModelException">No such matrix can be, or its sums can leave 32 bits.</exception>
    public QuantizedMatrix(int rows, int columns, MatrixFormat format, sbyte[] codes, sbyte[] multipliers, RowFactor[] factors)
    {
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(multipliers);
        ArgumentNullException.ThrowIfNull(factors);
        (Rows, Columns, Format) = (rows, columns, format);
        if (rows < 1 || columns < 1 || !format.IsValid || codes.Length != (long)rows * columns || factors.Length != rows
            || multipliers.Length != (long)rows * Groups)
            throw new ModelException($"A matrix [{rows:N0}, {columns:N0}] of {format.Bits} bits in groups of {format.Group} does " +
                "not fit its weights and multipliers; convert the model again.");
        (_codes, _multipliers, _factors) = (codes, multipliers, factors);
        CheckValues();
        Left = LeftOf(GreatestSum());
    }

    public int Rows { get; }

    public int Columns { get; }

    public MatrixFormat Format { get; }

    /// <summary>Multipliers of a row; 0 where it has none.</summary>
    public int Groups => Format.Groups(Columns);

    /// <summary>[rows, columns]</summary>
    public ReadOnlySpan<sbyte> Codes => _codes;

    /// <summary>[rows, groups]</summary>
    public ReadOnlySpan<sbyte> Multipliers => _multipliers;

    /// <summary>[rows]</summary>
    public ReadOnlySpan<RowFactor> Factors => _factors;

    /// <summary>Bits that a sum over a row can be shifted left by, whatever the inputs are: 0..15.</summary>
    public int Left { get; }

    /// <summary>In the layout <c>rows</c>.</summary>
    public long Bytes => Format.Bytes(Rows, Columns);

    /// <summary>Of all that is stored.</summary>
    public double BitsPerWeight => 8.0 * Bytes / ((double)Rows * Columns);

    /// <summary>What a group's weights are multiplied with.</summary>
    public double Scale(int row, int group) => _factors[row].Value * (Groups == 0 ? 1 : _multipliers[(row * Groups) + group]);

    /// <summary>The matrix of some of its rows.</summary>
    public QuantizedMatrix Select(IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new QuantizedMatrix(rows.Count, Columns, Format,
            [.. rows.SelectMany(row => _codes.AsSpan(row * Columns, Columns).ToArray())],
            [.. rows.SelectMany(row => _multipliers.AsSpan(row * Groups, Groups).ToArray())], [.. rows.Select(row => _factors[row])]);
    }

    /// <summary>The rows of matrices of one format and as many columns, one matrix after another.</summary>
    public static QuantizedMatrix Stack(IReadOnlyList<QuantizedMatrix> matrices)
    {
        ArgumentNullException.ThrowIfNull(matrices);
        return new QuantizedMatrix(matrices.Sum(matrix => matrix.Rows), matrices[0].Columns, matrices[0].Format,
            [.. matrices.SelectMany(matrix => matrix._codes)], [.. matrices.SelectMany(matrix => matrix._multipliers)],
            [.. matrices.SelectMany(matrix => matrix._factors)]);
    }

    /// <summary>[rows, columns] in real numbers.</summary>
    public float[] Dequantize()
    {
        var values = new float[_codes.Length];
        for (int row = 0; row < Rows; row++)
            DequantizeRow(row, values.AsSpan(row * Columns, Columns));
        return values;
    }

    internal void DequantizeRow(int row, Span<float> values)
    {
        ReadOnlySpan<sbyte> codes = _codes.AsSpan(row * Columns, Columns);
        int size = Format.Group == 0 ? Columns : Format.Group;
        for (int first = 0; first < Columns; first += size)
        {
            double scale = Scale(row, first / size);
            for (int k = first; k < Math.Min(first + size, Columns); k++)
                values[k] = (float)(codes[k] * scale);
        }
    }

    private void CheckValues()
    {
        if (Format.Bits == 2
            ? _codes.AsSpan().ContainsAnyExcept(TwoBits)
            : _codes.AsSpan().ContainsAnyExceptInRange((sbyte)Format.Low, (sbyte)Format.High))
            throw new ModelException($"A matrix has a weight that {Format.Bits} bits cannot hold; convert the model again.");
        if (_multipliers.AsSpan().Contains(sbyte.MinValue) || !Array.TrueForAll(_factors, factor => factor.IsValid))
            throw new ModelException("A matrix has a multiplier of -128 or a row's factor out of bounds; convert the model " +
                "again.");
    }

    private static ReadOnlySpan<sbyte> TwoBits => [-3, -1, 1, 3];

    /// <summary>The greatest |sum| of any row for inputs of -127..127.</summary>
    private long GreatestSum()
    {
        int size = Format.Group == 0 ? Columns : Format.Group;
        long greatest = 0;
        for (int row = 0; row < Rows; row++)
        {
            long sum = 0;
            for (int first = 0; first < Columns; first += size)
            {
                int group = 0;
                foreach (sbyte code in _codes.AsSpan((row * Columns) + first, Math.Min(size, Columns - first)))
                    group += Math.Abs((int)code);
                sum += (long)group * (Groups == 0 ? 1 : Math.Abs((int)_multipliers[(row * Groups) + (first / size)]));
            }

            greatest = Math.Max(greatest, sum);
        }

        return 127 * greatest;
    }

    private int LeftOf(long sum)
    {
        if (sum >= 1L << 31)
            throw new ModelException($"Sums over the {Columns:N0} columns of a matrix do not fit 32 bits; give it larger groups " +
                "or fewer bits.");
        int left = 0;
        while (left < MostLeft && sum << (left + 1) < 1L << 31)
            left++;
        return left;
    }
}
