using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Quantizing;

/// <summary>Constants of a conversion between integer types or scales: <c>requantize(x - InputZeroPoint) +
/// OutputZeroPoint</c>, saturated to the output's type.</summary>
public sealed record RequantizeParameters(int InputZeroPoint, int OutputZeroPoint, int Multiplier, int Shift, int Min,
    int Max)
{
    public static RequantizeParameters From(Node node)
    {
        Tensor input = node.Input(0), output = node.Output;
        Quantized.Require(node, input, DataType.Int8, DataType.UInt8, DataType.Int16, DataType.Int32);
        Quantized.Require(node, output, DataType.Int8, DataType.UInt8, DataType.Int16, DataType.Int32);
        Quantization from = Quantized.Of(input), to = Quantized.Of(output);
        FixedPoint.Factor factor = Quantized.Factor(node, (double)from.Scale / to.Scale);
        ActivationRange range = ActivationRange.OfType(output.Type);
        return new RequantizeParameters(from.ZeroPoint, to.ZeroPoint, factor.Multiplier, factor.Shift, range.Min,
            range.Max);
    }
}
