using System.Numerics;
using McuAi.ModelConverter.Training;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>What the integer model's int8 vectors are to training: rounded in place, as the gradient passes by (the straight-through
/// estimator, Bengio et al., 2013).</summary>
internal static class TokenRounding
{
    /// <summary>Rounds x [C, T]: of each token, <paramref name="count"/> channels from each multiple of <paramref name="stride"/> on
    /// have one scale, their greatest magnitude over 127. The operation that made x must not need its result any more.</summary>
    public static void Round8<T>(this Tape<T> tape, Tensor<T> x, int count, int? stride = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int tokens = x.Channels;
        Span<T> scales = tape.Scratch(tokens), inverses = tape.Scratch(tokens);
        for (int first = 0; first + count <= x.Shape[0]; first += stride ?? count)
        {
            scales.Fill(T.CreateChecked(1e-12));
            for (int c = first; c < first + count; c++)
                TensorPrimitives.MaxMagnitude<T>(scales, x.Data.Slice(c * tokens, tokens), scales);
            TensorPrimitives.Abs<T>(scales, scales);
            TensorPrimitives.Multiply(scales, T.One / T.CreateChecked(127), scales);
            TensorPrimitives.Reciprocal<T>(scales, inverses);
            for (int c = first; c < first + count; c++)
            {
                Span<T> row = x.Data.Slice(c * tokens, tokens);
                TensorPrimitives.Multiply(row, inverses, row);
                TensorPrimitives.Round<T>(row, row);
                TensorPrimitives.Multiply(row, scales, row);
            }
        }
    }

    /// <summary>The same as a tensor of its own, where x is needed as it was.</summary>
    public static Tensor<T> Rounded8<T>(this Tape<T> tape, Tensor<T> x, int count) where T : unmanaged, IBinaryFloatingPointIeee754<T>
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
