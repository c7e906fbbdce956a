using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Passes;

namespace McuAi.ModelConverter.Import.Onnx;

/// <summary>The passes that make a graph of what was imported, in their order: transposes first, because the fusions
/// look for neighbours; quantization last, because it needs fused activations and biases.</summary>
internal static class ImportPasses
{
    public static void Run(ModelGraph graph, ConstantBudget budget)
    {
        SignedQuantization.Run(graph);
        TransposeElimination.Run(graph, budget, pastDequantize: true);
        HardSwishFusion.Run(graph);
        BatchNormFolding.Run(graph, budget);
        ActivationFusion.Run(graph);
        QdqFusion.Run(graph, budget);
        TransposeElimination.Run(graph, budget, pastDequantize: false);
    }
}
