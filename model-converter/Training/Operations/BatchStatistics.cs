using System.Numerics;
using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Training;

/// <summary>Mean and biased variance of each channel of a batch: of blocks first, joined as Chan, Golub and LeVeque (1983)
/// do, which does not cancel where the mean is large.</summary>
internal static class BatchStatistics
{
    /// <summary>Rows that stay in the first-level cache from their mean to their squares.</summary>
    private const int Block = 64;

    public static (T[] Mean, T[] Variance) Of<T>(Tape<T> tape, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int channels = x.Channels, rows = x.Rows;
        T[] parts = tape.Scratch(Chunks.Parts * 2 * channels);
        parts.AsSpan().Clear();
        Chunks.ForParts(rows, 2 * channels, (part, first, last) =>
        {
            Span<T> mean = parts.AsSpan(part * 2 * channels, channels), squares = parts.AsSpan(((part * 2) + 1) * channels, channels);
            T[] local = new T[2 * channels];
            for (int begin = first; begin < last; begin += Block)
            {
                int end = Math.Min(last, begin + Block);
                OfBlock(x.Data[(begin * channels)..(end * channels)], local.AsSpan(0, channels), local.AsSpan(channels));
                Join(mean, squares, begin - first, local.AsSpan(0, channels), local.AsSpan(channels), end - begin);
            }
        });

        T[] totalMean = tape.Scratch(channels), total = tape.Scratch(channels);
        totalMean.AsSpan().Clear();
        total.AsSpan().Clear();
        for (int part = 0; part < Chunks.Parts; part++)
        {
            int before = Chunks.Boundary(rows, part), count = Chunks.Boundary(rows, part + 1) - before;
            if (count > 0)
                Join(totalMean, total, before, parts.AsSpan(part * 2 * channels, channels),
                    parts.AsSpan(((part * 2) + 1) * channels, channels), count);
        }

        TensorPrimitives.Divide<T>(total, T.CreateChecked(rows), total);
        return (totalMean, total);
    }

    /// <summary>Mean and sum of squared differences from it.</summary>
    private static void OfBlock<T>(ReadOnlySpan<T> x, Span<T> mean, Span<T> squares)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int channels = mean.Length, lanes = Vector<T>.Count, c = 0;
        T share = T.One / T.CreateChecked(x.Length / channels);
        for (; c + lanes <= channels; c += lanes)
        {
            Vector<T> sum = default, square = default;
            for (int i = c; i < x.Length; i += channels)
                sum += new Vector<T>(x[i..]);
            Vector<T> center = sum * share;
            for (int i = c; i < x.Length; i += channels)
            {
                Vector<T> d = new Vector<T>(x[i..]) - center;
                square = Lanes.MultiplyAdd(d, d, square);
            }

            center.CopyTo(mean[c..]);
            square.CopyTo(squares[c..]);
        }

        for (; c < channels; c++)
        {
            (T sum, T square) = (T.Zero, T.Zero);
            for (int i = c; i < x.Length; i += channels)
                sum += x[i];
            T center = sum * share;
            for (int i = c; i < x.Length; i += channels)
                square = T.FusedMultiplyAdd(x[i] - center, x[i] - center, square);
            (mean[c], squares[c]) = (center, square);
        }
    }

    private static void Join<T>(Span<T> mean, Span<T> squares, int count, ReadOnlySpan<T> otherMean,
        ReadOnlySpan<T> otherSquares, int otherCount)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T all = T.CreateChecked(count + otherCount), share = T.CreateChecked(otherCount) / all;
        T weight = T.CreateChecked(count) * share;
        for (int c = 0; c < mean.Length; c++)
        {
            T difference = otherMean[c] - mean[c];
            mean[c] += difference * share;
            squares[c] += otherSquares[c] + (difference * difference * weight);
        }
    }
}
