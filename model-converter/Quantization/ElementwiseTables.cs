using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Quantizing;

/// <summary>Functions of one int8 value as tables of 256 entries. The entry of x is at the index that its bits are as
/// an unsigned byte: 0..127, then -128..-1.</summary>
public static class ElementwiseTables
{
    private const int InputIntegerBits = 4;

    /// <summary>Whether a node of this kind is computed by a table.</summary>
    public static bool Covers(OperatorKind kind) => kind is OperatorKind.Logistic or OperatorKind.Tanh
        or OperatorKind.HardSwish or OperatorKind.LeakyRelu or OperatorKind.Relu or OperatorKind.Relu6
        or OperatorKind.ReluN1To1 or OperatorKind.Function;

    /// <summary>The table of a node whose input and output are int8; an int8 Quantize node has one too.</summary>
    public static sbyte[] Table(Node node)
    {
        Quantized.Require(node, node.Input(0), DataType.Int8);
        Quantized.Require(node, node.Output, DataType.Int8);
        Func<sbyte, int> function = Function(node);
        var table = new sbyte[256];
        for (int i = 0; i < table.Length; i++)
            table[i] = (sbyte)function(unchecked((sbyte)i));

        return table;
    }

    private static Func<sbyte, int> Function(Node node) => node.Kind switch
    {
        OperatorKind.Logistic => Logistic(node),
        OperatorKind.Tanh => Tanh(node),
        OperatorKind.HardSwish => HardSwish(node),
        OperatorKind.LeakyRelu => LeakyRelu(node),
        OperatorKind.Relu => Relu(node),
        OperatorKind.Relu6 => Relu6(node),
        OperatorKind.ReluN1To1 => ReluN1To1(node),
        OperatorKind.Function => RealFunctionTables.Of(node),
        OperatorKind.Quantize => Requantize(node),
        _ => throw new ModelException($"{node.Name}: {node.Kind} is not a function of one int8 value."),
    };

    private static Func<sbyte, int> Logistic(Node node)
    {
        RequireOutput(node, 1f / 256, -128);
        Func<int, int> function = Saturating(node, x => FixedPointFunctions.Logistic(x, InputIntegerBits));
        return x => function(x) switch
        {
            int.MinValue => -128,
            int.MaxValue => 127,
            int y => Math.Min(FixedPoint.RoundingDivideByPowerOfTwo(y, 23) - 128, 127),
        };
    }

    private static Func<sbyte, int> Tanh(Node node)
    {
        RequireOutput(node, 1f / 128, 0);
        Func<int, int> function = Saturating(node, x => FixedPointFunctions.Tanh(x, InputIntegerBits));
        return x => function(x) switch
        {
            int.MinValue => -128,
            int.MaxValue => 127,
            int y => Math.Clamp(FixedPoint.RoundingDivideByPowerOfTwo(y, 24), -128, 127),
        };
    }

    /// <summary>A function of Q4.27 on the node's input; int.MinValue and int.MaxValue beyond its range.</summary>
    private static Func<int, int> Saturating(Node node, Func<int, int> function)
    {
        Quantization from = Quantized.Of(node.Input(0));
        FixedPoint.Factor factor = Quantized.Factor(node, (double)from.Scale * (1 << (31 - InputIntegerBits)));
        int radius = SoftmaxParameters.InputRadius(InputIntegerBits, factor.Shift);
        return x =>
        {
            int input = x - from.ZeroPoint;
            return input <= -radius ? int.MinValue : input >= radius ? int.MaxValue
                : function(FixedPoint.Requantize(input, factor));
        };
    }

    private static Func<sbyte, int> HardSwish(Node node)
    {
        HardSwishParameters parameters = HardSwishParameters.From(node);
        return x => parameters.Apply(x);
    }

    private static Func<sbyte, int> LeakyRelu(Node node)
    {
        Quantization from = Quantized.Of(node.Input(0)), to = Quantized.Of(node.Output);
        float alpha = node.Get<LeakyReluAttributes>().Alpha;
        double slope = from.Scale * alpha / to.Scale; // in float32
        FixedPoint.Factor negative = Quantized.Factor(node, Math.Abs(slope));
        FixedPoint.Factor positive = Quantized.Factor(node, from.Scale / to.Scale);
        return x =>
        {
            int input = x - from.ZeroPoint;
            int scaled = FixedPoint.Requantize(input, input >= 0 ? positive : negative);
            return Math.Clamp((input < 0 && slope < 0 ? -scaled : scaled) + to.ZeroPoint, -128, 127);
        };
    }

    private static Func<sbyte, int> Relu(Node node)
    {
        var parameters = RequantizeParameters.From(node);
        FixedPoint.Factor factor = Quantized.Factor(node,
            Quantized.Of(node.Input(0)).Scale / Quantized.Of(node.Output).Scale); // in float32, unlike Quantize
        return x => Math.Clamp(FixedPoint.Requantize(x - parameters.InputZeroPoint, factor) +
            parameters.OutputZeroPoint, parameters.OutputZeroPoint, 127);
    }

    /// <summary>TensorFlow Lite Micro clamps without regard to the output's scale; the same where both scales are the
    /// same, as it needs them to be, and a requantization elsewhere.</summary>
    private static Func<sbyte, int> Relu6(Node node)
    {
        Quantization from = Quantized.Of(node.Input(0)), to = Quantized.Of(node.Output);
        ActivationRange range = ActivationRange.Of(FusedActivation.Relu6, node.Output);
        if (from.Scale == to.Scale && from.ZeroPoint == to.ZeroPoint)
            return x => range.Clamp(x);

        FixedPoint.Factor factor = Quantized.Factor(node, from.Scale / to.Scale);
        return x => range.Clamp(FixedPoint.Requantize(x - from.ZeroPoint, factor) + to.ZeroPoint);
    }

    /// <summary>A clamp to [-1, 1] behind a requantization, which changes nothing where both scales are the same.
    /// </summary>
    private static Func<sbyte, int> ReluN1To1(Node node)
    {
        Func<sbyte, int> requantize = Requantize(node);
        ActivationRange range = ActivationRange.Of(FusedActivation.ReluN1To1, node.Output);
        return x => range.Clamp(requantize(x));
    }

    private static Func<sbyte, int> Requantize(Node node)
    {
        var p = RequantizeParameters.From(node);
        return x => Math.Clamp(FixedPoint.Requantize(x - p.InputZeroPoint, p.Multiplier, p.Shift) + p.OutputZeroPoint,
            p.Min, p.Max);
    }

    private static void RequireOutput(Node node, float scale, int zeroPoint)
    {
        Quantization to = Quantized.Of(node.Output);
        if (Math.Abs(to.Scale - scale) > scale / 1000 || to.ZeroPoint != zeroPoint)
            throw new ModelException($"{node.Name}: its output has to have scale {scale} and zero point {zeroPoint}.");
    }
}
