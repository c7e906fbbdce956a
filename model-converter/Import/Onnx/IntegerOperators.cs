using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Onnx;

/// <summary>Operators on integers (QLinear*, *Integer), as the dequantize - operate - quantize that they abbreviate.
/// The *Integer ones have scales of 1, and results that stay real numbers, if whole ones: a Cast and a product with the
/// scales follow.</summary>
internal static class IntegerOperators
{
    /// <summary>Scales that follow each input are not for fixed point: the value stays real, its scale is 1, and
    /// calibration has to quantize it.</summary>
    public static void DynamicQuantizeLinear(OnnxContext context, OnnxNode node)
    {
        Tensor x = context.Input(node, 0);
        context.MarkDynamic(x);
        context.Bind(node, 0, x);
        context.Bind(node, 1, OnnxContext.Scalar(node, 1));
        context.Bind(node, 2, Tensor.Constant<byte>($"{node.Outputs[0]}/zero", DataType.UInt8, [], [0]));
    }

    public static void QLinearConv(OnnxContext context, OnnxNode node)
    {
        Tensor x = context.Input(node, 0);
        Quantization input = QuantizationOperators.Read(context, node, x, 1, 2, 0);
        Tensor filter = context.Constant(node, 3, "filter");
        Quantization weights = QuantizationOperators.Read(context, node, filter, 4, 5, 0);
        Tensor? bias = node.HasInput(8) ? context.Constant(node, 8, "bias") : null;
        if (bias is not null)
        {
            // The bias counts in units of the products: scale x * scale w[o].
            float[] scales = [.. weights.Scales.Select(scale => scale * input.Scale)];
            bias = new Tensor(bias.Name, bias.Type, bias.Shape)
            {
                Data = bias.Data,
                Quantization = new Quantization(scales, new int[scales.Length]),
            };
        }

        Tensor y = ConvolutionOperators.Conv(context, node, QuantizationOperators.Dequantize(context, node, x, input),
            QuantizationOperators.Dequantize(context, node, filter, weights), bias);
        BindQuantized(context, node, y, 6, 7);
    }

    public static void QLinearMatMul(OnnxContext context, OnnxNode node)
    {
        Tensor a = Operand(context, node, 0, 1, 2);
        Tensor b = Operand(context, node, 3, 4, 5);
        BindQuantized(context, node, MatrixOperators.MatMul(context, node, a, b), 6, 7);
    }

    public static void ConvInteger(OnnxContext context, OnnxNode node)
    {
        Tensor filter = context.Constant(node, 1, "filter");
        Tensor y = ConvolutionOperators.Conv(context, node, Plain(context, node, 0, 2),
            QuantizationOperators.Dequantize(context, node, filter, Units(context, node, filter, 3, 0)), null);
        context.Bind(node, 0, y);
    }

    public static void MatMulInteger(OnnxContext context, OnnxNode node) => context.Bind(node, 0,
        MatrixOperators.MatMul(context, node, Plain(context, node, 0, 2), Plain(context, node, 1, 3)));

    private static Tensor Operand(OnnxContext context, OnnxNode node, int value, int scale, int zero)
    {
        Tensor x = context.Input(node, value);
        Quantization quantization = QuantizationOperators.Read(context, node, x, scale, zero, -1);
        return QuantizationOperators.Dequantize(context, node, x, quantization);
    }

    private static Tensor Plain(OnnxContext context, OnnxNode node, int value, int zero)
    {
        Tensor x = context.Input(node, value);
        return context.IsDynamic(x)
            ? x
            : QuantizationOperators.Dequantize(context, node, x, Units(context, node, x, zero, x.Rank - 1));
    }

    /// <summary>Scale 1 and the zero point that an input gives.</summary>
    private static Quantization Units(OnnxContext context, OnnxNode node, Tensor x, int zeroInput, int axis)
    {
        int[] zeros = context.Integers(node, zeroInput, "zero point") ?? [0];
        if (zeros.Length == 1)
            return new Quantization(1, zeros[0]);

        return x.IsConstant && zeros.Length == x.Shape[axis]
            ? new Quantization([.. zeros.Select(_ => 1f)], zeros, axis)
            : throw node.Error($"has {zeros.Length} zero points for {x}, which is not supported");
    }

    private static void BindQuantized(OnnxContext context, OnnxNode node, Tensor y, int scale, int zero)
    {
        Quantization quantization = QuantizationOperators.Read(context, node, y, scale, zero, 0);
        DataType type = context.Input(node, zero).Type;
        context.Bind(node, 0, QuantizationOperators.Quantize(context, node, y, type, quantization));
    }
}
