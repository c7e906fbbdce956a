using System.Buffers.Binary;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;
using static McuAi.ModelConverter.Reference.Transformer.TransformerArithmetic;

namespace McuAi.ModelConverter.Reference.Transformer;

/// <summary>A matrix of a pack in the rows layout, read element by element.</summary>
internal sealed class MatrixRows
{
    private readonly byte[] _blob;
    private readonly int _bits, _group, _groups, _multipliers, _weights, _stride;

    public MatrixRows(PackTensor tensor, int group)
    {
        _blob = tensor.Blob!;
        (Rows, Columns) = (tensor.Dim(2), tensor.Dim(3));
        _bits = tensor.Type.Bits();
        _group = group == 0 ? Columns : group;
        _groups = group == 0 ? 0 : (Columns + group - 1) / group;
        _multipliers = 8 * Rows;
        _weights = _multipliers + PackFormat.Align(Rows * _groups, 4);
        _stride = ((Columns * _bits) + 7) / 8;
        if (_blob.Length < _weights + (Rows * _stride))
            throw new ModelException($"A matrix of {Rows} x {Columns} has {_blob.Length} bytes, too few; convert the model again.");
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Of row r: rho = mantissa * 2^(exponent - 31).</summary>
    public (int Mantissa, int Exponent) Factor(int row) =>
        (BinaryPrimitives.ReadInt32LittleEndian(_blob.AsSpan(8 * row)), (sbyte)_blob[(8 * row) + 4]);

    /// <summary>w * s.</summary>
    public int Weight(int row, int column) => Level(row, column) * Multiplier(row, column / _group);

    /// <summary>Row <paramref name="row"/> times a vector, as docs/transformer-arithmetic.md has it.</summary>
    public int Multiply(int row, QuantizedVector x, int left)
    {
        int sum = 0;
        for (int i = 0; i < Columns; i++)
            sum += Weight(row, i) * x.Levels[i];
        (int mantissa, int exponent) = Factor(row);
        int t = HighRound(HighRound(unchecked(sum << left), mantissa), x.Mantissa);
        return ShiftRound(t, exponent + x.Exponent + 18 - left);
    }

    private int Multiplier(int row, int group) => _groups == 0 ? 1 : (sbyte)_blob[_multipliers + (row * _groups) + group];

    private int Level(int row, int column)
    {
        int bit = column * _bits;
        int field = _blob[_weights + (row * _stride) + (bit / 8)] >> (bit % 8);
        return _bits switch
        {
            8 => (sbyte)field,
            4 => ((field & 15) ^ 8) - 8,
            _ => (2 * (field & 3)) - 3,
        };
    }
}
