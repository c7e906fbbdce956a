using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Quantizing;

/// <summary>Constants of the product of two int8 activations: <c>requantize(sum over k of (a[m,k] + Offset1) *
/// (b[k,n] + Offset2)) + OutputOffset</c>, saturated. The offsets are negated zero points.</summary>
public sealed record MatMulParameters(int Offset1, int Offset2, int OutputOffset, int OutputMultiplier,
    int OutputShift)
{
    public static MatMulParameters From(Node node)
    {
        Tensor a = node.Input(0), b = node.Input(1), output = node.Output;
        Quantized.Require(node, a, DataType.Int8);
        Quantized.Require(node, b, DataType.Int8);
        Quantized.Require(node, output, DataType.Int8);
        double product = Quantized.Of(a).Scale * Quantized.Of(b).Scale; // in float32
        FixedPoint.Factor factor = Quantized.Factor(node, product / Quantized.Of(output).Scale);
        return new MatMulParameters(-Quantized.Of(a).ZeroPoint, -Quantized.Of(b).ZeroPoint,
            Quantized.Of(output).ZeroPoint, factor.Multiplier, factor.Shift);
    }
}
