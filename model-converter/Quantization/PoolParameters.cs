using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Quantizing;

/// <summary>What the kernels need of an average or maximum pooling; fields are those of <c>mcuai_pool</c>.</summary>
public sealed record PoolParameters(int Batch, int InH, int InW, int Channels, int OutH, int OutW, int KernelH,
    int KernelW, int StrideH, int StrideW, int PadTop, int PadLeft, int ActivationMin, int ActivationMax,
    bool CountPadding, int ZeroPoint)
{
    public static PoolParameters From(Node node)
    {
        Tensor input = node.Input(0), output = node.Output;
        Quantized.Require(node, input, DataType.Int8);
        Quantized.Require(node, output, DataType.Int8);
        Quantization from = Quantized.Of(input), to = Quantized.Of(output);
        if (Math.Abs(from.Scale - to.Scale) > 1e-6 || from.ZeroPoint != to.ZeroPoint)
            throw new ModelException($"{node.Name}: input and output of pooling have different scales.");

        var attributes = node.Get<PoolAttributes>();
        ActivationRange range = ActivationRange.Of(attributes.Activation, output);
        int[] x = input.Shape, y = output.Shape;
        bool whole = attributes.KernelH == 0;
        var parameters = new PoolParameters(x[0], x[1], x[2], x[3], y[1], y[2], whole ? x[1] : attributes.KernelH,
            whole ? x[2] : attributes.KernelW, whole ? 1 : attributes.StrideH, whole ? 1 : attributes.StrideW,
            attributes.Padding.Top, attributes.Padding.Left, range.Min, range.Max, attributes.CountPadding,
            from.ZeroPoint);
        return parameters.EveryWindowMeetsTheImage()
            ? parameters
            : throw new ModelException($"{node.Name}: some of its windows lie wholly in the padding.");
    }

    private bool EveryWindowMeetsTheImage() => PadTop < KernelH && PadLeft < KernelW &&
        ((OutH - 1) * StrideH) - PadTop < InH && ((OutW - 1) * StrideW) - PadLeft < InW;
}
