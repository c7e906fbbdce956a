using System.Numerics;
using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Training;

/// <summary>Activation functions; each gives its derivative in terms of its input and output.</summary>
public static class Activations
{
    /// <summary>max(x, 0), at most <paramref name="most"/>.</summary>
    public static Tensor<T> Relu<T>(this Tape<T> tape, Tensor<T> x, T? most = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => tape.Clamp(x, T.Zero, most ?? T.PositiveInfinity);

    /// <summary>x, but at least <paramref name="least"/> and at most <paramref name="most"/>.</summary>
    public static Tensor<T> Clamp<T>(this Tape<T> tape, Tensor<T> x, T least, T most)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Apply(tape, x,
            (from, to) =>
            {
                TensorPrimitives.Max(from, least, to);
                if (T.IsFinite(most))
                    TensorPrimitives.Min<T>(to, most, to);
            },
            (_, output, dy, dx) =>
            {
                for (int i = 0; i < dx.Length; i++)
                    dx[i] += output[i] > least && output[i] < most ? dy[i] : T.Zero;
            });

    /// <summary>x where positive, else slope x.</summary>
    public static Tensor<T> LeakyRelu<T>(this Tape<T> tape, Tensor<T> x, T slope)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Apply(tape, x,
            (from, to) =>
            {
                for (int i = 0; i < to.Length; i++)
                    to[i] = from[i] > T.Zero ? from[i] : slope * from[i];
            },
            (input, _, dy, dx) =>
            {
                for (int i = 0; i < dx.Length; i++)
                    dx[i] += input[i] > T.Zero ? dy[i] : slope * dy[i];
            });

    /// <summary>1 / (1 + exp(-x)).</summary>
    public static Tensor<T> Sigmoid<T>(this Tape<T> tape, Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Apply(tape, x, TensorPrimitives.Sigmoid, (_, output, dy, dx) =>
        {
            for (int i = 0; i < dx.Length; i++)
                dx[i] += dy[i] * output[i] * (T.One - output[i]);
        });

    public static Tensor<T> Tanh<T>(this Tape<T> tape, Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Apply(tape, x, TensorPrimitives.Tanh, (_, output, dy, dx) =>
        {
            for (int i = 0; i < dx.Length; i++)
                dx[i] += dy[i] * (T.One - (output[i] * output[i]));
        });

    /// <summary>x sigmoid(x), also called swish.</summary>
    public static Tensor<T> Silu<T>(this Tape<T> tape, Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        tape.Multiply(x, tape.Sigmoid(x));

    /// <summary>x max(0, min(6, x + 3)) / 6.</summary>
    public static Tensor<T> HardSwish<T>(this Tape<T> tape, Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T six = T.CreateChecked(6), sixth = T.One / six;
        return tape.Scale(tape.Multiply(x, tape.Relu(tape.Scale(x, T.One, T.CreateChecked(3)), six)), sixth);
    }

    private delegate void Forward<T>(ReadOnlySpan<T> from, Span<T> to);

    private delegate void Backward<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> output, ReadOnlySpan<T> dy, Span<T> dx);

    private static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> x, Forward<T> forward, Backward<T> backward)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> y = tape.New(x.NeedsGradient, x.Shape);
        Chunks.For(y.Count, Elementwise.Grain, 4, (first, last) => forward(x.Data[first..last], y.Data[first..last]));
        tape.Record(y, () =>
        {
            (T[] dx, T[] dy) = (tape.Gradient(x), tape.Gradient(y));
            Chunks.For(y.Count, Elementwise.Grain, 4, (first, last) => backward(x.Data[first..last], y.Data[first..last],
                dy.AsSpan(first, last - first), dx.AsSpan(first, last - first)));
        });
        return y;
    }
}
