using System.Numerics;

namespace McuAi.ModelConverter.Training;

/// <summary>Multi-head attention (Vaswani et al., 2017), composed of other operations.</summary>
public static class Attentions
{
    /// <summary>softmax(q k' / sqrt(D / heads)) v for each head, without the projections before and after.</summary>
    /// <param name="q">[N, T, D]; each head has its part of D.</param>
    /// <param name="k">[N, S, D].</param>
    /// <param name="v">[N, S, D].</param>
    /// <param name="causal">Whether row t sees rows up to t only.</param>
    public static Tensor<T> Attention<T>(this Tape<T> tape, Tensor<T> q, Tensor<T> k, Tensor<T> v, int heads,
        bool causal = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int count, int rows, int width, int seen) = (q.Shape[0], q.Shape[1], q.Channels, k.Shape[1]);
        if (width % heads != 0 || k.Channels != width || v.Channels != width || v.Shape[1] != seen || (causal && rows != seen))
            throw new ArgumentException($"Queries of {q}, keys of {k} and values of {v} do not fit {heads} heads.");
        int depth = width / heads;
        Tensor<T> queries = Heads(q, rows), values = Heads(v, seen);
        Tensor<T> keys = tape.Reshape(tape.Transpose(tape.Reshape(k, count, seen, heads, depth), 0, 2, 3, 1),
            count * heads, depth, seen);
        Tensor<T> scores = tape.Scale(tape.BatchProduct(queries, keys), T.CreateChecked(1 / Math.Sqrt(depth)));
        Tensor<T> weights = tape.Softmax(causal ? Causal(tape, scores) : scores);
        Tensor<T> mixed = tape.Reshape(tape.BatchProduct(weights, values), count, heads, rows, depth);
        return tape.Reshape(tape.Transpose(mixed, 0, 2, 1, 3), count, rows, width);

        Tensor<T> Heads(Tensor<T> x, int length) => tape.Reshape(
            tape.Transpose(tape.Reshape(x, count, length, heads, depth), 0, 2, 1, 3), count * heads, length, depth);
    }

    /// <summary>Scores [B, T, T], those of later rows lowered so far that their weights are 0.</summary>
    private static Tensor<T> Causal<T>(Tape<T> tape, Tensor<T> scores) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = scores.Channels;
        Tensor<T> y = tape.New(scores.NeedsGradient, scores.Shape);
        for (int i = 0; i < y.Count; i++)
            y.Array[i] = IsSeen(i) ? scores.Array[i] : T.NegativeInfinity;
        tape.Record(y, () =>
        {
            (T[] dx, T[] dy) = (tape.Gradient(scores), tape.Gradient(y));
            for (int i = 0; i < dx.Length; i++)
                dx[i] += IsSeen(i) ? dy[i] : T.Zero;
        });
        return y;

        bool IsSeen(int i) => i % rows <= i / rows % rows;
    }
}
