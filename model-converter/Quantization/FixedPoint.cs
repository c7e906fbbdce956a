namespace McuAi.ModelConverter.Quantizing;

/// <summary>The integer arithmetic that docs/arithmetic.md specifies under "Requantization", and the derivation of its
/// constants from real scales. Everything wraps like the core's int32.</summary>
public static class FixedPoint
{
    /// <summary>A real multiplier as <c>Multiplier * 2^(Shift - 31)</c>, Multiplier 0 or in [2^30, 2^31).</summary>
    public readonly record struct Factor(int Multiplier, int Shift);

    /// <summary>TensorFlow Lite's QuantizeMultiplier: the mantissa rounded half away from zero to 31 bits; a factor
    /// below 2^-32 becomes zero.</summary>
    public static Factor FromReal(double value)
    {
        if (value == 0)
            return new Factor(0, 0);

        int shift = Math.ILogB(value) + 1; // frexp: value = mantissa * 2^shift, 0.5 <= mantissa < 1
        double mantissa = Math.ScaleB(value, -shift);
        long rounded = (long)Math.Round(mantissa * (1L << 31), MidpointRounding.AwayFromZero);
        if (rounded == 1L << 31)
        {
            rounded /= 2;
            shift++;
        }

        return shift < -31 ? new Factor(0, 0) : new Factor((int)rounded, shift);
    }

    /// <summary>round(a * b / 2^31), ties upwards.</summary>
    public static int DoublingHighMul(int a, int b) => (int)(((long)a * b + (1L << 30)) >> 31);

    /// <summary>round(x / 2^exponent), ties away from zero; 0 &lt;= exponent &lt;= 31.</summary>
    public static int RoundingDivideByPowerOfTwo(int x, int exponent)
    {
        int mask = (int)((1u << exponent) - 1);
        int threshold = (int)((uint)mask >> 1) + (x < 0 ? 1 : 0);
        return (x >> exponent) + ((x & mask) > threshold ? 1 : 0);
    }

    public static int Requantize(int x, int multiplier, int shift) => RoundingDivideByPowerOfTwo(
        DoublingHighMul(shift > 0 ? x << shift : x, multiplier), shift > 0 ? 0 : -shift);

    public static int Requantize(int x, Factor factor) => Requantize(x, factor.Multiplier, factor.Shift);
}
