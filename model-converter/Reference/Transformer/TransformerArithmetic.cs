using System.Numerics;

namespace McuAi.ModelConverter.Reference.Transformer;

/// <summary>The functions of docs/transformer-arithmetic.md.</summary>
public static class TransformerArithmetic
{
    /// <summary>Fraction bits of values.</summary>
    public const int FractionBits = 16;

    /// <summary>log2(e) / 4, Q32.</summary>
    private const int QuarterLog2E = 1549082005;

    private static readonly int[] Powers = [.. Enumerable.Range(0, 32).Select(i =>
        (int)Math.Min(Math.Round(Math.Pow(2, 31 - (i / 32.0))), int.MaxValue))];

    public static int Saturate(long value) => (int)Math.Clamp(value, -int.MaxValue, int.MaxValue);

    public static long High(long a, long b) => (a * b) >> 32;

    public static int HighRound(long a, long b) => (int)(((a * b) + (1L << 31)) >> 32);

    /// <summary>value * 2^shift, rounded, ties upwards.</summary>
    public static int ShiftRound(int value, int shift)
    {
        if (shift >= 0)
            return Saturate((long)value << Math.Min(shift, 31));
        return -shift > 32 ? 0 : (int)((value + (1L << (-shift - 1))) >> -shift);
    }

    public static int Zeros(uint value) => BitOperations.LeadingZeroCount(value);

    public static int Bits(uint value) => 32 - Zeros(value);

    /// <summary>2^(-z) of z in Q16, Q27.</summary>
    public static uint Exp2(uint z)
    {
        int n = (int)(z >> 16);
        return n > 31 ? 0 : (uint)(High(Powers[(z >> 11) & 31], (1 << 28) - (2809 * (long)(z & 2047))) >> n);
    }

    /// <summary>2^46 / sqrt(d) of d in [2^30, 2^32).</summary>
    public static int InverseRoot(uint d)
    {
        long y = 1146000000 - (((long)d * 1250) >> 13);
        for (int i = 0; i < 3; i++)
        {
            long w = (d * ((y * y) >> 32)) >> 32;
            y = (y * ((3L << 26) - w)) >> 27;
        }

        return (int)Math.Min(2 * y, int.MaxValue);
    }

    /// <summary>Cosine and sine, Q30, of phase / 2^32 of a circle.</summary>
    public static (int Cosine, int Sine) Turn(uint phase)
    {
        uint quarter = unchecked(phase + (1u << 29)) >> 30;
        long y = 4L * unchecked((int)(phase - (quarter << 30)));
        int v = HighRound(y, y);
        int s = HighRound(y, Step(Step(Step(-77045, 5346958), -173399355), 1686629690));
        int c = (1 << 30) + (2 * HighRound(Step(Step(Step(7583, -699954), 34046909), -662337936), v));
        return quarter switch
        {
            0 => (c, s),
            1 => (-s, c),
            2 => (-c, -s),
            _ => (s, -c),
        };

        long Step(long t, long constant) => constant + (4L * HighRound(t, v));
    }

    /// <summary>1 / (1 + e^-g), Q15.</summary>
    public static int Sigmoid(int g)
    {
        uint p = Exp2((uint)LogTwo(Math.Abs((long)g))) >> 11;
        return (int)(g >= 0 ? (1u << 31) / ((1u << 16) + p) : (p << 15) / ((1u << 16) + p));
    }

    /// <summary>log2(e) * x of x >= 0 in Q16, of which all from 32 on count as 32.</summary>
    public static long LogTwo(long x) => High(Math.Min(x, 1 << 21), QuarterLog2E) * 4;
}
