using System.Numerics;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Reference;

/// <summary>Batched products of two activations, in float or int (less the zero points).</summary>
internal static class MatrixProduct
{
    /// <param name="a">[..., M, K], or [..., K, M] if transposed</param>
    /// <param name="b">[..., K, N], or [..., N, K] if transposed</param>
    /// <param name="y">[..., M, N]</param>
    public static void Multiply<T>(Node node, T[] a, T[] b, T[] y) where T : unmanaged, INumber<T>
    {
        var shape = MatMulShape.Of(node);
        int index = 0;
        foreach ((int offsetA, int offsetB) in shape.Batches())
        {
            for (int i = 0; i < shape.M * shape.N; i++)
            {
                T sum = T.Zero;
                for (int k = 0; k < shape.K; k++)
                    sum += a[offsetA + shape.A(i / shape.N, k)] * b[offsetB + shape.B(k, i % shape.N)];

                y[index++] = sum;
            }
        }
    }
}
