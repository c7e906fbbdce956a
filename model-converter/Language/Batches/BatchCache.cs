using System.Numerics.Tensors;
using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Language.Batches;

/// <summary>What attention remembers of several sequences: [sequence, number, position], so that a step works on many
/// positions at once.</summary>
internal sealed class BatchCache(int sequences, int line, int positions)
{
    private readonly float[] _numbers = new float[(long)sequences * line * positions];

    /// <summary>A number of the first positions.</summary>
    public ReadOnlySpan<float> Number(int sequence, int number, int count) =>
        _numbers.AsSpan(((sequence * line) + number) * positions, count);

    /// <param name="lines">[tokens, line] of the batch.</param>
    public void Add(TokenBatch batch, float[] lines)
    {
        for (int sequence = 0; sequence < batch.Sequences; sequence++)
            for (int i = 0; i < batch.Length(sequence); i++)
                for (int number = 0; number < line; number++)
                    _numbers[(((sequence * line) + number) * positions) + batch.Start + i] =
                        lines[((batch.First(sequence) + i) * line) + number];
    }

    /// <summary>Attention of the batch's queries to all positions so far.</summary>
    /// <param name="queries">[tokens, heads * width]; head h reads the numbers of the keys from h / shared * width on.</param>
    /// <param name="values">Head h reads those from h / shared * valueWidth on.</param>
    /// <returns>[tokens, heads * valueWidth]</returns>
    public float[] Attend(TokenBatch batch, float[] queries, int heads, int shared, float scale, BatchCache values,
        int valueWidth)
    {
        var mixed = new float[batch.Tokens * heads * valueWidth];
        int width = queries.Length / batch.Tokens / heads;
        long work = (long)batch.Longest * heads * (batch.Start + batch.Longest) * (width + valueWidth) / 2;
        Chunks.For(batch.Sequences, 1, work, (first, last) =>
        {
            var weights = new float[positions];
            for (int sequence = first; sequence < last; sequence++)
                for (int i = 0; i < batch.Length(sequence); i++)
                    for (int head = 0; head < heads; head++)
                    {
                        int at = ((batch.First(sequence) + i) * heads) + head, count = batch.Start + i + 1;
                        Span<float> own = weights.AsSpan(0, count);
                        Weigh(sequence, head / shared * width, queries.AsSpan(at * width, width), scale, own);
                        values.Mix(sequence, head / shared * valueWidth, own, mixed.AsSpan(at * valueWidth, valueWidth));
                    }
        });
        return mixed;
    }

    private void Weigh(int sequence, int first, ReadOnlySpan<float> query, float scale, Span<float> weights)
    {
        weights.Clear();
        for (int i = 0; i < query.Length; i++)
            TensorPrimitives.MultiplyAdd(Number(sequence, first + i, weights.Length), query[i] * scale, weights, weights);
        TensorPrimitives.SoftMax(weights, weights);
    }

    private void Mix(int sequence, int first, ReadOnlySpan<float> weights, Span<float> mixed)
    {
        for (int i = 0; i < mixed.Length; i++)
            mixed[i] = TensorPrimitives.Dot(Number(sequence, first + i, weights.Length), weights);
    }
}
