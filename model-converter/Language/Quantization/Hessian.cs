using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace McuAi.ModelConverter.Language.Quantization;

/// <summary>The second moments of a matrix's inputs, H = X^T X / n and a damping of the diagonal: a row that is off by d is
/// off by d^T H d in the mean square of its products.</summary>
internal sealed class Hessian
{
    /// <summary>Share of the mean of the diagonal (Frantar et al., 2023).</summary>
    public const double Damping = 0.01;

    private readonly Cholesky<double> _factors;

    /// <param name="moments">[columns, columns] of X^T X / n.</param>
    public Hessian(double[] moments, int columns, double damping = Damping)
    {
        Columns = columns;
        Matrix<double> damped = DenseMatrix.Build.Dense(columns, columns, (double[])moments.Clone());
        double mean = damped.Diagonal().Sum() / columns, added = mean > 0 ? damping * mean : 1;
        for (int i = 0; i < columns; i++)
            damped[i, i] += added;
        Values = damped.ToRowMajorArray();
        _factors = damped.Cholesky();
        Upper = _factors.Solve(DenseMatrix.CreateIdentity(columns)).Cholesky().Factor.ToColumnMajorArray();
    }

    public int Columns { get; }

    /// <summary>[columns, columns], symmetric.</summary>
    public double[] Values { get; }

    /// <summary>[columns, columns]: U, upper triangular, with U^T U the inverse.</summary>
    public double[] Upper { get; }

    /// <summary>right [rows, columns] times the inverse.</summary>
    public double[] Solve(double[] right)
    {
        // Column by column, this is the transpose.
        Matrix<double> transposed = DenseMatrix.Build.Dense(Columns, right.Length / Columns, right);
        return _factors.Solve(transposed).ToColumnMajorArray();
    }

    /// <summary>d^T H d.</summary>
    public double Loss(ReadOnlySpan<double> off)
    {
        double loss = 0;
        for (int i = 0; i < Columns; i++)
            loss += off[i] * System.Numerics.Tensors.TensorPrimitives.Dot(off, Values.AsSpan(i * Columns, Columns));
        return loss;
    }
}
