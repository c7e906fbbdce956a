namespace McuAi.ModelConverter.Language;

/// <summary>Heads whose rotated pairs are i and i + half, as transformers has them, with neighbours as pairs instead. Scores stay
/// the same, as queries and keys are reordered alike.</summary>
internal static class HalfSplit
{
    /// <summary>Reorders the last rows of each head.</summary>
    /// <param name="rows">[heads * head width, columns], or biases, or a gain for every head.</param>
    /// <param name="rotated">Rows of a head, its last ones, that are rotated.</param>
    /// <returns>rows</returns>
    public static float[] ToNeighbours(float[] rows, int columns, int headWidth, int rotated)
    {
        var head = new float[rotated * columns];
        for (long first = (headWidth - rotated) * (long)columns; first < rows.Length; first += (long)headWidth * columns)
        {
            Span<float> part = rows.AsSpan((int)first, head.Length);
            for (int row = 0; row < rotated; row++)
                part.Slice(((row % 2 * (rotated / 2)) + (row / 2)) * columns, columns).CopyTo(head.AsSpan(row * columns));
            head.CopyTo(part);
        }

        return rows;
    }
}
