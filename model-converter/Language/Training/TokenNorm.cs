using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>Root-mean-square norms, a vector of tokens at a time: its channels are still in the first-level cache when they
/// are scaled.</summary>
internal static class TokenNorm
{
    /// <summary>Norms groups of channels of x [C, T], as many as the gain has: all, or each head.</summary>
    public static Tensor<T> Norm<T>(this Tape<T> tape, Tensor<T> x, Tensor<T> gain, double epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int n, int tokens, int groups) = (gain.Count, x.Channels, x.Shape[0] / gain.Count);
        if (n * groups != x.Shape[0])
            throw new ArgumentException($"A gain of {n} does not fit the channels of {x}.");
        Tensor<T> y = tape.New(x.NeedsGradient || gain.NeedsGradient, x.Shape);
        T[] inverses = tape.Scratch(groups * tokens);
        for (int group = 0; group < groups; group++)
            Forward(x.Data.Slice(group * n * tokens, n * tokens), gain.Data, T.CreateChecked(epsilon),
                y.Data.Slice(group * n * tokens, n * tokens), inverses.AsSpan(group * tokens, tokens));
        tape.Record(y, () =>
        {
            T[] dy = tape.Gradient(y), dGain = gain.NeedsGradient ? tape.Gradient(gain) : tape.Scratch(n);
            T[] dx = x.NeedsGradient ? tape.Gradient(x) : tape.Scratch(x.Count);
            for (int group = 0; group < groups; group++)
                Backward(x.Data.Slice(group * n * tokens, n * tokens), gain.Data, dy.AsSpan(group * n * tokens, n * tokens),
                    inverses.AsSpan(group * tokens, tokens), dx.AsSpan(group * n * tokens, n * tokens), dGain);
        });
        return y;
    }

    private static void Forward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> gain, T epsilon, Span<T> y, Span<T> inverses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int tokens, int t, T share) = (inverses.Length, 0, T.One / T.CreateChecked(gain.Length));
        for (; t + Vector<T>.Count <= tokens; t += Vector<T>.Count)
        {
            Vector<T> sum = default;
            for (int c = 0; c < gain.Length; c++)
            {
                Vector<T> own = Load(x, (c * tokens) + t);
                sum = Lanes.MultiplyAdd(own, own, sum);
            }

            Vector<T> inverse = Vector<T>.One / Vector.SquareRoot((sum * share) + new Vector<T>(epsilon));
            Store(inverse, inverses, t);
            for (int c = 0; c < gain.Length; c++)
                Store(Load(x, (c * tokens) + t) * inverse * gain[c], y, (c * tokens) + t);
        }

        for (; t < tokens; t++)
        {
            T sum = T.Zero;
            for (int c = 0; c < gain.Length; c++)
                sum += x[(c * tokens) + t] * x[(c * tokens) + t];
            inverses[t] = T.One / T.Sqrt((sum * share) + epsilon);
            for (int c = 0; c < gain.Length; c++)
                y[(c * tokens) + t] = x[(c * tokens) + t] * inverses[t] * gain[c];
        }
    }

    /// <summary>dx += dy gain r - x r^3 mean(dy gain x); dGain += the sum of dy x r, with r the inverse root.</summary>
    private static void Backward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> gain, ReadOnlySpan<T> dy, ReadOnlySpan<T> inverses,
        Span<T> dx, Span<T> dGain) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int tokens, int t, T share) = (inverses.Length, 0, T.One / T.CreateChecked(gain.Length));
        Span<Vector<T>> gains = new Vector<T>[gain.Length];
        for (; t + Vector<T>.Count <= tokens; t += Vector<T>.Count)
        {
            Vector<T> sum = default, inverse = Load(inverses, t);
            for (int c = 0; c < gain.Length; c++)
            {
                Vector<T> product = Load(dy, (c * tokens) + t) * Load(x, (c * tokens) + t);
                gains[c] = Lanes.MultiplyAdd(product, inverse, gains[c]);
                sum = Lanes.MultiplyAdd(product, new Vector<T>(gain[c]), sum);
            }

            Vector<T> mean = -sum * share * inverse * inverse * inverse;
            for (int c = 0; c < gain.Length; c++)
            {
                int at = (c * tokens) + t;
                Vector<T> flow = Lanes.MultiplyAdd(Load(x, at), mean, Load(dx, at));
                Store(Lanes.MultiplyAdd(Load(dy, at), inverse * gain[c], flow), dx, at);
            }
        }

        for (int c = 0; c < gain.Length; c++)
            dGain[c] += Vector.Sum(gains[c]);
        for (; t < tokens; t++)
        {
            (T sum, T inverse) = (T.Zero, inverses[t]);
            for (int c = 0; c < gain.Length; c++)
            {
                T product = dy[(c * tokens) + t] * x[(c * tokens) + t];
                dGain[c] += product * inverse;
                sum += product * gain[c];
            }

            T mean = sum * share * inverse * inverse * inverse;
            for (int c = 0; c < gain.Length; c++)
                dx[(c * tokens) + t] += (dy[(c * tokens) + t] * gain[c] * inverse) - (x[(c * tokens) + t] * mean);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> Load<T>(ReadOnlySpan<T> from, int offset) where T : unmanaged =>
        Vector.LoadUnsafe(ref MemoryMarshal.GetReference(from), (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T>(Vector<T> value, Span<T> to, int offset) where T : unmanaged =>
        value.StoreUnsafe(ref MemoryMarshal.GetReference(to), (nuint)offset);
}
