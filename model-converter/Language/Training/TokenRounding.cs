using System.Numerics;
using McuAi.ModelConverter.Training;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>What the integer model's int8 vectors are to training: rounded in place, as the gradient passes by (the
/// straight-through estimator, Bengio et al., 2013).</summary>
internal static class TokenRounding
{
    /// <summary>So that a vector of zeros has a scale.</summary>
    private const double Least = 1e-12;

    /// <summary>Rounds x [C, T]: of each token, <paramref name="count"/> channels from each multiple of <paramref
    /// name="stride"/> on have one scale, their greatest magnitude over 127. The operation that made x must not need its
    /// result any more.</summary>
    public static void Round8<T>(this Tape<T> tape, Tensor<T> x, int count, int? stride = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int tokens = x.Channels;
        for (int first = 0; first + count <= x.Shape[0]; first += stride ?? count)
        {
            int t = 0, at = first * tokens;
            for (; t + Vector<T>.Count <= tokens; t += Vector<T>.Count)
                RoundVector(x.Array, at + t, tokens, count);
            for (; t < tokens; t++)
            {
                T greatest = T.CreateChecked(Least);
                for (int c = 0; c < count; c++)
                    greatest = T.Max(greatest, T.Abs(x.Array[at + (c * tokens) + t]));
                (T scale, T inverse) = (greatest * (T.One / T.CreateChecked(127)), T.CreateChecked(127) / greatest);
                for (int c = 0; c < count; c++)
                    x.Array[at + (c * tokens) + t] = T.Round(x.Array[at + (c * tokens) + t] * inverse) * scale;
            }
        }
    }

    private static void RoundVector<T>(T[] x, int first, int pitch, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var greatest = new Vector<T>(T.CreateChecked(Least));
        int end = first + (count * pitch);
        for (int at = first; at < end; at += pitch)
            greatest = Vector.Max(greatest, Vector.Abs(new Vector<T>(x, at)));
        Vector<T> scale = greatest * (T.One / T.CreateChecked(127));
        Vector<T> inverse = new Vector<T>(T.CreateChecked(127)) / greatest;
        for (int at = first; at < end; at += pitch)
            (Nearest(new Vector<T>(x, at) * inverse) * scale).CopyTo(x, at);
    }

    private static Vector<T> Nearest<T>(Vector<T> x) where T : unmanaged => typeof(T) == typeof(float)
        ? Vector.Round(x.As<T, float>()).As<float, T>()
        : Vector.Round(x.As<T, double>()).As<double, T>();

    /// <summary>The same as a tensor of its own, where x is needed as it was.</summary>
    public static Tensor<T> Rounded8<T>(this Tape<T> tape, Tensor<T> x, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> y = tape.New(x.NeedsGradient, x.Shape);
        x.Data.CopyTo(y.Data);
        tape.Round8(y, count);
        tape.Record(y, () =>
        {
            (T[] dx, T[] dy) = (tape.Gradient(x), tape.Gradient(y));
            TensorPrimitives.Add<T>(dx, dy, dx);
        });
        return y;
    }
}
