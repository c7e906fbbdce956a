using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Quantizing;

/// <summary>Constants of the int8 hard swish, x * clamp(x + 3, 0, 6) / 6, in 16-bit arithmetic: the multipliers are
/// Q0.15, the exponents shift to the left.</summary>
public sealed record HardSwishParameters(int InputZeroPoint, int OutputZeroPoint, short OutputMultiplier,
    int OutputExponent, short ReluishMultiplier, int ReluishExponent)
{
    public static HardSwishParameters From(Node node)
    {
        Quantization from = Quantized.Of(node.Input(0)), to = Quantized.Of(node.Output);
        float hires = 1.0f / 128.0f * from.Scale;
        FixedPoint.Factor output = Quantized.Factor(node, hires / to.Scale);
        FixedPoint.Factor reluish = Quantized.Factor(node, hires / (3.0f / 32768.0f));
        if (output.Shift > 0)
            throw new ModelException($"{node.Name}: the output scale of hard swish is too small for its input's.");

        return new HardSwishParameters(from.ZeroPoint, to.ZeroPoint, To16Bits(output.Multiplier), output.Shift,
            To16Bits(reluish.Multiplier), reluish.Shift);
    }

    /// <summary>The function at one int8 value.</summary>
    public sbyte Apply(sbyte x)
    {
        short hires = (short)((x - InputZeroPoint) * 128);
        short unshifted = DoublingHighMul(hires, OutputMultiplier);
        short reluish = hires;
        if (ReluishExponent > 0)
            reluish = ShiftLeftSaturating(reluish, ReluishExponent - 1);

        reluish = DoublingHighMul(reluish, ReluishMultiplier);
        if (ReluishExponent > 0)
            reluish = ShiftLeftSaturating(reluish, 1);
        else
            reluish = (short)FixedPoint.RoundingDivideByPowerOfTwo(reluish, -ReluishExponent);

        reluish = (short)((reluish + (1 << 15)) >> 1); // from [-1, 1] to [0, 1]
        int product = reluish * unshifted / (1 << 15); // towards zero, against the bias of two roundings
        int output = (short)(FixedPoint.RoundingDivideByPowerOfTwo(product, -OutputExponent) + OutputZeroPoint);
        return (sbyte)Math.Clamp(output, sbyte.MinValue, sbyte.MaxValue);
    }

    private static short To16Bits(int multiplier) =>
        multiplier >= int.MaxValue - (1 << 15) ? short.MaxValue : (short)((multiplier + (1 << 15)) >> 16);

    /// <summary>round(a * b / 2^15), ties upwards; b is not -2^15.</summary>
    private static short DoublingHighMul(short a, short b) => (short)(((a * b) + (1 << 14)) >> 15);

    private static short ShiftLeftSaturating(short x, int shift) =>
        (short)Math.Clamp((long)x << shift, short.MinValue, short.MaxValue);
}
