using System.Numerics;
using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>Products of matrices with the tokens of a sequence. Here and in all operations of this folder tensors are
/// [channels, tokens], so that tokens fill vectors, and no width of a model has to. None of them uses a second core:
/// sequences are what cores share.</summary>
internal static class TokenProducts
{
    /// <summary>w [R, K] times x [K, T], or some rows of w.</summary>
    public static Tensor<T> Project<T>(this Tape<T> tape, Tensor<T> w, Tensor<T> x, int first = 0, int? rows = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int depth = x.Shape[0];
        if (w.Channels != depth)
            throw new ArgumentException($"A matrix of {w} does not fit {depth} channels.");
        return Multiply(tape, w, x, rows ?? w.Rows, new Pitch(first * depth, depth), new Pitch(0, 1));
    }

    /// <summary>The sum over experts of w[e] [R, K] times x[e] [K, T]: w is [E, R, K], x [E * K, T].</summary>
    public static Tensor<T> ProjectExperts<T>(this Tape<T> tape, Tensor<T> w, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int experts, int rows, int depth) = (w.Shape[0], w.Shape[1], w.Shape[2]);
        int[] table = [.. Enumerable.Range(0, experts * depth).Select(k => (k / depth * rows * depth) + (k % depth))];
        return Multiply(tape, w, x, rows, new Pitch(0, depth), new Places(table));
    }

    /// <summary>For each head h, w[h] [R, K] times K channels of x from h * stride on: w is [H, R, K], the result [H * R,
    /// T].
    /// </summary>
    public static Tensor<T> ProjectHeads<T>(this Tape<T> tape, Tensor<T> w, Tensor<T> x, int stride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int heads, int rows, int depth, int tokens) = (w.Shape[0], w.Shape[1], w.Shape[2], x.Channels);
        Tensor<T> y = tape.New(w.NeedsGradient || x.NeedsGradient, heads * rows, tokens);
        for (int head = 0; head < heads; head++)
            MatrixKernel.Multiply(w.Array, new Pitch(head * rows * depth, depth), new Pitch(0, 1), 0, rows, ..depth,
                x.Array, head * stride * tokens, y.Array, head * rows * tokens, tokens, false);
        tape.Record(y, () =>
        {
            T[] dy = tape.Gradient(y);
            for (int head = 0; head < heads; head++)
            {
                (int from, int to, int matrix) = (head * stride * tokens, head * rows * tokens, head * rows * depth);
                if (w.NeedsGradient)
                    RowProducts.Add(dy, to, rows, x.Array, from, depth, tokens, tape.Gradient(w), new Pitch(matrix, depth),
                        new Pitch(0, 1));
                if (x.NeedsGradient)
                    MatrixKernel.Multiply(w.Array, new Pitch(matrix, 1), new Pitch(0, depth), 0, depth, ..rows, dy, to,
                        tape.Gradient(x), from, tokens, true);
            }
        });
        return y;
    }

    private static Tensor<T> Multiply<T, TColumns>(Tape<T> tape, Tensor<T> w, Tensor<T> x, int rows, Pitch rowsAt,
        TColumns columnsAt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TColumns : struct, IOffsets
    {
        (int depth, int tokens) = (x.Shape[0], x.Channels);
        Tensor<T> y = tape.New(w.NeedsGradient || x.NeedsGradient, rows, tokens);
        MatrixKernel.Multiply(w.Array, rowsAt, columnsAt, 0, rows, ..depth, x.Array, 0, y.Array, 0, tokens, false);
        tape.Record(y, () =>
        {
            T[] dy = tape.Gradient(y);
            if (w.NeedsGradient)
                RowProducts.Add(dy, 0, rows, x.Array, 0, depth, tokens, tape.Gradient(w), rowsAt, columnsAt);
            if (!x.NeedsGradient)
                return;
            T[] dx = tape.Gradient(x, out bool isNew);
            MatrixKernel.Multiply(w.Array, columnsAt, rowsAt, 0, depth, ..rows, dy, 0, dx, 0, tokens, !isNew);
        });
        return y;
    }
}
