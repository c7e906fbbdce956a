using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Quantizing;

/// <summary>Integers that a quantized activation may take: the clamp at the end of an operator.</summary>
public readonly record struct ActivationRange(int Min, int Max)
{
    /// <summary>TensorFlow Lite's CalculateActivationRangeQuantized: the type's range cut at the quantized bounds of
    /// the fused activation, in float32.</summary>
    public static ActivationRange Of(FusedActivation activation, Tensor output)
    {
        ActivationRange type = OfType(output.Type);
        Quantization quantization = Quantized.Of(output);
        return activation switch
        {
            FusedActivation.Relu => type with { Min = Math.Max(type.Min, Level(0, quantization)) },
            FusedActivation.Relu6 => type.Cut(Level(0, quantization), Level(6, quantization)),
            FusedActivation.ReluN1To1 => type.Cut(Level(-1, quantization), Level(1, quantization)),
            _ => type,
        };
    }

    public static ActivationRange OfType(DataType type) => type switch
    {
        DataType.Int2 => new ActivationRange(-2, 1),
        DataType.Int4 => new ActivationRange(-8, 7),
        DataType.Int8 => new ActivationRange(sbyte.MinValue, sbyte.MaxValue),
        DataType.UInt8 => new ActivationRange(0, byte.MaxValue),
        DataType.Int16 => new ActivationRange(short.MinValue, short.MaxValue),
        DataType.Int32 => new ActivationRange(int.MinValue, int.MaxValue),
        _ => throw new ModelException($"A tensor of type {type} is not quantized."),
    };

    public int Clamp(int value) => Math.Min(Math.Max(value, Min), Max);

    private ActivationRange Cut(int low, int high) => new(Math.Max(Min, low), Math.Min(Max, high));

    private static int Level(float real, Quantization quantization)
    {
        float level = MathF.Round(real / quantization.Scale, MidpointRounding.AwayFromZero);
        return (int)Math.Clamp(quantization.ZeroPoint + (double)level, int.MinValue, int.MaxValue);
    }
}
