using System.Numerics;
using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Language.Quantization;

/// <summary>The scale of a group of weights that loses least when they are rounded to its multiples. It has its own memory:
/// one for each thread.</summary>
internal sealed class ScaleSearch
{
    private const int Refits = 2;

    private readonly MatrixFormat _format;
    private readonly float[] _values, _importance;
    private int _count;

    /// <param name="most">Weights of the largest group.</param>
    public ScaleSearch(MatrixFormat format, int most)
    {
        int lanes = Vector<float>.Count, padded = (most + lanes - 1) / lanes * lanes;
        (_format, _values, _importance) = (format, new float[padded], new float[padded]);
    }

    /// <param name="importance">Of each weight's squared error; empty: all alike.</param>
    public void Take(ReadOnlySpan<float> values, ReadOnlySpan<float> importance)
    {
        int lanes = Vector<float>.Count;
        _count = (values.Length + lanes - 1) / lanes * lanes;
        _values.AsSpan(0, _count).Clear();
        _importance.AsSpan(0, _count).Clear();
        values.CopyTo(_values);
        if (importance.IsEmpty)
            _importance.AsSpan(0, values.Length).Fill(1);
        else
            importance.CopyTo(_importance);
    }

    /// <summary>The best scale, negative where the range that is not symmetric fits better so; 0 for a group of
    /// zeros.</summary>
    public double Best()
    {
        float largest = Math.Abs(TensorPrimitives.MaxMagnitude<float>(_values.AsSpan(0, _count)));
        if (largest < 1e-37f)
            return 0;
        float best = 0, least = float.PositiveInfinity;
        (double from, double to, int steps) = _format.Bits == 8 ? (0.7, 1.0, 12) : (0.3, 1.2, 40);
        float whole = largest / _format.High;
        for (int i = 0; i <= steps; i++)
            for (int sign = 1; sign >= (_format.Bits == 4 ? -1 : 1); sign -= 2)
                Try((float)(sign * whole * (from + ((to - from) * i / steps))));
        for (int i = 0; i < Refits; i++)
            Try(Refit(best));
        return best;

        void Try(float scale)
        {
            float error = Error(scale);
            if (error < least)
                (best, least) = (scale, error);
        }
    }

    /// <summary>The squared error of a scale, by importance.</summary>
    public float Error(float scale)
    {
        if (scale == 0)
            return float.PositiveInfinity;
        Vector<float> sum = default, times = new(scale);
        Rounder rounder = new(_format, scale);
        ref float values = ref _values[0], importance = ref _importance[0];
        for (int k = 0; k < _count; k += Vector<float>.Count)
        {
            Vector<float> value = Vector.LoadUnsafe(ref values, (nuint)k);
            Vector<float> error = value - (rounder.Round(value) * times);
            sum += Vector.LoadUnsafe(ref importance, (nuint)k) * error * error;
        }

        return Vector.Sum(sum);
    }

    /// <summary>The best scale for the weights that this one gives.</summary>
    private float Refit(float scale)
    {
        Vector<float> product = default, square = default;
        Rounder rounder = new(_format, scale);
        for (int k = 0; k < _count; k += Vector<float>.Count)
        {
            Vector<float> value = Vector.LoadUnsafe(ref _values[0], (nuint)k), code = rounder.Round(value);
            Vector<float> weighted = code * Vector.LoadUnsafe(ref _importance[0], (nuint)k);
            product += weighted * value;
            square += weighted * code;
        }

        float squares = Vector.Sum(square);
        return squares > 0 ? Vector.Sum(product) / squares : scale;
    }

    /// <summary>Rounds numbers to weights: to the nearest whole ones, or odd ones where they are of 2 bits.</summary>
    private readonly struct Rounder(MatrixFormat format, float scale)
    {
        private readonly Vector<float> _inverse = new(1 / (scale * format.Step)), _step = new(format.Step);
        private readonly Vector<float> _offset = new(format.Step - 1), _shift = new((format.Step - 1) / (float)format.Step);
        private readonly Vector<float> _low = new(format.Low), _high = new(format.High);

        public Vector<float> Round(Vector<float> values)
        {
            Vector<float> codes = (Vector.Round((values * _inverse) - _shift) * _step) + _offset;
            return Vector.Min(Vector.Max(codes, _low), _high);
        }
    }
}
