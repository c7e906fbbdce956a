using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Reference;

namespace McuAi.ModelConverter.Quantizing;

/// <summary>Tables of <see cref="OperatorKind.Function"/> nodes. The absolute value and the inverse square root are
/// those of TensorFlow Lite Micro's integer kernels; the others are computed in real numbers, as it fills its own
/// tables.</summary>
internal static class RealFunctionTables
{
    /// <summary>Bits that the inverse square root of an integer keeps below the point.</summary>
    private const int RootShift = 20;

    public static Func<sbyte, int> Of(Node node)
    {
        var attributes = node.Get<FunctionAttributes>();
        Func<sbyte, int> function = attributes.Function switch
        {
            RealFunction.Abs => Abs(node),
            RealFunction.Rsqrt => Rsqrt(node),
            _ => Real(node, attributes),
        };
        return x => Math.Clamp(function(x), sbyte.MinValue, sbyte.MaxValue);
    }

    /// <summary>Where the function has no value, such as the root of a negative number, its value at 0 or the
    /// nearest.</summary>
    private static Func<sbyte, int> Real(Node node, FunctionAttributes function)
    {
        Quantization from = Quantized.Of(node.Input(0)), to = Quantized.Of(node.Output);
        float perStep = 1 / to.Scale;
        return x =>
        {
            float real = from.Scale * (x - from.ZeroPoint);
            float value = (float)RealFunctions.Of(function, real);
            float steps = float.IsNaN(value) ? 0 : MathF.Round(value * perStep, MidpointRounding.AwayFromZero);
            return (int)Math.Clamp(steps + to.ZeroPoint, sbyte.MinValue, sbyte.MaxValue);
        };
    }

    private static Func<sbyte, int> Abs(Node node)
    {
        Quantization from = Quantized.Of(node.Input(0)), to = Quantized.Of(node.Output);
        FixedPoint.Factor factor = Quantized.Factor(node, from.Scale / to.Scale); // in float32
        return x =>
        {
            int magnitude = Math.Abs(x - from.ZeroPoint);
            return (from.Scale == to.Scale ? magnitude : FixedPoint.Requantize(magnitude, factor)) + to.ZeroPoint;
        };
    }

    private static Func<sbyte, int> Rsqrt(Node node)
    {
        Quantization from = Quantized.Of(node.Input(0)), to = Quantized.Of(node.Output);
        FixedPoint.Factor factor = Quantized.Factor(node, 1.0 / (MathF.Sqrt(from.Scale) * to.Scale));
        return x =>
        {
            int value = x - from.ZeroPoint;
            if (value <= 0)
                return sbyte.MaxValue;

            FixedPoint.Factor root = InverseSquareRoot.Of(value);
            int data = FixedPoint.Requantize(1, root.Multiplier, root.Shift + RootShift);
            return FixedPoint.Requantize(data, factor.Multiplier, factor.Shift - RootShift) + to.ZeroPoint;
        };
    }
}
