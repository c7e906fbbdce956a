using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Tflite;

/// <summary>CONV_2D, DEPTHWISE_CONV_2D and TRANSPOSE_CONV. Filters are [O,KH,KW,C], depthwise [1,KH,KW,C*M].</summary>
internal static class ConvolutionImport
{
    public static void Conv2D(OperatorImport op)
    {
        op.CheckCounts(2, 3);
        (Tensor x, Tensor y) = Images(op, 0);
        Tensor filter = WeightImport.Weights(op, 1, x, channelAxis: 0);
        op.CheckRank(filter, 4, "filter");
        if (filter.Shape[3] != x.Shape[3])
        {
            throw op.Error($"has a filter over {filter.Shape[3]} channels and an input of {x.Shape[3]}; grouped "
                + "convolutions are not supported.");
        }

        CheckOutput(op, x, y, filter.Shape[0]);
        Tensor? bias = WeightImport.Bias(op, 2, x, filter.Shape[0]);
        op.Emit(OperatorKind.Conv2D, [x, filter, bias], [y], Attributes(op, x, y, filter, 3, (4, 5)));
    }

    public static void DepthwiseConv2D(OperatorImport op)
    {
        op.CheckCounts(2, 3);
        (Tensor x, Tensor y) = Images(op, 0);
        Tensor filter = WeightImport.Weights(op, 1, x, channelAxis: 3);
        op.CheckRank(filter, 4, "filter");
        int multiplier = filter.Shape[3] / x.Shape[3];
        int stated = op.Options.Int32(3);
        if (filter.Shape[0] != 1 || filter.Shape[3] % x.Shape[3] != 0 || (stated != 0 && stated != multiplier))
        {
            throw op.Error($"has a filter of shape [{string.Join(", ", filter.Shape)}] and a depth multiplier of "
                + $"{stated}, which do not fit an input of {x.Shape[3]} channels.");
        }

        CheckOutput(op, x, y, filter.Shape[3]);
        Tensor? bias = WeightImport.Bias(op, 2, x, filter.Shape[3]);
        op.Emit(OperatorKind.DepthwiseConv2D, [x, filter, bias], [y], Attributes(op, x, y, filter, 4, (5, 6)));
    }

    /// <summary>The padding is that of the forward convolution from the output to the input.</summary>
    public static void TransposeConv(OperatorImport op)
    {
        op.CheckCounts(3, 4);
        (Tensor x, Tensor y) = Images(op, 2);
        Tensor filter = WeightImport.Weights(op, 1, x, channelAxis: 0);
        op.CheckRank(filter, 4, "filter");
        if (filter.Shape[3] != x.Shape[3])
        {
            throw op.Error($"has a filter over {filter.Shape[3]} channels and an input of {x.Shape[3]}.");
        }

        if (op.OptionalInput(0) is { IsConstant: true })
        {
            op.CheckShape(y, op.Dimensions(0, "output shape", 4), "output");
        }

        CheckOutput(op, x, y, filter.Shape[0]);
        (int H, int W) stride = Stride(op);
        Padding padding = WindowGeometry.Resolve(
            op, op.Options.UInt8(0), Size(y), Size(x), Size(filter), stride, (1, 1));
        Tensor? bias = WeightImport.Bias(op, 3, x, filter.Shape[0]);
        op.Emit(OperatorKind.TransposeConv, [x, filter, bias], [y],
            new ConvAttributes(stride.H, stride.W, 1, 1, padding, op.Activation(3)));
    }

    /// <summary>Conv2DOptions and DepthwiseConv2DOptions differ in where the activation and the dilations (width,
    /// height) are.</summary>
    private static ConvAttributes Attributes(OperatorImport op, Tensor x, Tensor y, Tensor filter, int activation,
        (int W, int H) dilations)
    {
        (int H, int W) stride = Stride(op);
        (int H, int W) dilation = (op.Positive(op.Options.Int32(dilations.H, 1), "dilation"),
            op.Positive(op.Options.Int32(dilations.W, 1), "dilation"));
        Padding padding = WindowGeometry.Resolve(
            op, op.Options.UInt8(0), Size(x), Size(y), Size(filter), stride, dilation);
        return new ConvAttributes(stride.H, stride.W, dilation.H, dilation.W, padding, op.Activation(activation));
    }

    private static (int H, int W) Stride(OperatorImport op) =>
        (op.Positive(op.Options.Int32(2), "stride"), op.Positive(op.Options.Int32(1), "stride"));

    private static (Tensor X, Tensor Y) Images(OperatorImport op, int inputIndex)
    {
        Tensor x = op.Input(inputIndex);
        Tensor y = op.Output();
        op.CheckRank(x, 4, "input");
        op.CheckRank(y, 4, "output");
        op.CheckNumeric(x);
        op.CheckNumeric(y);
        op.CheckType(y, x.Type, "output");
        return (x, y);
    }

    private static void CheckOutput(OperatorImport op, Tensor x, Tensor y, int channels) =>
        op.CheckShape(y, [x.Shape[0], y.Shape[1], y.Shape[2], channels], "output");

    private static (int H, int W) Size(Tensor image) => (image.Shape[1], image.Shape[2]);
}
