using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Quantizing;

namespace McuAi.ModelConverter.Reference;

/// <summary>Elementwise integer operators.</summary>
internal static class IntegerElementwise
{
    /// <summary>A function of one int8 value by its table.</summary>
    public static void Look(sbyte[] table, int[] x, int[] y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = table[x[i] & 0xFF];
    }

    /// <summary>Real values to integers, in float32: rounded half away from zero, saturated.</summary>
    public static void Quantize(Node node, float[] x, int[] y)
    {
        Quantization to = Quantized.Of(node.Output);
        ActivationRange range = ActivationRange.OfType(node.Output.Type);
        for (int i = 0; i < y.Length; i++)
        {
            double level = MathF.Round(x[i] / to.Scale, MidpointRounding.AwayFromZero);
            y[i] = (int)Math.Clamp(level + to.ZeroPoint, range.Min, range.Max);
        }
    }

    public static void Requantize(RequantizeParameters p, int[] x, int[] y)
    {
        for (int i = 0; i < y.Length; i++)
        {
            int scaled = FixedPoint.Requantize(x[i] - p.InputZeroPoint, p.Multiplier, p.Shift);
            y[i] = Math.Min(Math.Max(scaled + p.OutputZeroPoint, p.Min), p.Max);
        }
    }

    /// <summary>Operators of two inputs; false if the node is none.</summary>
    public static bool TryCombine(Node node, Func<int, int[]> input, int[] y)
    {
        Func<int, int, int>? function = node.Kind switch
        {
            OperatorKind.Add or OperatorKind.Sub => Addition(AddParameters.From(node)),
            OperatorKind.Mul => Multiplication(MulParameters.From(node)),
            OperatorKind.Minimum => Math.Min,
            OperatorKind.Maximum => Math.Max,
            _ => null,
        };
        if (function is null)
            return false;

        if (node.Kind is OperatorKind.Minimum or OperatorKind.Maximum)
            Quantized.RequireOneScale(node);

        Strides.Combine(node, input(0), input(1), y, function);
        return true;
    }

    private static Func<int, int, int> Addition(AddParameters p) => (a, b) =>
    {
        int scaled1 = FixedPoint.Requantize((a + p.Offset1) << p.LeftShift, p.Multiplier1, p.Shift1);
        int scaled2 = FixedPoint.Requantize((b + p.Offset2) << p.LeftShift, p.Multiplier2, p.Shift2);
        int sum = p.Subtract ? scaled1 - scaled2 : scaled1 + scaled2;
        int scaled = FixedPoint.Requantize(sum, p.OutputMultiplier, p.OutputShift);
        return Math.Min(Math.Max(scaled + p.OutputOffset, p.ActivationMin), p.ActivationMax);
    };

    private static Func<int, int, int> Multiplication(MulParameters p) => (a, b) =>
    {
        int scaled = FixedPoint.Requantize((a + p.Offset1) * (b + p.Offset2), p.OutputMultiplier, p.OutputShift);
        return Math.Min(Math.Max(scaled + p.OutputOffset, p.ActivationMin), p.ActivationMax);
    };
}
