using static McuAi.ModelConverter.Reference.Transformer.TransformerArithmetic;

namespace McuAi.ModelConverter.Reference.Transformer;

/// <summary>A vector as int8 with one scale: value = Levels[i] * Mantissa * 2^(Exponent - 31), in real numbers.</summary>
public sealed record QuantizedVector(sbyte[] Levels, int Mantissa, int Exponent)
{
    /// <param name="x">Q16.</param>
    public static QuantizedVector Of(ReadOnlySpan<int> x)
    {
        var levels = new sbyte[x.Length];
        uint most = Greatest(x);
        if (most == 0)
            return new QuantizedVector(levels, 0, 0);
        int h = Zeros(most);
        var m16 = (uint)((((long)most << h) + 65535) >> 16);
        long reciprocal = (127L << 24) / m16;
        for (int i = 0; i < x.Length; i++)
            levels[i] = (sbyte)((HighRound((long)x[i] << (h - 1), reciprocal << 14) + (1 << 20)) >> 21);
        uint mantissa = m16 * 33026;
        return mantissa < 1u << 31
            ? new QuantizedVector(levels, (int)mantissa, 9 - h)
            : new QuantizedVector(levels, (int)(mantissa >> 1), 10 - h);
    }

    internal static uint Greatest(ReadOnlySpan<int> x)
    {
        uint most = 0;
        foreach (int value in x)
            most = Math.Max(most, (uint)Math.Abs((long)value));
        return most;
    }
}
