using System.Numerics.Tensors;
using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Language.Quantization;

/// <summary>Rounds a matrix so that its products change least: what one column loses, those after it make up for (GPTQ,
/// Frantar et al., 2023); then weights and multipliers descend on what is left, one at a time.</summary>
internal static class CompensatedRounding
{
    /// <param name="weights">[rows, columns]</param>
    /// <param name="hessians">Of each block of rows; blocks are of the same height.</param>
    public static QuantizedMatrix Round(double[] weights, int columns, MatrixFormat format, IReadOnlyList<Hessian> hessians)
    {
        int rows = weights.Length / columns, groups = format.Groups(columns);
        var codes = new sbyte[weights.Length];
        var multipliers = new sbyte[rows * groups];
        var factors = new RowFactor[rows];
        Chunks.For(rows, 1, (long)columns * columns, (first, last) =>
        {
            CompensatedRow? rounding = null;
            Hessian? before = null;
            for (int row = first; row < last; row++)
            {
                Hessian hessian = hessians[(int)((long)row * hessians.Count / rows)];
                if (rounding is null || hessian != before)
                    (rounding, before) = (new CompensatedRow(format, hessian), hessian);
                factors[row] = rounding.Round(weights.AsSpan(row * columns, columns), codes.AsSpan(row * columns, columns),
                    multipliers.AsSpan(row * groups, groups));
            }
        });
        return new QuantizedMatrix(rows, columns, format, codes, multipliers, factors);
    }
}
