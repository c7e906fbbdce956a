namespace McuAi.ModelConverter.Quantizing;

/// <summary>Exponential, logistic function and hyperbolic tangent in 32-bit fixed point, to the bit those of the
/// gemmlowp library that TensorFlow Lite uses. Qm.n has m integer bits and n fractional bits beside the sign;
/// docs/arithmetic.md specifies them under "Fixed-point functions" with their greatest errors.</summary>
public static class FixedPointFunctions
{
    private const int One = int.MaxValue; // as near to 1 as Q0.31 comes
    private const int OneQ2 = 1 << 29;
    private const int ExpMinusEighth = 1895147668; // e^(-1/8) in Q0.31
    private const int Third = 715827883; // 1/3 in Q0.31
    private const int FortyEightSeventeenths = 1515870810; // 48/17 in Q2.29, of Newton's first guess
    private const int MinusThirtyTwoSeventeenths = -1010580540; // -32/17 in Q2.29

    /// <summary>e^(-1/4), e^(-1/2), e^-1, ..., e^-16 in Q0.31</summary>
    private static readonly int[] ExpMinusPower =
        [1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242];

    /// <summary>e^a in Q0.31 for a &lt;= 0 with <paramref name="integerBits"/> (4 or 5) integer bits: the part of a
    /// below a quarter by a polynomial, then a factor for each bit above.</summary>
    public static int Exp(int a, int integerBits)
    {
        int fractionalBits = 31 - integerBits;
        int quarter = 1 << (fractionalBits - 2);
        int low = (a & (quarter - 1)) - quarter; // in [-1/4, 0)
        int result = ExpOfLastQuarter(low << integerBits);
        int remainder = low - a;
        for (int i = 0; i - 2 < integerBits; i++)
        {
            if ((remainder & (1 << (fractionalBits + i - 2))) != 0)
                result = FixedPoint.DoublingHighMul(result, ExpMinusPower[i]);
        }

        return a == 0 ? One : result;
    }

    /// <summary>1 / (1 + a) in Q0.31 for a in [0, 1) in Q0.31.</summary>
    public static int OneOverOnePlus(int a) => ShiftLeftSaturating(TwoOverOnePlus(a), 1);

    /// <summary>1 / (1 + e^-a) in Q0.31.</summary>
    public static int Logistic(int a, int integerBits)
    {
        if (a == 0)
            return 1 << 30;

        int positive = OneOverOnePlus(Exp(a > 0 ? -a : a, integerBits));
        return a > 0 ? positive : One - positive;
    }

    /// <summary>tanh a in Q0.31, as (1 - e^(-2a)) / (1 + e^(-2a)).</summary>
    public static int Tanh(int a, int integerBits)
    {
        if (a == 0)
            return 0;

        // the same bits read with one more integer bit are 2a
        int x = TwoOverOnePlus(Exp(a < 0 ? a : -a, integerBits + 1));
        int magnitude = ShiftLeftSaturating(x - OneQ2, 2);
        return a < 0 ? -magnitude : magnitude;
    }

    /// <summary>1 / x for x &gt; 0 with <paramref name="integerBits"/> integer bits: a value in Q0.31 to be divided by
    /// 2 to the power <paramref name="exponent"/>.</summary>
    public static int Reciprocal(int x, int integerBits, out int exponent)
    {
        int headroom = System.Numerics.BitOperations.LeadingZeroCount((uint)x);
        exponent = integerBits - headroom;
        return OneOverOnePlus((int)(((uint)x << headroom) - (1u << 31)));
    }

    /// <summary>Taylor's series of the exponential function around -1/8, to the fourth power.</summary>
    private static int ExpOfLastQuarter(int a)
    {
        int x = a + (1 << 28);
        int x2 = FixedPoint.DoublingHighMul(x, x);
        int x3 = FixedPoint.DoublingHighMul(x2, x);
        int x4 = FixedPoint.DoublingHighMul(x2, x2);
        int higher = FixedPoint.DoublingHighMul(FixedPoint.RoundingDivideByPowerOfTwo(x4, 2) + x3, Third) + x2;
        int series = x + FixedPoint.RoundingDivideByPowerOfTwo(higher, 1);
        return ExpMinusEighth + FixedPoint.DoublingHighMul(ExpMinusEighth, series);
    }

    /// <summary>2 / (1 + a) in Q2.29 for a in [0, 1) in Q0.31: three of Newton's steps x += x * (1 - d * x).</summary>
    private static int TwoOverOnePlus(int a)
    {
        int halfDenominator = (int)(((long)a + One + 1) / 2);
        int x = FortyEightSeventeenths + FixedPoint.DoublingHighMul(halfDenominator, MinusThirtyTwoSeventeenths);
        for (int step = 0; step < 3; step++)
        {
            int error = OneQ2 - FixedPoint.DoublingHighMul(halfDenominator, x);
            x += ShiftLeftSaturating(FixedPoint.DoublingHighMul(x, error), 2);
        }

        return x;
    }

    private static int ShiftLeftSaturating(int x, int shift)
    {
        int threshold = (1 << (31 - shift)) - 1;
        return x > threshold ? int.MaxValue : x < -threshold ? int.MinValue : x << shift;
    }
}
