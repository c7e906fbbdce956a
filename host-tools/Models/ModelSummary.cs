using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Models;

/// <summary>Figures of a pack that follow from its program.</summary>
public static class ModelSummary
{
    /// <summary>Multiply-accumulates of one inference of an operator; taps outside the image count, and attention looks back on its
    /// whole context.</summary>
    public static long Macs(PackOperator node)
    {
        switch (node.Opcode)
        {
            case Opcode.Conv2D or Opcode.DepthwiseConv2D or Opcode.FullyConnected:
                return (long)node.Output.Elements * PackLayout.RowsAndDepth(node).Depth;
            case Opcode.TransposeConv:
                PackTensor filter = node.Input(1);
                return (long)node.Input(0).Elements * filter.Dim(0) * filter.Dim(1) * filter.Dim(2);
            case Opcode.BatchMatMul:
                PackTensor a = node.Input(0);
                return (long)node.Output.Elements * a.Dim(node.Parameters[0] == 0 ? 3 : 2);
            case Opcode.Svdf:
                return (long)node.Input(0).Dim(2) * (node.Input(1).Elements + node.Input(2).Elements);
            case Opcode.Lstm:
                PackTensor x = node.Input(0);
                return (long)x.Elements / x.Dim(3) * (node.Input(1).Elements + node.Input(2).Elements);
            case Opcode.Linear:
                return (long)node.Output.Elements * node.Input(1).Dim(3);
            case Opcode.Attention:
                PackTensor keys = node.Input(6);
                long line = ((long)keys.Dim(3) / node.Parameters[1]) + (node.Output.Dim(3) / node.Parameters[0]);
                return line * node.Parameters[0] * keys.Dim(2) * node.Output.Dim(2);
            case Opcode.Experts:
                return 3L * node.Parameters[1] * node.Parameters[2] * node.Output.Elements;
            default:
                return 0;
        }
    }

    public static long Macs(PackModel model) => model.Operators.Sum(Macs);

    /// <summary>Weights and biases of the operators that have any; the elements of other constants.</summary>
    public static long Parameters(PackModel model) => OwnConstants(model).Sum(own =>
        own.Constants.Sum(constant => (long)constant.Elements) + (own.Constants.Length > 0 ? Biases(own.Node) : 0));

    /// <summary>Bytes of constants of each operator that none before it has read: operators on strips of one layer share
    /// its weights.</summary>
    public static long[] WeightBytes(PackModel model) =>
        [.. OwnConstants(model).Select(own => own.Constants.Sum(constant => (long)constant.Bytes))];

    /// <summary>What strips of rows save of the arena, for people; null where all layers run whole.</summary>
    public static string? Strips(PackModel model) => model.WholeArenaBytes is { } whole
        ? $"layers run in strips of rows; whole ones would take {whole:N0} bytes of arena"
        : null;

    private static List<(PackOperator Node, PackTensor[] Constants)> OwnConstants(PackModel model)
    {
        var known = new HashSet<PackTensor>(ReferenceEqualityComparer.Instance);
        return [.. model.Operators.Select(node => (node,
            node.Inputs.OfType<PackTensor>().Concat(node.OnDemand).Where(input => input.Blob is not null && known.Add(input)).ToArray()))];
    }

    private static long Biases(PackOperator node) => node.Opcode switch
    {
        Opcode.Conv2D or Opcode.DepthwiseConv2D or Opcode.FullyConnected => PackLayout.RowsAndDepth(node).Rows,
        Opcode.TransposeConv => node.Output.Dim(3),
        Opcode.Lstm => node.Input(1).Dim(2),
        _ => 0,
    };

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
        Opcode.RmsNorm => "rms_norm",
        var other => other.ToString().ToLowerInvariant(),
    };

    public static string Shape(PackTensor tensor) => string.Join("x", tensor.Shape);
}
