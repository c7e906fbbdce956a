using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Quantizing;

/// <summary>Constants of an int8 multiplication: <c>requantize((a + Offset1) * (b + Offset2)) + OutputOffset</c>,
/// clamped.</summary>
public sealed record MulParameters(int Offset1, int Offset2, int OutputOffset, int OutputMultiplier, int OutputShift,
    int ActivationMin, int ActivationMax)
{
    public static MulParameters From(Node node)
    {
        Tensor a = node.Input(0), b = node.Input(1), output = node.Output;
        Quantized.Require(node, a, DataType.Int8);
        Quantized.Require(node, b, DataType.Int8);
        Quantized.Require(node, output, DataType.Int8);
        FixedPoint.Factor factor = Quantized.Factor(node,
            (double)Quantized.Of(a).Scale * Quantized.Of(b).Scale / Quantized.Of(output).Scale);
        ActivationRange range = ActivationRange.Of(node.Get<ActivationAttributes>().Activation, output);
        return new MulParameters(-Quantized.Of(a).ZeroPoint, -Quantized.Of(b).ZeroPoint,
            Quantized.Of(output).ZeroPoint, factor.Multiplier, factor.Shift, range.Min, range.Max);
    }
}
