namespace McuAi.ModelConverter.Anomaly;

/// <summary>Eigenvalues and eigenvectors of symmetric matrices, by Jacobi's rotations.</summary>
internal static class SymmetricEigen
{
    private const int MostSweeps = 60;

    /// <summary>The greatest first.</summary>
    /// <param name="matrix">Is overwritten.</param>
    public static (double[] Values, double[][] Vectors) Of(double[][] matrix)
    {
        int n = matrix.Length;
        double[][] vectors = [.. Enumerable.Range(0, n).Select(i =>
        {
            var row = new double[n];
            row[i] = 1;
            return row;
        })];
        double scale = matrix.Sum(row => row.Sum(Math.Abs));
        for (int sweep = 0; sweep < MostSweeps && OffDiagonal(matrix) > 1e-14 * scale; sweep++)
            for (int p = 0; p < n; p++)
                for (int q = p + 1; q < n; q++)
                    Rotate(matrix, vectors, p, q);
        int[] order = [.. Enumerable.Range(0, n).OrderByDescending(i => matrix[i][i])];
        return ([.. order.Select(i => matrix[i][i])], [.. order.Select(i => vectors[i])]);
    }

    private static double OffDiagonal(double[][] a) =>
        a.Select((row, i) => row.Where((_, j) => j > i).Sum(Math.Abs)).Sum();

    /// <summary>Makes element (p, q) zero. Rows of <paramref name="vectors"/> become eigenvectors.</summary>
    private static void Rotate(double[][] a, double[][] vectors, int p, int q)
    {
        if (a[p][q] == 0)
            return;
        double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        double t = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        double c = 1 / Math.Sqrt((t * t) + 1), s = t * c;
        foreach (double[] row in a)
            (row[p], row[q]) = ((c * row[p]) - (s * row[q]), (s * row[p]) + (c * row[q]));
        Turn(a[p], a[q], c, s);
        Turn(vectors[p], vectors[q], c, s);
    }

    private static void Turn(double[] x, double[] y, double c, double s)
    {
        for (int k = 0; k < x.Length; k++)
            (x[k], y[k]) = ((c * x[k]) - (s * y[k]), (s * x[k]) + (c * y[k]));
    }
}
