using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Models;

/// <summary>A dense layer with random weights, for measuring kernels by themselves.</summary>
public static class BenchDense
{
    /// <summary>int8 input and output, zero points other than 0, one scale for each row, weights symmetric around 0 as
    /// TensorFlow Lite has them.</summary>
    public static PackModel Model(int rows, int depth, DataType weights)
    {
        var random = new Random(1);
        int greatest = (1 << (weights.Bits() - 1)) - 1;
        sbyte[] values = [.. Enumerable.Range(0, rows * depth).Select(_ => (sbyte)random.Next(-greatest, greatest + 1))];
        int[] bias = [.. Enumerable.Range(0, rows).Select(_ => random.Next(-2000, 2000))];
        // About one standard deviation of the sum fills a third of the output's range.
        float scale = (float)(3.0 / (greatest * Math.Sqrt(depth)));
        var input = new Tensor("input", DataType.Int8, 1, depth) { Quantization = new(1, -3) };
        var output = new Tensor("output", DataType.Int8, 1, rows) { Quantization = new(1, 5) };
        Tensor filter = Tensor.Constant<sbyte>("filter", weights, [rows, depth], values);
        filter.Quantization = new([.. Enumerable.Range(0, rows).Select(_ => scale * (0.5f + random.NextSingle()))],
            new int[rows]);
        Tensor biases = Tensor.Constant<int>("bias", DataType.Int32, [rows], bias);
        var graph = new ModelGraph($"dense {rows}x{depth} {weights}");
        graph.Inputs.Add(input);
        graph.Outputs.Add(output);
        graph.Nodes.Add(new Node(OperatorKind.FullyConnected, "operator 0 (FullyConnected)", [input, filter, biases],
            [output], new ActivationAttributes()));
        return GraphLowering.Lower(graph, KernelFamilies.Named("portable"));
    }
}
