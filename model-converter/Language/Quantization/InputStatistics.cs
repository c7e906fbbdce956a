using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra.Double;

namespace McuAi.ModelConverter.Language.Quantization;

/// <summary>What rounding a matrix needs to know of its inputs: their second moments, and how they differ from those of the
/// model that is not rounded.</summary>
internal sealed class InputStatistics
{
    private readonly float[] _inputs;
    private readonly int _columns, _pitch;

    /// <summary>[columns, columns]: X^T (R - X) / n, R the real inputs; null without.</summary>
    private readonly double[]? _difference;

    /// <param name="inputs">[tokens, blocks * columns], of which one block counts.</param>
    /// <param name="real">Of the model that is not rounded; null: they are taken to be the same.</param>
    public InputStatistics(float[] inputs, int columns, int block, int blocks, float[]? real)
    {
        (_columns, _pitch) = (columns, columns * blocks);
        _inputs = blocks == 1 ? inputs : Batches.BatchVectors.Columns(inputs, _pitch, block * columns, columns);
        Hessian = new Hessian(InputMoments.Of(_inputs, columns, 0, columns, _inputs, columns), columns);
        if (real is null)
            return;
        float[] own = blocks == 1 ? real : Batches.BatchVectors.Columns(real, _pitch, block * columns, columns);
        var difference = new float[own.Length];
        TensorPrimitives.Subtract(own, _inputs, difference);
        _difference = InputMoments.Of(_inputs, columns, 0, columns, difference, columns);
    }

    public Hessian Hessian { get; }

    /// <summary>The matrix whose products with the inputs are nearest to its own with the real inputs, what it may add
    /// included. The damping keeps it near itself where the inputs say little.</summary>
    /// <param name="drift">[tokens, rows] to add to products, or null.</param>
    public void Correct(ReadOnlySpan<float> matrix, float[]? drift, Span<double> corrected)
    {
        TensorPrimitives.ConvertTruncating(matrix, corrected);
        if (_difference is null && drift is null)
            return;
        int rows = matrix.Length / _columns;
        var right = new double[matrix.Length];
        if (_difference is not null)
            // (W (R - X)^T X)^T, column by column.
            DenseMatrix.Build.Dense(_columns, rows, corrected.ToArray()).TransposeThisAndMultiply(
                DenseMatrix.Build.Dense(_columns, _columns, _difference)).ToRowMajorArray().CopyTo(right, 0);
        if (drift is not null)
            TensorPrimitives.Add(right, InputMoments.Of(drift, rows, 0, rows, _inputs, _columns), right);
        TensorPrimitives.Add(corrected, Hessian.Solve(right), corrected);
    }
}
