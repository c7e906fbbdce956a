using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Passes;
using McuAi.ModelConverter.Quantizing;

namespace McuAi.ModelConverter.Training;

/// <summary>From a trained network to the integer model.</summary>
public static class TrainedGraph
{
    /// <summary>The float graph as trained, batch normalization folded into the layers.</summary>
    public static ModelGraph Float(Network<float> network)
    {
        ArgumentNullException.ThrowIfNull(network);
        network.Store();
        ModelGraph graph = GraphCopy.Of(network.Graph);
        Fold(graph);
        return graph;
    }

    /// <summary>The integer graph that training with quantization simulated.</summary>
    /// <param name="calibration">Inputs for activations that training did not round, such as a softmax's.</param>
    public static ModelGraph Quantized(Network<float> network, IReadOnlyList<float[]> calibration)
    {
        ArgumentNullException.ThrowIfNull(network);
        network.Store();
        network.Quantization?.Store();
        ModelGraph graph = GraphCopy.Of(network.Graph);
        network.Quantization?.Forget();
        Fold(graph);
        return PostTrainingQuantizer.Quantize(graph, [.. calibration.Select(values => new[] { values })]);
    }

    private static void Fold(ModelGraph graph) => BatchNormFolding.Run(graph, new ConstantBudget(graph.Nodes
        .SelectMany(node => node.Inputs).Where(tensor => tensor?.Data is not null).Sum(tensor => 8L * tensor!.Data!.Length)));
}
