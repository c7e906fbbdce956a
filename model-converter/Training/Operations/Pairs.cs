using System.Numerics;

namespace McuAi.ModelConverter.Training;

/// <summary>Operations on the elements of two tensors of equal shape that are rarer than sums and products.</summary>
public static class Pairs
{
    /// <summary>a - b.</summary>
    public static Tensor<T> Subtract<T>(this Tape<T> tape, Tensor<T> a, Tensor<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Apply(tape, a, b, (x, y) => x - y, (_, _, d) => (d, -d));

    /// <summary>a / b.</summary>
    public static Tensor<T> Divide<T>(this Tape<T> tape, Tensor<T> a, Tensor<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Apply(tape, a, b, (x, y) => x / y, (x, y, d) => (d / y, -d * x / (y * y)));

    /// <summary>The smaller of a and b; the gradient goes to a where they are equal.</summary>
    public static Tensor<T> Minimum<T>(this Tape<T> tape, Tensor<T> a, Tensor<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Apply(tape, a, b, T.Min, (x, y, d) => x <= y ? (d, T.Zero) : (T.Zero, d));

    /// <summary>The greater of a and b; the gradient goes to a where they are equal.</summary>
    public static Tensor<T> Maximum<T>(this Tape<T> tape, Tensor<T> a, Tensor<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Apply(tape, a, b, T.Max, (x, y, d) => x >= y ? (d, T.Zero) : (T.Zero, d));

    /// <param name="backward">Of both elements and the gradient of the result the gradients of both.</param>
    private static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> a, Tensor<T> b, Func<T, T, T> forward,
        Func<T, T, T, (T A, T B)> backward)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Elementwise.RequireSame(a, b);
        Tensor<T> y = tape.New(a.NeedsGradient || b.NeedsGradient, a.Shape);
        for (int i = 0; i < y.Count; i++)
            y.Array[i] = forward(a.Array[i], b.Array[i]);
        tape.Record(y, () =>
        {
            T[] dy = tape.Gradient(y);
            T[]? da = a.NeedsGradient ? tape.Gradient(a) : null, db = b.NeedsGradient ? tape.Gradient(b) : null;
            for (int i = 0; i < dy.Length; i++)
            {
                (T forA, T forB) = backward(a.Array[i], b.Array[i], dy[i]);
                if (da is not null)
                    da[i] += forA;
                if (db is not null)
                    db[i] += forB;
            }
        });
        return y;
    }
}
