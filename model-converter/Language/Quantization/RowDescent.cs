using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Language.Quantization;

/// <summary>Descends on d^T H d of a rounded row, d what it is off by: one weight, one multiplier at a time is set to what
/// is best with all others as they are.</summary>
internal sealed class RowDescent(MatrixFormat format, Hessian hessian)
{
    private const int Sweeps = 12;

    private readonly int _columns = hessian.Columns;
    private readonly int _size = format.Group == 0 ? hessian.Columns : format.Group;

    /// <summary>d, and H d.</summary>
    private readonly double[] _off = new double[hessian.Columns], _slope = new double[hessian.Columns];

    /// <summary>Of a group or row: its weights, and H times them.</summary>
    private readonly double[] _direction = new double[hessian.Columns], _turned = new double[hessian.Columns];

    /// <summary>Changes codes and multipliers, and gives the row's factor.</summary>
    public RowFactor Run(ReadOnlySpan<double> row, Span<sbyte> codes, Span<sbyte> multipliers, RowFactor factor)
    {
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            Start(row, codes, multipliers, factor.Value);
            bool changed = Weights(codes, multipliers, factor.Value);
            if (!multipliers.IsEmpty)
                changed |= Multipliers(codes, multipliers, factor.Value);
            if (!changed)
                break;
            factor = Factor(codes, multipliers, factor);
        }

        return factor;
    }

    private void Start(ReadOnlySpan<double> row, ReadOnlySpan<sbyte> codes, ReadOnlySpan<sbyte> multipliers, double factor)
    {
        for (int k = 0; k < _columns; k++)
            _off[k] = row[k] - (codes[k] * Scale(multipliers, k, factor));
        Turn(_off, 0, _columns, _slope);
    }

    private bool Weights(Span<sbyte> codes, ReadOnlySpan<sbyte> multipliers, double factor)
    {
        bool changed = false;
        for (int k = 0; k < _columns; k++)
        {
            double scale = Scale(multipliers, k, factor);
            ReadOnlySpan<double> line = hessian.Values.AsSpan(k * _columns, _columns);
            if (scale == 0)
                continue;
            int best = format.Nearest(codes[k] + (_slope[k] / (scale * line[k]))), step = best - codes[k];
            if (step == 0)
                continue;
            (codes[k], changed) = ((sbyte)best, true);
            TensorPrimitives.MultiplyAdd(line, -step * scale, _slope, _slope);
        }

        return changed;
    }

    private bool Multipliers(ReadOnlySpan<sbyte> codes, Span<sbyte> multipliers, double factor)
    {
        bool changed = false;
        for (int first = 0; first < _columns; first += _size)
        {
            int count = Math.Min(_size, _columns - first), group = first / _size;
            for (int k = first; k < first + count; k++)
                _direction[k] = codes[k] * factor;
            Turn(_direction, first, count, _turned);
            Span<double> direction = _direction.AsSpan(first, count);
            double curvature = TensorPrimitives.Dot<double>(direction, _turned.AsSpan(first, count));
            if (curvature <= 0)
                continue;
            double slope = TensorPrimitives.Dot<double>(direction, _slope.AsSpan(first, count));
            sbyte best = RowScales.Multiplier(multipliers[group] + (slope / curvature));
            if (best == multipliers[group])
                continue;
            TensorPrimitives.MultiplyAdd(_turned, (double)(multipliers[group] - best), _slope, _slope);
            (multipliers[group], changed) = (best, true);
        }

        return changed;
    }

    /// <summary>The best factor for the row's weights and multipliers.</summary>
    private RowFactor Factor(ReadOnlySpan<sbyte> codes, ReadOnlySpan<sbyte> multipliers, RowFactor factor)
    {
        for (int k = 0; k < _columns; k++)
            _direction[k] = codes[k] * Scale(multipliers, k, factor.Value);
        Turn(_direction, 0, _columns, _turned);
        double curvature = TensorPrimitives.Dot<double>(_direction, _turned);
        double better = curvature <= 0 ? 1 : 1 + (TensorPrimitives.Dot<double>(_direction, _slope) / curvature);
        return better > 0 ? RowFactor.Nearest(factor.Value * better) : factor;
    }

    /// <summary>H times the part of a vector that begins at <paramref name="first"/>.</summary>
    private void Turn(double[] vector, int first, int count, Span<double> product)
    {
        product.Clear();
        for (int k = first; k < first + count; k++)
            if (vector[k] != 0)
                TensorPrimitives.MultiplyAdd(hessian.Values.AsSpan(k * _columns, _columns), vector[k], product, product);
    }

    private double Scale(ReadOnlySpan<sbyte> multipliers, int column, double factor) =>
        multipliers.IsEmpty ? factor : factor * multipliers[column / _size];
}
