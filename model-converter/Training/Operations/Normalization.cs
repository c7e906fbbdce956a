using System.Numerics;
using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Training;

/// <summary>Root mean square normalization and softmax: operations on each row.</summary>
public static class Normalization
{
    /// <summary>y = weight x / sqrt(mean(x^2) + epsilon) over the last dimension (Zhang and Sennrich, 2019).</summary>
    public static Tensor<T> RmsNorm<T>(this Tape<T> tape, Tensor<T> x, Tensor<T> weight, double epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int channels = x.Channels;
        if (weight.Count != channels)
            throw new ArgumentException($"A weight of {weight.Count} does not fit the channels of {x}.");
        Tensor<T> y = tape.New(x.NeedsGradient || weight.NeedsGradient, x.Shape);
        T[] inverse = tape.Scratch(x.Rows);
        T n = T.CreateChecked(channels);
        for (int row = 0; row < inverse.Length; row++)
        {
            ReadOnlySpan<T> from = x.Data.Slice(row * channels, channels);
            Span<T> to = y.Data.Slice(row * channels, channels);
            inverse[row] = T.One / T.Sqrt((TensorPrimitives.SumOfSquares(from) / n) + T.CreateChecked(epsilon));
            TensorPrimitives.Multiply<T>(from, inverse[row], to);
            TensorPrimitives.Multiply<T>(to, weight.Data, to);
        }

        tape.Record(y, () =>
        {
            T[] dy = tape.Gradient(y);
            T[] scaled = tape.Scratch(channels);
            for (int row = 0; row < inverse.Length; row++)
            {
                ReadOnlySpan<T> from = x.Data.Slice(row * channels, channels), d = dy.AsSpan(row * channels, channels);
                T r = inverse[row];
                TensorPrimitives.Multiply<T>(d, from, scaled);
                if (weight.NeedsGradient)
                    TensorPrimitives.FusedMultiplyAdd<T>(scaled, r, tape.Gradient(weight), tape.Gradient(weight));
                if (!x.NeedsGradient)
                    continue;
                T mean = TensorPrimitives.Dot<T>(scaled, weight.Data) * r * r * r / n;
                Span<T> dx = tape.Gradient(x).AsSpan(row * channels, channels);
                for (int c = 0; c < channels; c++)
                    dx[c] += (d[c] * weight.Data[c] * r) - (from[c] * mean);
            }
        });
        return y;
    }

    /// <summary>exp(x) / sum(exp(x)) over the last dimension.</summary>
    public static Tensor<T> Softmax<T>(this Tape<T> tape, Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int channels = x.Channels;
        Tensor<T> y = tape.New(x.NeedsGradient, x.Shape);
        for (int i = 0; i < x.Count; i += channels)
            OfRow(x.Data.Slice(i, channels), y.Data.Slice(i, channels));
        tape.Record(y, () =>
        {
            (T[] dx, T[] dy) = (tape.Gradient(x), tape.Gradient(y));
            for (int i = 0; i < x.Count; i += channels)
            {
                ReadOnlySpan<T> p = y.Data.Slice(i, channels), d = dy.AsSpan(i, channels);
                T mean = TensorPrimitives.Dot(p, d);
                for (int c = 0; c < channels; c++)
                    dx[i + c] += p[c] * (d[c] - mean);
            }
        });
        return y;
    }

    /// <summary>Softmax that cannot overflow: the greatest element is subtracted first.</summary>
    internal static void OfRow<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorPrimitives.Subtract(x, TensorPrimitives.Max(x), y);
        TensorPrimitives.Exp<T>(y, y);
        TensorPrimitives.Divide<T>(y, TensorPrimitives.Sum<T>(y), y);
    }
}
