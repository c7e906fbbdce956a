using System.Numerics;
using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Training;

/// <summary>Losses: means over the rows of a batch.</summary>
public static class Losses
{
    /// <summary>Cross-entropy of softmax(logits [N, C]) to target probabilities [N, C]: hard labels, smoothed ones, mixed
    /// ones, or a teacher's.</summary>
    public static Tensor<T> CrossEntropy<T>(this Tape<T> tape, Tensor<T> logits, T[] targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (targets.Length != logits.Count)
            throw new ArgumentException($"{targets.Length} targets do not fit logits of {logits}.");
        int classes = logits.Channels, rows = logits.Rows;
        T[] probabilities = tape.Scratch(logits.Count);
        Tensor<T> loss = tape.New(logits.NeedsGradient, 1);
        T total = T.Zero;
        for (int i = 0; i < logits.Count; i += classes)
        {
            ReadOnlySpan<T> x = logits.Data.Slice(i, classes);
            Span<T> p = probabilities.AsSpan(i, classes);
            Normalization.OfRow(x, p);
            T greatest = TensorPrimitives.Max(x);
            T logSum = greatest + T.Log(SumOfExponentials(x, greatest));
            for (int c = 0; c < classes; c++)
                total += targets[i + c] * (logSum - x[c]);
        }

        loss.Data[0] = total / T.CreateChecked(rows);
        tape.Record(loss, () =>
        {
            T factor = tape.Gradient(loss)[0] / T.CreateChecked(rows);
            T[] dx = tape.Gradient(logits);
            for (int i = 0; i < dx.Length; i += classes)
            {
                T weight = TensorPrimitives.Sum<T>(targets.AsSpan(i, classes));
                for (int c = i; c < i + classes; c++)
                    dx[c] += factor * ((weight * probabilities[c]) - targets[c]);
            }
        });
        return loss;
    }

    /// <summary>Mean of the squared differences.</summary>
    public static Tensor<T> MeanSquaredError<T>(this Tape<T> tape, Tensor<T> x, T[] targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (targets.Length != x.Count)
            throw new ArgumentException($"{targets.Length} targets do not fit an output of {x}.");
        Tensor<T> loss = tape.New(x.NeedsGradient, 1);
        T n = T.CreateChecked(x.Count), distance = TensorPrimitives.Distance<T>(x.Data, targets);
        loss.Data[0] = distance * distance / n;
        tape.Record(loss, () =>
        {
            T factor = (T.One + T.One) * tape.Gradient(loss)[0] / n;
            T[] dx = tape.Gradient(x);
            for (int i = 0; i < dx.Length; i++)
                dx[i] += factor * (x.Array[i] - targets[i]);
        });
        return loss;
    }

    private static T SumOfExponentials<T>(ReadOnlySpan<T> x, T greatest) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        foreach (T value in x)
            sum += T.Exp(value - greatest);
        return sum;
    }
}
