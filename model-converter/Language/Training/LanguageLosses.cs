using System.Numerics;
using McuAi.ModelConverter.Training;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>What language models are trained by. Each loss is a sum over the tokens of a sequence times a weight, for one
/// over the tokens of a batch.</summary>
internal static class LanguageLosses
{
    /// <summary>The negative log-likelihood of tokens [T] by logits [V, T].</summary>
    /// <param name="targets">Negative ones do not count.</param>
    public static Tensor<T> TokenLoss<T>(this Tape<T> tape, Tensor<T> logits, ReadOnlyMemory<int> targets, double weight)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int vocabulary, int tokens) = (logits.Shape[0], logits.Channels);
        Tensor<T> loss = tape.New(logits.NeedsGradient, 1);
        Softmax<T> softmax = Softmax<T>.Of(tape, logits);
        double sum = 0;
        for (int t = 0; t < tokens; t++)
            if (targets.Span[t] >= 0)
                sum += double.CreateChecked(softmax.LogSums[t] - logits.Array[(targets.Span[t] * tokens) + t]);
        loss.Data[0] = T.CreateChecked(weight * sum);
        tape.Record(loss, () =>
        {
            T factor = tape.Gradient(loss)[0] * T.CreateChecked(weight);
            T[] dx = tape.Gradient(logits);
            T[] factors = tape.Scratch(tokens);
            for (int t = 0; t < tokens; t++)
                factors[t] = targets.Span[t] >= 0 ? factor : T.Zero;
            for (int v = 0; v < vocabulary; v++)
                TensorPrimitives.MultiplyAdd<T>(softmax.Row(v), factors, dx.AsSpan(v * tokens, tokens),
                    dx.AsSpan(v * tokens, tokens));
            for (int t = 0; t < tokens; t++)
                if (targets.Span[t] >= 0)
                    dx[(targets.Span[t] * tokens) + t] -= factor;
        });
        return loss;
    }

    /// <summary>The Kullback-Leibler divergence of softmax(logits) from a teacher's (Hinton et al., 2015), at temperature
    /// 1.</summary>
    /// <param name="teacher">[V, T] logits, without a gradient.</param>
    public static Tensor<T> Divergence<T>(this Tape<T> tape, Tensor<T> logits, Tensor<T> teacher, double weight)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (logits.Count != teacher.Count)
            throw new ArgumentException($"Logits of {logits} and of a teacher of {teacher} do not fit.");
        (int vocabulary, int tokens) = (logits.Shape[0], logits.Channels);
        Tensor<T> loss = tape.New(logits.NeedsGradient, 1);
        Softmax<T> own = Softmax<T>.Of(tape, logits), wanted = Softmax<T>.Of(tape, teacher);
        Span<T> difference = tape.Scratch(tokens), sum = tape.Scratch(tokens);
        TensorPrimitives.Subtract<T>(own.LogSums, wanted.LogSums, sum);
        for (int v = 0; v < vocabulary; v++)
        {
            TensorPrimitives.Subtract(teacher.Data.Slice(v * tokens, tokens), logits.Data.Slice(v * tokens, tokens),
                difference);
            TensorPrimitives.MultiplyAdd(wanted.Row(v), difference, sum, sum);
        }

        loss.Data[0] = T.CreateChecked(weight) * TensorPrimitives.Sum<T>(sum);
        tape.Record(loss, () =>
        {
            T factor = tape.Gradient(loss)[0] * T.CreateChecked(weight);
            T[] dx = tape.Gradient(logits);
            TensorPrimitives.MultiplyAdd(own.Shares, factor, dx, dx);
            TensorPrimitives.MultiplyAdd(wanted.Shares, -factor, dx, dx);
        });
        return loss;
    }

    /// <summary>The squared distance of x from what it should be, over the square of that.</summary>
    public static Tensor<T> Distance<T>(this Tape<T> tape, Tensor<T> x, Tensor<T> wanted, double weight)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Count != wanted.Count)
            throw new ArgumentException($"{x} and {wanted} cannot be compared.");
        Tensor<T> loss = tape.New(x.NeedsGradient, 1);
        T factor = T.CreateChecked(weight) / (TensorPrimitives.SumOfSquares<T>(wanted.Data) + T.CreateChecked(1e-12));
        T distance = TensorPrimitives.Distance<T>(x.Data, wanted.Data);
        loss.Data[0] = factor * distance * distance;
        tape.Record(loss, () =>
        {
            T slope = (T.One + T.One) * factor * tape.Gradient(loss)[0];
            T[] dx = tape.Gradient(x);
            TensorPrimitives.MultiplyAdd(x.Data, slope, dx, dx);
            TensorPrimitives.MultiplyAdd(wanted.Data, -slope, dx, dx);
        });
        return loss;
    }

    /// <summary>Probabilities of logits [V, T], and the logarithm of each token's sum of exponentials.</summary>
    private sealed class Softmax<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public required T[] Shares { get; init; }

        public required T[] LogSums { get; init; }

        public ReadOnlySpan<T> Row(int token) => Shares.AsSpan(token * LogSums.Length, LogSums.Length);

        public static Softmax<T> Of(Tape<T> tape, Tensor<T> logits)
        {
            (int vocabulary, int tokens) = (logits.Shape[0], logits.Channels);
            var softmax = new Softmax<T> { Shares = tape.Scratch(logits.Count), LogSums = tape.Scratch(tokens) };
            Span<T> greatest = tape.Scratch(tokens), sum = tape.Scratch(tokens);
            logits.Data[..tokens].CopyTo(greatest);
            for (int v = 1; v < vocabulary; v++)
                TensorPrimitives.Max(greatest, logits.Data.Slice(v * tokens, tokens), greatest);
            sum.Clear();
            for (int v = 0; v < vocabulary; v++)
            {
                Span<T> row = softmax.Shares.AsSpan(v * tokens, tokens);
                TensorPrimitives.Subtract(logits.Data.Slice(v * tokens, tokens), greatest, row);
                Exponentials.Exp(row);
                TensorPrimitives.Add(sum, row, sum);
            }

            TensorPrimitives.Log<T>(sum, softmax.LogSums);
            TensorPrimitives.Add(softmax.LogSums, greatest, softmax.LogSums);
            TensorPrimitives.Reciprocal<T>(sum, sum);
            for (int v = 0; v < vocabulary; v++)
            {
                Span<T> row = softmax.Shares.AsSpan(v * tokens, tokens);
                TensorPrimitives.Multiply(row, sum, row);
            }

            return softmax;
        }
    }
}
