using System.Numerics.Tensors;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Language.Batches;

/// <summary>How well a model foresees text: nats per token, whose exponential is the perplexity.</summary>
public static class Perplexity
{
    /// <summary>Tokens that go through the model at once.</summary>
    private const int AtOnce = 4096;

    /// <summary>Nats per token, of all tokens but each sequence's first.</summary>
    /// <param name="sequences">Of at most the model's context and one more; see <see cref="Windows"/>.</param>
    /// <exception cref="ModelException">A sequence is too long or has unknown tokens, or there is nothing to
    /// foresee.</exception>
    public static double NatsPerToken(ITransformerSource source, IReadOnlyList<int[]> sequences)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(sequences);
        Check(sequences, source.Shape);
        var model = new BatchTransformer(source);
        double sum = 0;
        foreach (int[][] some in Batches(sequences))
        {
            float[] logits = Logits(model, some);
            int[] targets = [.. some.SelectMany(sequence => sequence[1..])];
            double[] nats = new double[targets.Length];
            Chunks.For(targets.Length, 1, source.Shape.Vocabulary, (first, last) =>
            {
                for (int i = first; i < last; i++)
                    nats[i] = Nats(logits.AsSpan(i * source.Shape.Vocabulary, source.Shape.Vocabulary), targets[i]);
            });
            sum += nats.Sum();
        }

        return sum / sequences.Sum(sequence => (long)sequence.Length - 1);
    }

    /// <summary>Cuts tokens into sequences that are foreseen by themselves: windows of the context's length, each after a
    /// token with which texts begin.</summary>
    public static IReadOnlyList<int[]> Windows(IReadOnlyList<int> tokens, int begin, int context) =>
        [.. tokens.Chunk(context).Select(window => (int[])[begin, .. window])];

    /// <summary>[tokens, vocabulary] of sequences from their beginning; nothing is foreseen from their last tokens.</summary>
    internal static float[] Logits(BatchTransformer model, int[][] sequences)
    {
        var batch = new TokenBatch([.. sequences.Select(sequence => sequence.Length - 1)], 0);
        int[] tokens = [.. sequences.SelectMany(sequence => sequence[..^1])];
        return model.Next(model.Begin(sequences.Length, batch.Longest), batch, tokens);
    }

    internal static IEnumerable<int[][]> Batches(IReadOnlyList<int[]> sequences) =>
        sequences.Where(sequence => sequence.Length > 1)
            .Chunk(Math.Max(1, AtOnce / sequences.Max(sequence => sequence.Length)));

    internal static void Check(IReadOnlyList<int[]> sequences, TransformerShape shape)
    {
        if (sequences.Count == 0 || sequences.All(sequence => sequence.Length < 2))
            throw new ModelException("The text has no token that could be foreseen from another one; give a longer text.");
        if (sequences.Max(sequence => sequence.Length) - 1 > shape.Context)
            throw new ModelException($"A text has more tokens than the model's context of {shape.Context:N0}; cut it up.");
    }

    /// <summary>Minus the logarithm of a token's probability.</summary>
    private static double Nats(ReadOnlySpan<float> logits, int target)
    {
        float greatest = TensorPrimitives.Max(logits);
        double sum = 0;
        foreach (float logit in logits)
            sum += MathF.Exp(logit - greatest);
        return Math.Log(sum) + greatest - logits[target];
    }
}
