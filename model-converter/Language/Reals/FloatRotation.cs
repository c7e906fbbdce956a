namespace McuAi.ModelConverter.Language.Reals;

/// <summary>The rotation of a position: pairs of neighbours turn by angles proportional to it.</summary>
internal sealed class FloatRotation(TransformerShape shape)
{
    private readonly (double Sine, double Cosine)[] _turns = new (double, double)[shape.RotatedWidth / 2];

    public void MoveTo(int position)
    {
        for (int pair = 0; pair < _turns.Length; pair++)
            _turns[pair] = Math.SinCos(position * shape.Frequency(pair));
    }

    /// <summary>Turns the pairs of one head's rotated numbers.</summary>
    public void Turn(Span<float> head)
    {
        for (int pair = 0; pair < _turns.Length; pair++)
        {
            (double sine, double cosine) = _turns[pair];
            (float a, float b) = (head[2 * pair], head[(2 * pair) + 1]);
            head[2 * pair] = (float)((a * cosine) - (b * sine));
            head[(2 * pair) + 1] = (float)((a * sine) + (b * cosine));
        }
    }
}
