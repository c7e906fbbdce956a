using System.Numerics.Tensors;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Language.Quantization;

/// <summary>Rounds each group of a matrix by itself, with the scale that loses least.</summary>
public static class PlainRounding
{
    /// <param name="weights">[rows, columns]</param>
    /// <param name="importance">[columns] of the squared errors of a column; empty: all are alike.</param>
    /// <exception cref="ModelException">A weight is no number, or sums over a row would not fit 32 bits.</exception>
    public static QuantizedMatrix Round(ReadOnlyMemory<float> weights, int columns, MatrixFormat format,
        ReadOnlyMemory<float> importance = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        int rows = weights.Length / columns, groups = format.Groups(columns);
        CheckFinite(weights.Span);
        var codes = new sbyte[weights.Length];
        var multipliers = new sbyte[rows * groups];
        var factors = new RowFactor[rows];
        Chunks.For(rows, 1, 100L * columns, (first, last) =>
        {
            var search = new ScaleSearch(format, format.Group == 0 ? columns : format.Group);
            var scales = new double[Math.Max(groups, 1)];
            for (int row = first; row < last; row++)
            {
                ReadOnlySpan<float> values = weights.Span.Slice(row * columns, columns);
                Span<sbyte> own = multipliers.AsSpan(row * groups, groups);
                factors[row] = Scales(search, values, importance.Span, format, scales, own);
                Codes(values, format, factors[row], own, codes.AsSpan(row * columns, columns));
            }
        });
        return new QuantizedMatrix(rows, columns, format, codes, multipliers, factors);
    }

    internal static void CheckFinite(ReadOnlySpan<float> weights)
    {
        if (!float.IsFinite(TensorPrimitives.SumOfMagnitudes(weights)))
            throw new ModelException("A weight of the model is not a finite number; download the model again.");
    }

    /// <summary>The row's factor; its multipliers are written.</summary>
    internal static RowFactor Scales(ScaleSearch search, ReadOnlySpan<float> values, ReadOnlySpan<float> importance,
        MatrixFormat format, Span<double> scales, Span<sbyte> multipliers)
    {
        int size = format.Group == 0 ? values.Length : format.Group;
        for (int first = 0; first < values.Length; first += size)
        {
            int count = Math.Min(size, values.Length - first);
            search.Take(values.Slice(first, count), importance.IsEmpty ? importance : importance.Slice(first, count));
            scales[first / size] = search.Best();
        }

        if (multipliers.IsEmpty)
            return RowFactor.Nearest(Math.Abs(scales[0]));
        return RowScales.Choose(scales, multipliers);
    }

    /// <summary>The nearest weights to a row's numbers.</summary>
    private static void Codes(ReadOnlySpan<float> values, MatrixFormat format, RowFactor factor,
        ReadOnlySpan<sbyte> multipliers, Span<sbyte> codes)
    {
        int size = format.Group == 0 ? values.Length : format.Group;
        for (int first = 0; first < values.Length; first += size)
        {
            double scale = factor.Value * (multipliers.IsEmpty ? 1 : multipliers[first / size]);
            double inverse = scale == 0 ? 0 : 1 / scale;
            for (int k = first; k < Math.Min(first + size, values.Length); k++)
                codes[k] = (sbyte)format.Nearest(values[k] * inverse);
        }
    }
}
