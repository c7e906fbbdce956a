using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Lowering;

/// <summary>Models often take and give real numbers and convert at their edges. A pack's ports are integers with a scale:
/// whoever feeds it converts. So a Quantize of a real input and a Dequantize before a real output go, the port becomes
/// the integer tensor, and the metadata say what it was.</summary>
public static class FloatEdges
{
    /// <summary>The graph without conversions at its edges; <paramref name="graph"/> itself is left as it is.</summary>
    public static ModelGraph Drop(ModelGraph graph)
    {
        if (!graph.Inputs.Concat(graph.Outputs).Any(port => port.Type == DataType.Float32))
            return graph;

        var result = new ModelGraph(graph.Name);
        foreach ((string key, string value) in graph.Metadata)
            result.Metadata[key] = value;

        var replaced = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        var dropped = new HashSet<Node>();
        for (int i = 0; i < graph.Inputs.Count; i++)
        {
            Tensor integers = Quantized(graph, graph.Inputs[i], dropped, replaced);
            result.Inputs.Add(Port(result, $"input.{i}", graph.Inputs[i], integers));
        }

        for (int i = 0; i < graph.Outputs.Count; i++)
        {
            Tensor integers = Dequantized(graph, graph.Outputs[i], dropped);
            result.Outputs.Add(Port(result, $"output.{i}", graph.Outputs[i], integers));
        }

        foreach (Node node in graph.Nodes.Where(node => !dropped.Contains(node)))
        {
            result.Nodes.Add(node.Inputs.Any(input => input is not null && replaced.ContainsKey(input))
                ? new Node(node.Kind, node.Name, node.Inputs.Select(input =>
                    input is null ? null : replaced.GetValueOrDefault(input, input)), node.Outputs, node.Attributes)
                : node);
        }

        return result;
    }

    private static Tensor Port(ModelGraph result, string key, Tensor port, Tensor integers)
    {
        if (integers != port)
            result.Metadata[key + ".type"] = "float32";

        return integers;
    }

    /// <summary>What the conversions of a real input give, if all give the same; the input itself otherwise. The first
    /// one goes, the others become views of its output.</summary>
    private static Tensor Quantized(ModelGraph graph, Tensor input, HashSet<Node> dropped,
        Dictionary<Tensor, Tensor> replaced)
    {
        Node[] readers = [.. graph.Consumers(input)];
        if (input.Type != DataType.Float32 || readers.Length == 0 || graph.Outputs.Contains(input) ||
            readers.Any(node => node.Kind != OperatorKind.Quantize || !Alike(node.Output, readers[0].Output)))
        {
            return input;
        }

        Tensor integers = readers[0].Output;
        dropped.Add(readers[0]);
        replaced[input] = integers;
        return integers;
    }

    private static bool Alike(Tensor a, Tensor b) => a.Type == b.Type && a.Quantization is { } x &&
        b.Quantization is { } y && x.Scale.Equals(y.Scale) && x.ZeroPoint == y.ZeroPoint;

    private static Tensor Dequantized(ModelGraph graph, Tensor output, HashSet<Node> dropped)
    {
        if (output.Type != DataType.Float32 || graph.Producer(output) is not { Kind: OperatorKind.Dequantize } producer)
            return output;

        if (!graph.Consumers(output).Any())
            dropped.Add(producer);

        return producer.Input(0);
    }
}
