using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Models;

/// <summary>Figures of a pack that follow from its program.</summary>
public static class ModelSummary
{
    /// <summary>Multiply-accumulates of one inference of an operator.</summary>
    public static long Macs(PackOperator node)
    {
        if (!node.HasWeights)
            return 0;
        (_, int depth) = PackLayout.RowsAndDepth(node);
        return (long)node.Output.Elements * depth;
    }

    public static long Macs(PackModel model) => model.Operators.Sum(Macs);

    /// <summary>Weights and biases, each counted once.</summary>
    public static long Parameters(PackModel model) => model.Operators.Where(node => node.HasWeights).Sum(node =>
    {
        (int rows, int depth) = PackLayout.RowsAndDepth(node);
        return (long)rows * (depth + 1);
    });

    public static string Name(PackOperator node) => node.Opcode switch
    {
        Opcode.Conv2D => "conv_2d",
        Opcode.DepthwiseConv2D => "depthwise_conv_2d",
        Opcode.FullyConnected => "fully_connected",
        Opcode.AveragePool2D => "average_pool_2d",
        Opcode.MaxPool2D => "max_pool_2d",
        Opcode.TransposeConv => "transpose_conv",
        Opcode.ResizeNearest => "resize_nearest",
        Opcode.BatchMatMul => "batch_matmul",
        var other => other.ToString().ToLowerInvariant(),
    };

    public static string Shape(PackTensor tensor) => string.Join("x", tensor.Shape);
}
