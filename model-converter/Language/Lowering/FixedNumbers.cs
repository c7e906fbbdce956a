using System.Buffers.Binary;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Quantization;

namespace McuAi.ModelConverter.Language.Lowering;

/// <summary>Real numbers as the integers that operators take (docs/transformer-arithmetic.md, Numbers).</summary>
internal static class FixedNumbers
{
    /// <summary>Fraction bits of values.</summary>
    private const int ValueBits = 16;

    private const int MostGainExponent = 30;

    /// <summary>int32 in Q16.</summary>
    /// <exception cref="ModelException">A number is too great.</exception>
    public static byte[] Values(ReadOnlySpan<float> values, string what)
    {
        var bytes = new byte[4 * values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double scaled = Math.Round(Math.ScaleB((double)values[i], ValueBits));
            if (!(Math.Abs(scaled) <= int.MaxValue))
                throw new ModelException($"{what} {i} is {values[i]:G3}; numbers of a language model lie within 32,768. Check the " +
                    "model's file.");
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4 * i), (int)scaled);
        }

        return bytes;
    }

    /// <summary>int16 with an exponent: gain = value * 2^-exponent.</summary>
    /// <exception cref="ModelException">A gain is too great, or no number.</exception>
    public static (byte[] Gains, int Exponent) Gains(ReadOnlySpan<float> gains, string what)
    {
        double most = 0;
        foreach (float gain in gains)
            most = Math.Max(most, Math.Abs(gain));
        int exponent = most == 0 ? 0 : Math.Min(MostGainExponent, (int)Math.Floor(Math.Log2(short.MaxValue / most)));
        if (!float.IsFinite((float)most) || exponent < 0)
            throw new ModelException($"{what}: the greatest gain is {most:G3}; gains lie within 32,767. Check the model's file.");
        var bytes = new byte[2 * gains.Length];
        for (int i = 0; i < gains.Length; i++)
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(2 * i), (short)Math.Round(Math.ScaleB((double)gains[i], exponent)));
        return (bytes, exponent);
    }

    /// <summary>Mantissa and exponent of a number that is not negative.</summary>
    public static int[] Factor(double value)
    {
        RowFactor factor = RowFactor.Nearest(value);
        return [factor.Mantissa, factor.Exponent];
    }

    /// <summary>Of radians that a position turns: the part of a circle, in 2^-32.</summary>
    public static byte[] Frequencies(IEnumerable<double> radians)
    {
        uint[] turns = [.. radians.Select(angle => (uint)(ulong)Math.Round(Math.ScaleB(angle / (2 * Math.PI), 32)))];
        var bytes = new byte[4 * turns.Length];
        for (int i = 0; i < turns.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * i), turns[i]);
        return bytes;
    }
}
