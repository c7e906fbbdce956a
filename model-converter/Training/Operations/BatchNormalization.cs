using System.Numerics;
using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Training;

/// <summary>Batch normalization (Ioffe and Szegedy, 2015) over all but the last dimension, with the activation that
/// nearly always follows, so that both take one pass over memory.</summary>
public static class BatchNormalization
{
    /// <summary>Rows of which mean and sum of squares are computed while they are in the cache.</summary>
    private const int Block = 64;

    /// <summary>y = gamma (x - mean) / sqrt(variance + epsilon) + beta, and max(y, 0) if <paramref name="relu"/>. In
    /// training the statistics are the batch's, and the running ones move towards them by
    /// <paramref name="momentum"/>, unless they are <paramref name="frozen"/>.</summary>
    public static Tensor<T> BatchNorm<T>(this Tape<T> tape, Tensor<T> x, Tensor<T> gamma, Tensor<T> beta, T[] runningMean,
        T[] runningVariance, double epsilon, double momentum, bool relu,
        bool frozen = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int channels = x.Channels, rows = x.Rows;
        T[] mean = runningMean, variance = runningVariance;
        bool batch = tape.IsTraining && !frozen;
        if (batch)
        {
            (mean, variance) = Statistics(tape, x);
            Move(runningMean, mean, T.CreateChecked(momentum));
            Move(runningVariance, variance, T.CreateChecked(momentum * rows / Math.Max(1, rows - 1)), T.CreateChecked(momentum));
        }

        T[] inverse = tape.Scratch(channels), factor = tape.Scratch(channels), term = tape.Scratch(channels);
        for (int c = 0; c < channels; c++)
        {
            inverse[c] = T.One / T.Sqrt(variance[c] + T.CreateChecked(epsilon));
            factor[c] = gamma.Data[c] * inverse[c];
            term[c] = beta.Data[c] - (mean[c] * factor[c]);
        }

        Tensor<T> y = tape.New(x.NeedsGradient || gamma.NeedsGradient, x.Shape);
        Chunks.For(rows, Block, channels, (first, last) =>
        {
            for (int row = first; row < last; row++)
            {
                Span<T> to = y.Data.Slice(row * channels, channels);
                TensorPrimitives.FusedMultiplyAdd<T>(x.Data.Slice(row * channels, channels), factor, term, to);
                if (relu)
                    TensorPrimitives.Max<T>(to, T.Zero, to);
            }
        });
        tape.Record(y, () => Backward(tape, x, gamma, beta, y, mean, inverse, batch, relu));
        return y;
    }

    /// <summary>running += momentum (sample - running); the variance's sample is made unbiased by its own factor.</summary>
    private static void Move<T>(T[] running, T[] sample, T factor, T? momentum = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T kept = T.One - (momentum ?? factor);
        for (int c = 0; c < running.Length; c++)
            running[c] = (kept * running[c]) + (factor * sample[c]);
    }

    /// <summary>Mean and biased variance of each channel: of blocks first, joined as Chan, Golub and LeVeque (1983) do,
    /// which does not cancel where the mean is large.</summary>
    private static (T[] Mean, T[] Variance) Statistics<T>(Tape<T> tape, Tensor<T> x)
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
        int before = 0;
        for (int part = 0; part < Chunks.Parts; part++)
        {
            int end = (int)((long)rows * (part + 1) / Chunks.Parts);
            if (end > before)
                Join(totalMean, total, before, parts.AsSpan(part * 2 * channels, channels),
                    parts.AsSpan(((part * 2) + 1) * channels, channels), end - before);
            before = end;
        }

        TensorPrimitives.Divide<T>(total, T.CreateChecked(rows), total);
        return (totalMean, total);
    }

    /// <summary>Mean and sum of squared differences from it.</summary>
    private static void OfBlock<T>(ReadOnlySpan<T> x, Span<T> mean, Span<T> squares)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int channels = mean.Length;
        mean.Clear();
        squares.Clear();
        for (int i = 0; i < x.Length; i += channels)
            TensorPrimitives.Add<T>(mean, x.Slice(i, channels), mean);
        TensorPrimitives.Divide<T>(mean, T.CreateChecked(x.Length / channels), mean);
        int lanes = Vector<T>.Count, c = 0;
        for (; c + lanes <= channels; c += lanes)
        {
            var center = new Vector<T>(mean[c..]);
            Vector<T> sum = default;
            for (int i = c; i < x.Length; i += channels)
            {
                Vector<T> d = new Vector<T>(x[i..]) - center;
                sum = Lanes.MultiplyAdd(d, d, sum);
            }

            sum.CopyTo(squares[c..]);
        }

        for (; c < channels; c++)
            for (int i = c; i < x.Length; i += channels)
                squares[c] = T.FusedMultiplyAdd(x[i] - mean[c], x[i] - mean[c], squares[c]);
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

    private static void Backward<T>(Tape<T> tape, Tensor<T> x, Tensor<T> gamma, Tensor<T> beta, Tensor<T> y, T[] mean,
        T[] inverse, bool batch, bool relu)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int channels = x.Channels, rows = x.Rows;
        T[] dy = tape.Gradient(y);
        T[] parts = tape.Scratch(Chunks.Parts * 2 * channels);
        parts.AsSpan().Clear();
        Chunks.ForParts(rows, 4 * channels, (part, first, last) => GradientSums(x, y, dy, mean, relu, first, last,
            parts.AsSpan(part * 2 * channels, channels), parts.AsSpan(((part * 2) + 1) * channels, channels)));
        T[] sum = tape.Scratch(channels), product = tape.Scratch(channels);
        sum.AsSpan().Clear();
        product.AsSpan().Clear();
        for (int part = 0; part < Chunks.Parts; part++)
        {
            TensorPrimitives.Add<T>(sum, parts.AsSpan(part * 2 * channels, channels), sum);
            TensorPrimitives.Add<T>(product, parts.AsSpan(((part * 2) + 1) * channels, channels), product);
        }

        TensorPrimitives.Multiply<T>(product, inverse, product);
        Elementwise.AddTo(tape, beta, sum);
        Elementwise.AddTo(tape, gamma, product);
        if (!x.NeedsGradient)
            return;

        // dx = gamma / sigma (dy - mean(dy) - xhat mean(dy xhat)) = a dy + b x + c, channel by channel. With running
        // statistics both means are absent.
        T[] a = tape.Scratch(channels), b = tape.Scratch(channels), c = tape.Scratch(channels);
        T share = batch ? T.One / T.CreateChecked(rows) : T.Zero;
        for (int i = 0; i < channels; i++)
        {
            a[i] = gamma.Data[i] * inverse[i];
            b[i] = -a[i] * product[i] * share * inverse[i];
            c[i] = -(a[i] * sum[i] * share) - (b[i] * mean[i]);
        }

        T[] dx = tape.Gradient(x, out bool isNew);
        Chunks.For(rows, Block, 4 * channels, (first, last) =>
            AddGradient(x, y, dy, a, b, c, relu, first, last, dx, isNew));
    }

    /// <summary>Sums of dy and of dy (x - mean), dy being 0 where the ReLU was.</summary>
    private static void GradientSums<T>(Tensor<T> x, Tensor<T> y, T[] dy, T[] mean, bool relu, int first, int last,
        Span<T> sums, Span<T> products)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int channels = x.Channels, lanes = Vector<T>.Count;
        for (int begin = first; begin < last; begin += Block)
        {
            int end = Math.Min(last, begin + Block) * channels, c = 0;
            for (; c + lanes <= channels; c += lanes)
            {
                Vector<T> sum = new(sums[c..]), product = new(products[c..]), center = new(mean, c);
                for (int i = (begin * channels) + c; i < end; i += channels)
                {
                    Vector<T> d = Rectified(new Vector<T>(dy, i), y.Array, i, relu);
                    sum += d;
                    product = Lanes.MultiplyAdd(d, new Vector<T>(x.Array, i) - center, product);
                }

                sum.CopyTo(sums[c..]);
                product.CopyTo(products[c..]);
            }

            for (; c < channels; c++)
                for (int i = (begin * channels) + c; i < end; i += channels)
                {
                    T d = relu && y.Array[i] <= T.Zero ? T.Zero : dy[i];
                    sums[c] += d;
                    products[c] += d * (x.Array[i] - mean[c]);
                }
        }
    }

    private static void AddGradient<T>(Tensor<T> x, Tensor<T> y, T[] dy, T[] a, T[] b, T[] c, bool relu, int first, int last,
        T[] dx, bool isNew)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int channels = x.Channels, lanes = Vector<T>.Count;
        for (int row = first; row < last; row++)
        {
            int channel = 0, i = row * channels;
            for (; channel + lanes <= channels; channel += lanes, i += lanes)
            {
                Vector<T> d = Rectified(new Vector<T>(dy, i), y.Array, i, relu);
                Vector<T> before = isNew ? Vector<T>.Zero : new Vector<T>(dx, i);
                Vector<T> value = Lanes.MultiplyAdd(new Vector<T>(x.Array, i), new Vector<T>(b, channel),
                    before + new Vector<T>(c, channel));
                Lanes.MultiplyAdd(d, new Vector<T>(a, channel), value).CopyTo(dx, i);
            }

            for (; channel < channels; channel++, i++)
            {
                T d = relu && y.Array[i] <= T.Zero ? T.Zero : dy[i];
                dx[i] = (d * a[channel]) + (x.Array[i] * b[channel]) + c[channel] + (isNew ? T.Zero : dx[i]);
            }
        }
    }

    private static Vector<T> Rectified<T>(Vector<T> dy, T[] y, int index, bool relu)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => relu
        ? Vector.ConditionalSelect(Vector.GreaterThan(new Vector<T>(y, index), Vector<T>.Zero), dy, Vector<T>.Zero)
        : dy;
}
