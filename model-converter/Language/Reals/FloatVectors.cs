using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Language.Reals;

/// <summary>Products and norms of a vector.</summary>
internal static class FloatVectors
{
    /// <summary>matrix [outputs, inputs] times x [inputs].</summary>
    public static float[] Multiply(ReadOnlySpan<float> matrix, ReadOnlySpan<float> x)
    {
        var product = new float[matrix.Length / x.Length];
        for (int row = 0; row < product.Length; row++)
            product[row] = TensorPrimitives.Dot(matrix.Slice(row * x.Length, x.Length), x);
        return product;
    }

    /// <summary>x over its root of the mean square, times a gain (Zhang and Sennrich, 2019).</summary>
    public static float[] Norm(ReadOnlySpan<float> x, ReadOnlySpan<float> gain, double epsilon)
    {
        float scale = (float)(1 / Math.Sqrt((TensorPrimitives.SumOfSquares(x) / x.Length) + epsilon));
        var normed = new float[x.Length];
        TensorPrimitives.Multiply(x, scale, normed);
        TensorPrimitives.Multiply(normed, gain, normed);
        return normed;
    }
}
