using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Language.Quantization;

/// <summary>Rounds rows with the same inputs; see <see cref="CompensatedRounding"/>. One for each thread.</summary>
internal sealed class CompensatedRow
{
    /// <summary>Room for scales that grow as columns make up for others.</summary>
    private const double Room = 1.1;

    /// <summary>Multipliers that are tried in full, the best by an estimate.</summary>
    private const int Tried = 16;

    private readonly MatrixFormat _format;
    private readonly Hessian _hessian;
    private readonly int _columns, _size;
    private readonly float[] _importance;
    private readonly double[] _left, _trial;
    private readonly double[] _scales;
    private readonly ScaleSearch _search;
    private readonly float[] _single;
    private readonly RowDescent _descent;

    public CompensatedRow(MatrixFormat format, Hessian hessian)
    {
        (_format, _hessian, _columns) = (format, hessian, hessian.Columns);
        _size = format.Group == 0 ? _columns : format.Group;
        // An error of a column costs this much once the columns after it have made up for it.
        _importance = [.. Enumerable.Range(0, _columns).Select(k => (float)(1 / Square(hessian.Upper[(k * _columns) + k])))];
        (_left, _single) = (new double[_columns], new float[_columns]);
        _trial = new double[_size];
        _scales = new double[Math.Max(1, format.Groups(_columns))];
        _search = new ScaleSearch(format, _size);
        _descent = new RowDescent(format, hessian);
    }

    public RowFactor Round(ReadOnlySpan<double> row, Span<sbyte> codes, Span<sbyte> multipliers)
    {
        row.CopyTo(_left);
        TensorPrimitives.ConvertTruncating<double, float>(_left, _single);
        RowFactor factor = PlainRounding.Scales(_search, _single, _importance, _format, _scales, multipliers);
        if (factor.Mantissa == 0)
        {
            codes.Fill((sbyte)_format.Nearest(0));
            return factor;
        }

        if (!multipliers.IsEmpty)
            factor = RowFactor.Nearest(_scales.Max(Math.Abs) * Room / sbyte.MaxValue);
        for (int first = 0; first < _columns; first += _size)
        {
            int count = Math.Min(_size, _columns - first);
            double scale = factor.Value;
            if (!multipliers.IsEmpty)
                scale *= multipliers[first / _size] = Multiplier(first, count, factor.Value);
            RoundGroup(first, count, scale, codes);
        }

        return _descent.Run(row, codes, multipliers, factor);
    }

    /// <summary>The multiplier with which a group loses least, its own columns' compensation included.</summary>
    private sbyte Multiplier(int first, int count, double factor)
    {
        TensorPrimitives.ConvertTruncating<double, float>(_left.AsSpan(first, count), _single.AsSpan(first, count));
        _search.Take(_single.AsSpan(first, count), _importance.AsSpan(first, count));
        Span<float> errors = stackalloc float[2 * sbyte.MaxValue];
        Span<sbyte> candidates = stackalloc sbyte[2 * sbyte.MaxValue];
        int tries = 0;
        for (int multiplier = _format.Bits == 4 ? -sbyte.MaxValue : 1; multiplier <= sbyte.MaxValue; multiplier++)
            if (multiplier != 0)
                (candidates[tries], errors[tries++]) = ((sbyte)multiplier, _search.Error((float)(factor * multiplier)));
        errors[..tries].Sort(candidates[..tries]);
        sbyte best = candidates[0];
        double least = double.PositiveInfinity;
        foreach (sbyte candidate in candidates[..Math.Min(Tried, tries)])
        {
            double loss = Loss(first, count, factor * candidate, least);
            if (loss < least)
                (best, least) = (candidate, loss);
        }

        return best;
    }

    /// <summary>What a group loses with a scale; at least <paramref name="enough"/> where it is that much.</summary>
    private double Loss(int first, int count, double scale, double enough)
    {
        _left.AsSpan(first, count).CopyTo(_trial);
        double loss = 0;
        for (int k = 0; k < count && loss < enough; k++)
        {
            ReadOnlySpan<double> upper = _hessian.Upper.AsSpan(((first + k) * _columns) + first, count);
            double error = (_trial[k] - (_format.Nearest(_trial[k] / scale) * scale)) / upper[k];
            loss += error * error;
            TensorPrimitives.MultiplyAdd(upper[(k + 1)..], -error, _trial.AsSpan(k + 1, count - k - 1),
                _trial.AsSpan(k + 1, count - k - 1));
        }

        return loss;
    }

    private void RoundGroup(int first, int count, double scale, Span<sbyte> codes)
    {
        for (int k = first; k < first + count; k++)
        {
            ReadOnlySpan<double> upper = _hessian.Upper.AsSpan(k * _columns, _columns);
            codes[k] = (sbyte)_format.Nearest(_left[k] / scale);
            double error = (_left[k] - (codes[k] * scale)) / upper[k];
            Span<double> after = _left.AsSpan(k + 1);
            TensorPrimitives.MultiplyAdd(upper[(k + 1)..], -error, after, after);
        }
    }

    private static double Square(double value) => value * value;
}
