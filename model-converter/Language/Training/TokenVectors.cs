using System.Numerics;
using McuAi.ModelConverter.Training;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>What a transformer does with each token by itself, beside products.</summary>
internal static class TokenVectors
{
    /// <summary>Rows of the embedding [V, W], or some of their numbers, as columns [W, T].</summary>
    public static Tensor<T> Embed<T>(this Tape<T> tape, Tensor<T> embedding, ReadOnlyMemory<int> tokens, int first = 0,
        int? numbers = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int pitch, int width, int count) = (embedding.Channels, numbers ?? embedding.Channels, tokens.Length);
        Tensor<T> y = tape.New(embedding.NeedsGradient, width, count);
        for (int t = 0; t < count; t++)
        {
            int row = (tokens.Span[t] * pitch) + first;
            for (int c = 0; c < width; c++)
                y.Array[(c * count) + t] = embedding.Array[row + c];
        }

        tape.Record(y, () =>
        {
            (T[] dy, T[] gradient) = (tape.Gradient(y), tape.Gradient(embedding));
            for (int t = 0; t < count; t++)
            {
                int row = (tokens.Span[t] * pitch) + first;
                for (int c = 0; c < width; c++)
                    gradient[row + c] += dy[(c * count) + t];
            }
        });
        return y;
    }

    public static Tensor<T> Sum<T>(this Tape<T> tape, Tensor<T> a, Tensor<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (a.Count != b.Count)
            throw new ArgumentException($"{a} and {b} cannot be added.");
        Tensor<T> y = tape.New(a.NeedsGradient || b.NeedsGradient, a.Shape);
        TensorPrimitives.Add<T>(a.Data, b.Data, y.Data);
        tape.Record(y, () =>
        {
            T[] dy = tape.Gradient(y);
            Flow(tape, a, dy);
            Flow(tape, b, dy);
        });
        return y;
    }

    /// <summary>x [C, T] plus a number for each channel.</summary>
    public static Tensor<T> Shift<T>(this Tape<T> tape, Tensor<T> x, Tensor<T> bias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int tokens = x.Channels;
        Tensor<T> y = tape.New(x.NeedsGradient || bias.NeedsGradient, x.Shape);
        for (int c = 0; c < bias.Count; c++)
            TensorPrimitives.Add(x.Data.Slice(c * tokens, tokens), bias.Array[c], y.Data.Slice(c * tokens, tokens));
        tape.Record(y, () =>
        {
            T[] dy = tape.Gradient(y);
            Flow(tape, x, dy);
            if (!bias.NeedsGradient)
                return;
            T[] gradient = tape.Gradient(bias);
            for (int c = 0; c < gradient.Length; c++)
                gradient[c] += TensorPrimitives.Sum<T>(dy.AsSpan(c * tokens, tokens));
        });
        return y;
    }

    /// <summary>Of each head, the channels of a, then those of b.</summary>
    public static Tensor<T> Join<T>(this Tape<T> tape, Tensor<T> a, Tensor<T> b, int heads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int first, int second) = (a.Count / heads, b.Count / heads);
        Tensor<T> y = tape.New(a.NeedsGradient || b.NeedsGradient, a.Shape[0] + b.Shape[0], a.Channels);
        for (int head = 0; head < heads; head++)
        {
            Span<T> own = y.Data.Slice(head * (first + second), first + second);
            a.Data.Slice(head * first, first).CopyTo(own);
            b.Data.Slice(head * second, second).CopyTo(own[first..]);
        }

        tape.Record(y, () =>
        {
            (T[] da, T[] db, T[] dy) = (tape.Gradient(a), tape.Gradient(b), tape.Gradient(y));
            for (int head = 0; head < heads; head++)
            {
                ReadOnlySpan<T> own = dy.AsSpan(head * (first + second), first + second);
                TensorPrimitives.Add(da.AsSpan(head * first, first), own[..first], da.AsSpan(head * first, first));
                TensorPrimitives.Add(db.AsSpan(head * second, second), own[first..], db.AsSpan(head * second, second));
            }
        });
        return y;
    }

    /// <summary>Turns pairs of neighbouring channels: of each head of <paramref name="width"/> channels those from
    /// <paramref name="first"/> on, which the result has only.</summary>
    public static Tensor<T> Rotate<T>(this Tape<T> tape, Tensor<T> x, int width, int first, Rotations<T> rotations)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int heads, int turned, int tokens) = (x.Shape[0] / width, width - first, x.Channels);
        Tensor<T> y = tape.New(x.NeedsGradient, heads * turned, tokens);
        T[] scratch = tape.Scratch(tokens);
        Each((from, to, cosine, sine) =>
        {
            Span<T> a = x.Array.AsSpan(from, tokens), b = x.Array.AsSpan(from + tokens, tokens);
            Turn(a, b, cosine.Span, sine.Span, y.Array.AsSpan(to, tokens), y.Array.AsSpan(to + tokens, tokens), scratch);
        });
        tape.Record(y, () =>
        {
            (T[] dx, T[] dy) = (tape.Gradient(x), tape.Gradient(y));
            T[] a = tape.Scratch(tokens), b = tape.Scratch(tokens), temporary = tape.Scratch(tokens);
            Each((from, to, cosine, sine) =>
            {
                Turn(dy.AsSpan(to + tokens, tokens), dy.AsSpan(to, tokens), cosine.Span, sine.Span, b, a, temporary);
                TensorPrimitives.Add(dx.AsSpan(from, tokens), a, dx.AsSpan(from, tokens));
                TensorPrimitives.Add(dx.AsSpan(from + tokens, tokens), b, dx.AsSpan(from + tokens, tokens));
            });
        });
        return y;

        void Each(Action<int, int, ReadOnlyMemory<T>, ReadOnlyMemory<T>> action)
        {
            for (int head = 0; head < heads; head++)
                for (int pair = 0; 2 * pair < turned; pair++)
                    action(((head * width) + first + (2 * pair)) * tokens, ((head * turned) + (2 * pair)) * tokens,
                        rotations.Cosines(pair, tokens), rotations.Sines(pair, tokens));
        }
    }

    /// <summary>c = a cosine - b sine; d = a sine + b cosine.</summary>
    private static void Turn<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, ReadOnlySpan<T> cosine, ReadOnlySpan<T> sine,
        Span<T> c, Span<T> d,
        Span<T> scratch) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorPrimitives.Multiply(b, sine, scratch);
        TensorPrimitives.Multiply(a, cosine, c);
        TensorPrimitives.Subtract(c, scratch, c);
        TensorPrimitives.Multiply(a, sine, scratch);
        TensorPrimitives.MultiplyAdd(b, cosine, scratch, d);
    }

    private static void Flow<T>(Tape<T> tape, Tensor<T> x, T[] dy) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!x.NeedsGradient)
            return;
        T[] dx = tape.Gradient(x, out bool isNew);
        if (isNew)
            dy.CopyTo(dx, 0);
        else
            TensorPrimitives.Add<T>(dx, dy, dx);
    }
}

/// <summary>Cosines and sines of all pairs at all positions of the context.</summary>
internal sealed class Rotations<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[][] _cosines, _sines;

    public Rotations(TransformerShape shape)
    {
        _cosines = new T[shape.RotatedWidth / 2][];
        _sines = new T[shape.RotatedWidth / 2][];
        for (int pair = 0; pair < _cosines.Length; pair++)
        {
            double frequency = shape.Frequency(pair);
            _cosines[pair] = [.. Enumerable.Range(0, shape.Context).Select(t => T.CreateChecked(Math.Cos(t * frequency)))];
            _sines[pair] = [.. Enumerable.Range(0, shape.Context).Select(t => T.CreateChecked(Math.Sin(t * frequency)))];
        }
    }

    public ReadOnlyMemory<T> Cosines(int pair, int tokens) => _cosines[pair].AsMemory(0, tokens);

    public ReadOnlyMemory<T> Sines(int pair, int tokens) => _sines[pair].AsMemory(0, tokens);
}
