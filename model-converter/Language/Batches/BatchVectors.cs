using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Language.Batches;

/// <summary>Norms and parts of many vectors.</summary>
internal static class BatchVectors
{
    /// <summary>Each row of x [rows, gain's length] over its root of the mean square, times the gain.</summary>
    public static float[] Norm(float[] x, float[] gain, double epsilon)
    {
        var normed = new float[x.Length];
        for (int at = 0; at < x.Length; at += gain.Length)
        {
            ReadOnlySpan<float> row = x.AsSpan(at, gain.Length);
            Span<float> to = normed.AsSpan(at, gain.Length);
            double root = Math.Sqrt((TensorPrimitives.SumOfSquares(row) / row.Length) + epsilon);
            TensorPrimitives.Multiply(row, (float)(1 / root), to);
            TensorPrimitives.Multiply(to, gain, to);
        }

        return normed;
    }

    /// <summary>Columns [first, first + count) of x [rows, width].</summary>
    public static float[] Columns(float[] x, int width, int first, int count)
    {
        var part = new float[x.Length / width * count];
        for (int row = 0; row < x.Length / width; row++)
            x.AsSpan((row * width) + first, count).CopyTo(part.AsSpan(row * count));
        return part;
    }

    /// <summary>Columns of a, then those of b.</summary>
    public static float[] Join(float[] a, int aWidth, float[] b, int bWidth)
    {
        int rows = a.Length / aWidth, width = aWidth + bWidth;
        var joined = new float[rows * width];
        for (int row = 0; row < rows; row++)
        {
            a.AsSpan(row * aWidth, aWidth).CopyTo(joined.AsSpan(row * width));
            b.AsSpan(row * bWidth, bWidth).CopyTo(joined.AsSpan((row * width) + aWidth));
        }

        return joined;
    }

    /// <summary>Some rows of x [rows, width].</summary>
    public static float[] Rows(float[] x, int width, IReadOnlyList<int> rows)
    {
        var chosen = new float[rows.Count * width];
        for (int i = 0; i < rows.Count; i++)
            x.AsSpan(rows[i] * width, width).CopyTo(chosen.AsSpan(i * width));
        return chosen;
    }
}
