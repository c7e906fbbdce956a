namespace McuAi.ModelConverter.Language.Quantization;

/// <summary>The scales of a row's groups as multipliers of 8 bits of one factor.</summary>
internal static class RowScales
{
    private const int Greatest = 127, Least = 64;

    /// <summary>The factor, of those that give the greatest scale a multiplier of 64..127, that loses least.</summary>
    /// <param name="multipliers">[groups], to be written.</param>
    public static RowFactor Choose(ReadOnlySpan<double> scales, Span<sbyte> multipliers)
    {
        double largest = 0;
        foreach (double scale in scales)
            largest = Math.Max(largest, Math.Abs(scale));
        RowFactor best = RowFactor.Nearest(largest / Greatest);
        double least = double.PositiveInfinity;
        for (int top = Greatest; top >= Least && scales.Length > 1 && largest > 0; top--)
        {
            double error = 0;
            foreach (double scale in scales)
            {
                double exact = scale / largest * top, off = (exact - Math.Round(exact)) / top;
                error += off * off;
            }

            if (error < least)
                (best, least) = (RowFactor.Nearest(largest / top), error);
        }

        for (int i = 0; i < scales.Length; i++)
            multipliers[i] = best.Mantissa == 0 ? (sbyte)0 : Multiplier(scales[i] / best.Value);
        return best;
    }

    public static sbyte Multiplier(double ratio) => (sbyte)Math.Clamp(Math.Round(ratio), -Greatest, Greatest);
}
