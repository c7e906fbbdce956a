using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Quantizing;

namespace McuAi.ModelConverter.Reference;

/// <summary>Layers with weights and products of matrices: sums modulo 2^32, then requantization.</summary>
internal static class IntegerMatrix
{
    /// <summary>A convolution of any kind or a dense layer.</summary>
    public static void Layer(Node node, int[] x, int[] filter, int[]? bias, int[] y)
    {
        var p = ConvParameters.From(node);
        Convolution.Sums(node, Centred(x, -p.InputZeroPoint), Centred(filter, -p.FilterZeroPoint), bias, y);
        for (int i = 0; i < y.Length; i++)
        {
            int channel = i % p.OutC;
            int scaled = FixedPoint.Requantize(y[i], p.Multiplier[channel], p.Shift[channel]);
            y[i] = Math.Min(Math.Max(scaled + p.OutputZeroPoint, p.ActivationMin), p.ActivationMax);
        }
    }

    public static void BatchMatMul(Node node, int[] a, int[] b, int[] y)
    {
        var p = MatMulParameters.From(node);
        MatrixProduct.Multiply(node, Centred(a, p.Offset1), Centred(b, p.Offset2), y);
        for (int i = 0; i < y.Length; i++)
        {
            int scaled = FixedPoint.Requantize(y[i], p.OutputMultiplier, p.OutputShift);
            y[i] = Math.Clamp(scaled + p.OutputOffset, sbyte.MinValue, sbyte.MaxValue);
        }
    }

    private static int[] Centred(int[] values, int offset) =>
        offset == 0 ? values : Array.ConvertAll(values, value => value + offset);
}
