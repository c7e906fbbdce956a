namespace McuAi.ModelConverter.Language.Batches;

/// <summary>Rotations of all positions.</summary>
internal sealed class BatchRotation
{
    private readonly int _pairs;
    private readonly (float Sine, float Cosine)[] _turns;

    public BatchRotation(TransformerShape shape, int positions)
    {
        _pairs = shape.RotatedWidth / 2;
        _turns = new (float, float)[positions * _pairs];
        for (int i = 0; i < _turns.Length; i++)
        {
            (double sine, double cosine) = Math.SinCos(i / _pairs * shape.Frequency(i % _pairs));
            _turns[i] = ((float)sine, (float)cosine);
        }
    }

    /// <summary>Turns the pairs of each head.</summary>
    /// <param name="x">[tokens, heads * width]</param>
    /// <param name="first">Where in a head the first pair is.</param>
    public void Turn(TokenBatch batch, float[] x, int heads, int first)
    {
        int width = x.Length / batch.Tokens / heads;
        for (int sequence = 0; sequence < batch.Sequences; sequence++)
            for (int i = 0; i < batch.Length(sequence); i++)
                for (int head = 0; head < heads; head++)
                    Turn(x.AsSpan(((((batch.First(sequence) + i) * heads) + head) * width) + first, 2 * _pairs),
                        batch.Start + i);
    }

    private void Turn(Span<float> head, int position)
    {
        for (int pair = 0; pair < _pairs; pair++)
        {
            (float sine, float cosine) = _turns[(position * _pairs) + pair];
            (float a, float b) = (head[2 * pair], head[(2 * pair) + 1]);
            head[2 * pair] = (a * cosine) - (b * sine);
            head[(2 * pair) + 1] = (a * sine) + (b * cosine);
        }
    }
}
