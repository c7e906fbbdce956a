using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Quantizing;

/// <summary>Constants of an int8 addition or subtraction; fields are those of <c>mcuai_add_params</c>. A subtraction
/// computes all the same but subtracts the second rescaled input.</summary>
/// <param name="Offset1">The first input's zero point, negated.</param>
/// <param name="Offset2">The second input's zero point, negated.</param>
public sealed record AddParameters(int Offset1, int Offset2, int LeftShift, int Multiplier1, int Shift1,
    int Multiplier2, int Shift2, int OutputOffset, int OutputMultiplier, int OutputShift, int ActivationMin,
    int ActivationMax, bool Subtract)
{
    private const int HeadroomShift = 20;

    public static AddParameters From(Node node)
    {
        Tensor a = node.Input(0), b = node.Input(1), output = node.Output;
        Quantized.Require(node, a, DataType.Int8);
        Quantized.Require(node, b, DataType.Int8);
        Quantized.Require(node, output, DataType.Int8);
        bool subtract = node.Kind == OperatorKind.Sub;
        (double real1, double real2, double realOutput) = subtract
            ? SubtractionFactors(Quantized.Of(a).Scale, Quantized.Of(b).Scale, Quantized.Of(output).Scale)
            : AdditionFactors(Quantized.Of(a).Scale, Quantized.Of(b).Scale, Quantized.Of(output).Scale);
        FixedPoint.Factor factor1 = Quantized.FactorBelowOne(node, real1);
        FixedPoint.Factor factor2 = Quantized.FactorBelowOne(node, real2);
        FixedPoint.Factor factor = Quantized.FactorBelowOne(node, realOutput);
        ActivationRange range = ActivationRange.Of(node.Get<ActivationAttributes>().Activation, output);
        return new AddParameters(-Quantized.Of(a).ZeroPoint, -Quantized.Of(b).ZeroPoint, HeadroomShift,
            factor1.Multiplier, factor1.Shift, factor2.Multiplier, factor2.Shift, Quantized.Of(output).ZeroPoint,
            factor.Multiplier, factor.Shift, range.Min, range.Max, subtract);
    }

    private static (double, double, double) AdditionFactors(float a, float b, float output)
    {
        double twice = 2 * (double)Math.Max(a, b);
        return (a / twice, b / twice, twice / ((1 << HeadroomShift) * (double)output));
    }

    /// <summary>The same, but TensorFlow Lite computes it in float32.</summary>
    private static (double, double, double) SubtractionFactors(float a, float b, float output)
    {
        float twice = 2 * Math.Max(a, b);
        return (a / twice, b / twice, twice / ((1 << HeadroomShift) * output));
    }
}
