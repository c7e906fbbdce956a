namespace McuAi.ModelConverter.Language.Quantization;

/// <summary>Matrices of heads, each transposed by itself.</summary>
internal static class HeadTranspose
{
    /// <param name="matrix">[heads * rows, columns]</param>
    /// <returns>[heads * columns, rows]</returns>
    public static float[] Of(float[] matrix, int heads, int rows, int columns)
    {
        var transposed = new float[matrix.Length];
        for (int head = 0; head < heads; head++)
            for (int row = 0; row < rows; row++)
                for (int column = 0; column < columns; column++)
                    transposed[(((head * columns) + column) * rows) + row] =
                        matrix[(((head * rows) + row) * columns) + column];
        return transposed;
    }
}
