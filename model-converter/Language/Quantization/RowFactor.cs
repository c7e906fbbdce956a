using System.Runtime.InteropServices;

namespace McuAi.ModelConverter.Language.Quantization;

/// <summary>A row's factor, Mantissa * 2^(Exponent - 31) (docs/transformer-arithmetic.md, Numbers).</summary>
/// <param name="Mantissa">0, or in [2^30, 2^31).</param>
/// <param name="Exponent">-64..31</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RowFactor(int Mantissa, int Exponent)
{
    private const int Least = -64, Greatest = 31;

    public double Value => Math.ScaleB(Mantissa, Exponent - 31);

    internal bool IsValid => Mantissa == 0 || (Mantissa >= 1 << 30 && Exponent is >= Least and <= Greatest);

    /// <summary>The nearest factor to a number, 0 where that is too small for any.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative, or too great.</exception>
    public static RowFactor Nearest(double value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        if (value < Math.ScaleB(1, Least - 1))
            return default;
        int exponent = Math.ILogB(value) + 1;
        long mantissa = (long)Math.Round(Math.ScaleB(value, 31 - exponent));
        if (mantissa == 1L << 31)
            (mantissa, exponent) = (1L << 30, exponent + 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(exponent, Greatest, nameof(value));
        return new RowFactor((int)mantissa, exponent);
    }
}
