using System.Numerics;
namespace McuAi.ModelConverter.Training;

/// <summary>Matrix products.</summary>
public static class MatrixProduct
{
    /// <summary>y = x w: the rows of x [..., K] times w [K, N].</summary>
    public static Tensor<T> Linear<T>(this Tape<T> tape, Tensor<T> x, Tensor<T> w)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = x.Rows, depth = x.Channels, width = w.Shape[1];
        if (w.Shape.Length != 2 || w.Shape[0] != depth)
            throw new ArgumentException($"Vectors of {depth} elements do not fit weights of {w}.");
        Tensor<T> y = tape.New(x.NeedsGradient || w.NeedsGradient, [.. x.Shape[..^1], width]);
        Products.Rows(x.Array, new Pitch(0, depth), new Pitch(0, 1), rows, depth, w.Array, y.Array, width, false);
        tape.Record(y, () =>
        {
            T[] dy = tape.Gradient(y);
            if (w.NeedsGradient)
                Products.Depth(tape, x.Array, new Pitch(0, 1), new Pitch(0, depth), depth, rows, dy, tape.Gradient(w), width);
            if (!x.NeedsGradient)
                return;
            T[] dx = tape.Gradient(x, out bool isNew);
            Products.Rows(dy, new Pitch(0, width), new Pitch(0, 1), rows, width,
                Products.Transposed(tape, w.Data, depth, width), dx, depth, !isNew);
        });
        return y;
    }

    /// <summary>y[b] = a[b] c[b] for each matrix of a batch: a [B, M, K], c [B, K, N].</summary>
    public static Tensor<T> BatchProduct<T>(this Tape<T> tape, Tensor<T> a, Tensor<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (a.Shape.Length != 3 || c.Shape.Length != 3 || a.Shape[0] != c.Shape[0] || a.Shape[2] != c.Shape[1])
            throw new ArgumentException($"Matrices of {a} and {c} do not fit.");
        int batch = a.Shape[0], m = a.Shape[1], k = a.Shape[2], n = c.Shape[2];
        Tensor<T> y = tape.New(a.NeedsGradient || c.NeedsGradient, batch, m, n);
        Chunks.For(batch, 1, (long)m * k * n, (first, last) =>
        {
            for (int i = first; i < last; i++)
                MatrixKernel.Multiply(a.Array, new Pitch(i * m * k, k), new Pitch(0, 1), 0, m, ..k, c.Array, i * k * n,
                    y.Array, i * m * n, n, false);
        });
        tape.Record(y, () => BatchBackward(tape, a, c, y));
        return y;
    }

    private static void BatchBackward<T>(Tape<T> tape, Tensor<T> a, Tensor<T> c, Tensor<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int batch = a.Shape[0], m = a.Shape[1], k = a.Shape[2], n = c.Shape[2];
        T[] dy = tape.Gradient(y);
        for (int i = 0; i < batch; i++)
        {
            if (a.NeedsGradient)
                MatrixKernel.Multiply(dy, new Pitch(i * m * n, n), new Pitch(0, 1), 0, m, ..n,
                    Products.Transposed(tape, c.Data.Slice(i * k * n, k * n), k, n), 0, tape.Gradient(a), i * m * k, k, true);
            if (c.NeedsGradient)
                MatrixKernel.Multiply(a.Array, new Pitch(i * m * k, 1), new Pitch(0, k), 0, k, ..m, dy, i * m * n,
                    tape.Gradient(c), i * k * n, n, true);
        }
    }
}
