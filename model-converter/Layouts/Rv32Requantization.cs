namespace McuAi.ModelConverter.Layouts;

/// <summary>The constants with which the RV32 kernels round. <c>(t + (x &lt; 0 ? -1 : 1) + Rounding) >> Shift</c> with
/// <c>t = floor(x m / 2^30)</c> is both roundings of TensorFlow Lite and the addition of the output's zero point;
/// <c>Shift = e + 1</c>, <c>Rounding = 2^e + zero point * 2^(e+1)</c>, <c>e</c> being the row's shift to the right
/// (docs/arithmetic.md, "Requantization"). A row that shifts to the left, if by 0, has <c>e = 0</c>, <c>t</c> of its
/// shifted sum, and no term for the sign.</summary>
internal readonly record struct Rv32Requantization(int Rounding, int Shift)
{
    /// <summary>The largest shift for which <see cref="Rounding"/> fits 32 bits with room for the sum.</summary>
    private const int LargestShift = 22;

    /// <summary>Whether the row takes the second form. One with the multiplier 0 gives the zero point in both.</summary>
    public static bool ShiftsLeft(RowWeights weights, int row) => weights.Multiplier[row] != 0 && weights.Shift[row] >= 0;

    /// <summary>Proves from a row's weights that no value wraps for any input; null if that does not hold. A larger shift than <see cref="LargestShift"/>, and the multiplier 0, are
    /// stored as that shift where the result is the zero point whatever the input.</summary>
    public static Rv32Requantization? ForRow(RowWeights weights, int row)
    {
        var bound = Math.Abs((long)weights.Bias[row]);
        foreach (var weight in weights.Row(row))
            bound += 128 * Math.Abs((int)weight);
        if (ShiftsLeft(weights, row))
            bound <<= Math.Min(weights.Shift[row], 30);
        if (bound >= 1L << 30)
            return null;
        var multiplier = weights.Multiplier[row];
        var shift = Math.Max(-weights.Shift[row], 0);
        var scaled = ((bound * multiplier) >> 30) + 2;
        if (multiplier == 0 || shift > LargestShift)
            return scaled < 1 << LargestShift ? With(LargestShift, weights.OutputZeroPoint) : null;
        var constants = With(shift, weights.OutputZeroPoint);
        return scaled + Math.Abs((long)constants.Rounding) < 1L << 31 ? constants : null;
    }

    private static Rv32Requantization With(int shift, int zeroPoint) =>
        new((1 << shift) + (zeroPoint << (shift + 1)), shift + 1);
}
