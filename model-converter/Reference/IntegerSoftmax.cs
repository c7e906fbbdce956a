using McuAi.ModelConverter.Quantizing;

namespace McuAi.ModelConverter.Reference;

/// <summary>Softmax of int8 rows in fixed point.</summary>
internal static class IntegerSoftmax
{
    private const int DiffIntegerBits = 5, SumIntegerBits = 12;

    /// <param name="x">[Rows, Depth]</param>
    /// <param name="y">[Rows, Depth]</param>
    public static void Apply(SoftmaxParameters p, int[] x, int[] y)
    {
        for (int row = 0; row < x.Length; row += p.Depth)
            ApplyRow(p, x.AsSpan(row, p.Depth), y.AsSpan(row, p.Depth));
    }

    private static void ApplyRow(SoftmaxParameters p, ReadOnlySpan<int> x, Span<int> y)
    {
        int max = x[0];
        foreach (int value in x)
            max = Math.Max(max, value);

        int sum = 0; // Q12.19
        foreach (int value in x)
        {
            if (value - max >= p.DiffMin)
                sum += FixedPoint.RoundingDivideByPowerOfTwo(Exp(p, value - max), SumIntegerBits);
        }

        int reciprocal = FixedPointFunctions.Reciprocal(sum, SumIntegerBits, out int exponent);
        exponent += 31 - p.OutputBits;
        int least = -(1 << (p.OutputBits - 1));
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = least;
            if (x[i] - max < p.DiffMin)
                continue;

            int product = FixedPoint.DoublingHighMul(reciprocal, Exp(p, x[i] - max));
            y[i] = Math.Min(FixedPoint.RoundingDivideByPowerOfTwo(product, exponent) + least, -1 - least);
        }
    }

    private static int Exp(SoftmaxParameters p, int difference) => FixedPointFunctions.Exp(
        FixedPoint.Requantize(difference, p.InputMultiplier, p.InputLeftShift), DiffIntegerBits);
}
