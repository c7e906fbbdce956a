using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Quantizing;
using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Compression;

/// <summary>How much a network would lose with each of its channels.</summary>
public static class ChannelImportance
{
    /// <summary>The factors of batch normalization (Liu et al., 2017, network slimming); where a layer has none, the norm of
    /// a channel's weights.</summary>
    public static IReadOnlyDictionary<int, double> OfScales(ModelGraph graph, ChannelUnits units)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(units);
        var importance = new Dictionary<int, double>();
        foreach (Node gate in Gates(graph))
        {
            ReadOnlySpan<float> values = gate.Input(1).As<float>();
            int[] channels = units.Of(gate.Output);
            for (int c = 0; c < channels.Length; c++)
                Add(importance, channels[c], gate.Kind == OperatorKind.BatchNorm ? Math.Abs(values[c]) : Norm(gate, values, c, channels.Length));
        }

        return importance;
    }

    /// <summary>The square of how the loss would change, to first order, if a channel were zero (Molchanov et al., 2019), as
    /// a mean over batches: of what batch normalization gives, else of a layer's weights.</summary>
    public static IReadOnlyDictionary<int, double> OfGradients(Network<float> network, ChannelUnits units,
        IEnumerable<Batch> batches)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(units);
        ArgumentNullException.ThrowIfNull(batches);
        var importance = new Dictionary<int, double>();
        // Running statistics move in training; measuring leaves no trace.
        float[][] statistics = [.. network.Statistics.Select(values => values.ToArray())];
        var tape = new Tape<float>();
        foreach (Batch batch in batches)
        {
            tape.Reset();
            foreach (Parameter<float> parameter in network.Parameters)
                parameter.Value.Gradient.Clear();
            tape.Backward(tape.CrossEntropy(network.Forward(tape, batch.Inputs), batch.Targets));
            foreach ((int unit, double change) in Changes(network, units))
                Add(importance, unit, change * change);
        }

        foreach ((float[] before, float[] now) in statistics.Zip(network.Statistics))
            before.CopyTo(now, 0);
        return importance;
    }

    private static Dictionary<int, double> Changes(Network<float> network, ChannelUnits units)
    {
        var changes = new Dictionary<int, double>();
        foreach (Node gate in Gates(network.Graph))
        {
            int[] channels = units.Of(gate.Output);
            int parameters = gate.Kind == OperatorKind.BatchNorm ? 3 : gate.Inputs.Count;
            foreach (Tensor constant in gate.Inputs.Take(parameters).OfType<Tensor>().Where(tensor => tensor.IsConstant))
            {
                Tensor<float> parameter = network.Parameter(constant);
                for (int i = 0; i < parameter.Count; i++)
                    Add(changes, channels[i % channels.Length], parameter.Data[i] * parameter.Gradient[i]);
            }
        }

        return changes;
    }

    /// <summary>Where channels can be turned down: batch normalizations, and layers that none follows.</summary>
    private static IEnumerable<Node> Gates(ModelGraph graph) => graph.Nodes.Where(node =>
        node.Kind == OperatorKind.BatchNorm || (LayerWeights.Has(node) &&
            !graph.Consumers(node.Output).Any(other => other.Kind == OperatorKind.BatchNorm)));

    private static double Norm(Node layer, ReadOnlySpan<float> weights, int channel, int channels)
    {
        bool depthwise = layer.Kind == OperatorKind.DepthwiseConv2D;
        int depth = weights.Length / channels;
        double sum = 0;
        for (int k = 0; k < depth; k++)
        {
            double weight = weights[depthwise ? (k * channels) + channel : (channel * depth) + k];
            sum += weight * weight;
        }

        return Math.Sqrt(sum);
    }

    private static void Add(Dictionary<int, double> sums, int unit, double value) =>
        sums[unit] = sums.GetValueOrDefault(unit) + value;
}
