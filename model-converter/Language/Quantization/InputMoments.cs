using System.Numerics.Tensors;
using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Language.Quantization;

/// <summary>Second moments of inputs.</summary>
internal static class InputMoments
{
    /// <summary>Rows that are summed in float32; the sums of these are in double.</summary>
    private const int Rows = 2048;

    /// <summary>A^T B / n of a [n, a's columns] and b [n, b's columns].</summary>
    /// <param name="a">With rows <paramref name="pitch"/> apart, of which the columns from <paramref name="first"/> on
    /// count.</param>
    public static double[] Of(float[] a, int pitch, int first, int columns, float[] b, int width)
    {
        int rows = b.Length / width;
        var sum = new double[columns * width];
        var part = new float[columns * width];
        for (int begin = 0; begin < rows; begin += Rows)
        {
            Range some = begin..Math.Min(rows, begin + Rows);
            Chunks.For(columns, MatrixKernel.RowBlock, (long)Rows * width, (from, to) => MatrixKernel.Multiply(a,
                new Pitch(first, 1), new Pitch(0, pitch), from, to, some, b, 0, part, 0, width, false));
            for (int i = 0; i < sum.Length; i++)
                sum[i] += part[i];
        }

        TensorPrimitives.Divide(sum, rows, sum);
        return sum;
    }
}
