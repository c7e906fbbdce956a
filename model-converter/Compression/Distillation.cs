using System.Numerics;
using System.Runtime.CompilerServices;
using McuAi.ModelConverter.Training;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace McuAi.ModelConverter.Compression;

/// <summary>Training on what a larger network finds likely, or several do on average, beside what is right (Hinton et al.,
/// 2015). The teachers' outputs are computed once for each batch object.</summary>
/// <param name="temperature">Divides both networks' logits: a higher one shows more of what the teacher thinks of the wrong
/// classes.</param>
/// <param name="share">Of the teacher in the loss; the rest is cross-entropy to the targets.</param>
public sealed class Distillation(IReadOnlyList<Network<float>> teachers, double temperature = 2, double share = 0.7)
{
    private readonly ConditionalWeakTable<Batch, float[]> _logits = [];
    private readonly Tape<float> _tape = new() { IsTraining = false };

    /// <summary>Of the cross-entropies in the loss together: divided by it, the loss is on the scale of one of them.</summary>
    public double Weight => 1 - share + (share * temperature * temperature);

    /// <summary>A loss for <see cref="Trainer"/>.</summary>
    public Tensor<float> Loss(Tape<float> tape, Tensor<float> outputs, Batch batch)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(batch);
        return tape.Distill(outputs, batch.Targets, _logits.GetValue(batch, Judge), temperature, share);
    }

    private float[] Judge(Batch batch)
    {
        lock (_tape) // candidates are trained side by side
        {
            float[][] all = [.. teachers.Select(teacher =>
            {
                _tape.Reset();
                return teacher.Forward(_tape, batch.Inputs).Data.ToArray();
            })];
            return all.Length == 1 ? all[0] : Mean(all, batch.Targets.Length / batch.Inputs.Shape[0]);
        }
    }

    /// <summary>Logits of the mean of what the teachers find likely at the temperature.</summary>
    private float[] Mean(float[][] logits, int classes)
    {
        var mean = new float[logits[0].Length];
        float[] likely = new float[classes];
        foreach (float[] one in logits)
            for (int i = 0; i < mean.Length; i += classes)
            {
                TensorPrimitives.Divide(one.AsSpan(i, classes), (float)temperature, likely);
                TensorPrimitives.SoftMax<float>(likely, likely);
                TensorPrimitives.Add(mean.AsSpan(i, classes), likely, mean.AsSpan(i, classes));
            }

        for (int i = 0; i < mean.Length; i++)
            mean[i] = (float)(temperature * Math.Log(Math.Max(mean[i] / logits.Length, float.Epsilon)));
        return mean;
    }
}

/// <summary>The loss of distillation as an operation on a tape.</summary>
public static class DistillationLoss
{
    /// <summary>(1 - share) H(targets, softmax(x)) + share T² H(softmax(teacher / T), softmax(x / T)), the mean over the rows
    /// of logits x; T² keeps the gradients' size at any temperature.</summary>
    public static Tensor<T> Distill<T>(this Tape<T> tape, Tensor<T> logits, T[] targets, T[] teacher, double temperature,
        double share)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(teacher);
        if (teacher.Length != logits.Count || targets.Length != logits.Count)
            throw new ArgumentException($"{teacher.Length} logits of a teacher and {targets.Length} targets do not fit {logits}.");
        T t = T.CreateChecked(temperature), s = T.CreateChecked(share), rows = T.CreateChecked(logits.Rows);
        int classes = logits.Channels;
        T[] slopes = tape.Scratch(logits.Count), soft = new T[classes];
        Tensor<T> loss = tape.New(logits.NeedsGradient, 1);
        T total = T.Zero;
        for (int i = 0; i < logits.Count; i += classes)
        {
            TensorPrimitives.Divide<T>(teacher.AsSpan(i, classes), t, soft);
            TensorPrimitives.SoftMax<T>(soft, soft);
            Span<T> slope = slopes.AsSpan(i, classes);
            slope.Clear();
            total += AddCrossEntropy(logits.Data.Slice(i, classes), targets.AsSpan(i, classes), T.One, T.One - s, slope);
            total += AddCrossEntropy(logits.Data.Slice(i, classes), soft, t, s * t * t, slope);
        }

        loss.Data[0] = total / rows;
        tape.Record(loss, () =>
        {
            T factor = tape.Gradient(loss)[0] / rows;
            T[] dx = tape.Gradient(logits);
            for (int i = 0; i < dx.Length; i++)
                dx[i] += factor * slopes[i];
        });
        return loss;
    }

    /// <summary>weight H(targets, softmax(x / t)); adds its derivative by x to <paramref name="slope"/>.</summary>
    private static T AddCrossEntropy<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> targets, T t, T weight, Span<T> slope)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T greatest = TensorPrimitives.Max(x), sum = T.Zero, loss = T.Zero;
        foreach (T value in x)
            sum += T.Exp((value - greatest) / t);
        T mass = TensorPrimitives.Sum(targets);
        for (int c = 0; c < x.Length; c++)
        {
            T exponent = (x[c] - greatest) / t;
            loss += targets[c] * (T.Log(sum) - exponent);
            slope[c] += weight / t * ((mass * T.Exp(exponent) / sum) - targets[c]);
        }

        return weight * loss;
    }
}
