namespace McuAi.ModelConverter.Language.Pruning;

/// <summary>Rows and columns of matrices.</summary>
internal static class MatrixParts
{
    /// <summary>Some rows and columns of a matrix, times a factor.</summary>
    /// <param name="matrix">[rows, columns]</param>
    /// <param name="rows">Null: all.</param>
    /// <param name="kept">Columns; null: all.</param>
    public static float[] Of(float[] matrix, int columns, IReadOnlyList<int>? rows, IReadOnlyList<int>? kept, float factor = 1)
    {
        int height = rows?.Count ?? (matrix.Length / columns), width = kept?.Count ?? columns;
        var part = new float[height * width];
        for (int row = 0, at = 0; row < height; row++)
        {
            int first = (rows?[row] ?? row) * columns;
            for (int column = 0; column < width; column++)
                part[at++] = factor * matrix[first + (kept?[column] ?? column)];
        }

        return part;
    }

    /// <summary>The numbers of units that have as many each.</summary>
    public static int[] Numbers(IReadOnlyList<int> units, int each) =>
        [.. units.SelectMany(unit => Enumerable.Range(unit * each, each))];
}
