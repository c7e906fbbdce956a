using System.Numerics;
using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Training;

/// <summary>Batch normalization (Ioffe and Szegedy, 2015) over all but the last dimension, with the activation that
/// nearly always follows, so that both take one pass over memory.</summary>
public static class BatchNormalization
{
    /// <summary>Rows that one core works on at least.</summary>
    private const int Grain = 64;

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
            (mean, variance) = BatchStatistics.Of(tape, x);
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
        var kernel = new BatchNormalizationKernel<T>(x.Array, factor, term, relu);
        Chunks.For(rows, Grain, channels, (first, last) => kernel.Forward(first, last, y.Array));
        tape.Record(y, () => Backward(tape, kernel, x, gamma, beta, tape.Gradient(y), mean, inverse, batch));
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

    private static void Backward<T>(Tape<T> tape, BatchNormalizationKernel<T> kernel, Tensor<T> x, Tensor<T> gamma,
        Tensor<T> beta, T[] dy, T[] mean, T[] inverse, bool batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int channels = x.Channels, rows = x.Rows;
        T[] parts = tape.Scratch(Chunks.Parts * 2 * channels);
        parts.AsSpan().Clear();
        Chunks.ForParts(rows, 4 * channels, (part, first, last) => kernel.AddSums(dy, mean, first, last,
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
        Chunks.For(rows, Grain, 4 * channels, (first, last) => kernel.Backward(dy, a, b, c, first, last, dx, isNew));
    }
}
