using System.Numerics;

namespace McuAi.ModelConverter.Quantizing;

/// <summary>1 / sqrt of a positive integer as TensorFlow Lite computes it: five steps of Newton's method in
/// Q3.28.</summary>
internal static class InverseSquareRoot
{
    private const int OneAndHalf = (1 << 28) + (1 << 27);
    private const int RootOfHalf = 1518500250; // Q0.31

    /// <summary>The root as a multiplier and a shift. <paramref name="value"/> is below 2^29.</summary>
    public static FixedPoint.Factor Of(int value)
    {
        if (value <= 1)
            return new FixedPoint.Factor(int.MaxValue, 0);

        int pairs = ((BitOperations.LeadingZeroCount((uint)value) - 1) / 2) - 1;
        int right = 11 - pairs;
        int scaled = value << (2 * pairs); // in [2^27, 2^29)
        int half = FixedPoint.RoundingDivideByPowerOfTwo(scaled >> 1, 1);
        int x = 1 << 28;
        for (int i = 0; i < 5; i++)
        {
            // A product of three has 9 integer bits, one of two has 6.
            int cube = Raised(FixedPoint.DoublingHighMul(FixedPoint.DoublingHighMul(x, x), x), 6);
            x = Raised(FixedPoint.DoublingHighMul(OneAndHalf, x) - FixedPoint.DoublingHighMul(half, cube), 3);
        }

        x = FixedPoint.DoublingHighMul(x, RootOfHalf);
        return right < 0 ? new FixedPoint.Factor(x << -right, 0) : new FixedPoint.Factor(x, -right);
    }

    /// <summary>x * 2^bits, saturated.</summary>
    private static int Raised(int x, int bits) =>
        (int)Math.Clamp((long)x << bits, int.MinValue, int.MaxValue);
}
