using System.Numerics.Tensors;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Language.Batches;

/// <summary>Text that a model makes up itself: what to calibrate with, and to teach, where nobody has any other.</summary>
public static class TextSampler
{
    /// <summary>Sequences that grow side by side.</summary>
    private const int AtOnce = 100;

    /// <summary>Sequences of the same length, each with a random stream of its own.</summary>
    /// <param name="begin">The token that each begins with, included in the length.</param>
    /// <param name="length">At most the model's context and one more.</param>
    /// <param name="temperature">Above 1, less likely tokens are drawn more often than the model foresees them.</param>
    /// <exception cref="ModelException">The length does not fit the model.</exception>
    public static int[][] Sample(ITransformerSource source, int begin, int sequences, int length, int seed,
        IProgress<double>? progress = null, double temperature = 1)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(sequences, 1);
        if (length < 1 || length - 1 > source.Shape.Context)
            throw new ModelException($"{length:N0} tokens do not fit the model's context of {source.Shape.Context:N0}; ask for " +
                "fewer.");
        var model = new BatchTransformer(source);
        var texts = new int[sequences][];
        for (int first = 0; first < sequences; first += AtOnce)
        {
            int count = Math.Min(AtOnce, sequences - first);
            Grow(model, texts.AsSpan(first, count), new Growth(begin, length, (float)(1 / temperature)),
                seed + (first * 0x9E3779B1L),
                new Progress(progress, (double)first / sequences, (double)count / sequences));
        }

        return texts;
    }

    private static void Grow(BatchTransformer model, Span<int[]> texts, Growth growth, long seed, Progress progress)
    {
        int count = texts.Length, length = growth.Length, vocabulary = model.Shape.Vocabulary;
        var random = new Random[count];
        int[][] grown = new int[count][];
        for (int i = 0; i < count; i++)
            (random[i], grown[i]) = (new Random(HashCode(seed, i)), new int[length]);
        BatchState state = model.Begin(count, length);
        int[] tokens = new int[count], ones = new int[count];
        Array.Fill(tokens, growth.Begin);
        Array.Fill(ones, 1);
        Keep(0);
        for (int position = 1; position < length; position++)
        {
            float[] logits = model.Next(state, new TokenBatch(ones, position - 1), tokens);
            Chunks.For(count, 1, vocabulary, (first, last) =>
            {
                for (int i = first; i < last; i++)
                    tokens[i] = Draw(logits.AsSpan(i * vocabulary, vocabulary), growth.Sharpness, random[i]);
            });
            Keep(position);
            progress.Report((double)position / length);
        }

        grown.CopyTo(texts);

        void Keep(int position)
        {
            for (int i = 0; i < count; i++)
                grown[i][position] = tokens[i];
        }
    }

    /// <summary>A token by its probability; the logits are overwritten.</summary>
    private static int Draw(Span<float> logits, float sharpness, Random random)
    {
        TensorPrimitives.Multiply(logits, sharpness, logits);
        TensorPrimitives.SoftMax<float>(logits, logits);
        double left = random.NextDouble() * TensorPrimitives.Sum<float>(logits);
        for (int token = 0; token < logits.Length; token++)
            if ((left -= logits[token]) < 0)
                return token;
        return TensorPrimitives.IndexOfMax<float>(logits);
    }

    /// <summary>Seeds that are far apart (splitmix64, Steele et al., 2014).</summary>
    private static int HashCode(long seed, int stream)
    {
        ulong z = (ulong)seed + ((ulong)(stream + 1) * 0x9E3779B97F4A7C15);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)(z ^ (z >> 31));
    }

    /// <summary>How sequences begin, how long they become, and what logits are multiplied with.</summary>
    private readonly record struct Growth(int Begin, int Length, float Sharpness);

    /// <summary>Tells a part of the whole.</summary>
    private sealed class Progress(IProgress<double>? whole, double first, double share)
    {
        public void Report(double part) => whole?.Report(first + (part * share));
    }
}
