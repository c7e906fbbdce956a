using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Quantizing;

/// <summary>Copies of graphs that passes may change; the bytes of constants stay shared.</summary>
public static class GraphCopy
{
    public static ModelGraph Of(ModelGraph graph)
    {
        var copies = new Dictionary<Tensor, Tensor>();
        var copy = new ModelGraph(graph.Name);
        foreach (Node node in graph.Nodes)
        {
            copy.Nodes.Add(new Node(node.Kind, node.Name,
                node.Inputs.Select(tensor => tensor is null ? null : Copy(tensor, copies)),
                node.Outputs.Select(tensor => Copy(tensor, copies)), node.Attributes));
        }

        copy.Inputs.AddRange(graph.Inputs.Select(tensor => Copy(tensor, copies)));
        copy.Outputs.AddRange(graph.Outputs.Select(tensor => Copy(tensor, copies)));
        foreach ((string key, string value) in graph.Metadata)
            copy.Metadata[key] = value;

        return copy;
    }

    private static Tensor Copy(Tensor tensor, Dictionary<Tensor, Tensor> copies)
    {
        if (!copies.TryGetValue(tensor, out Tensor? copy))
        {
            copies[tensor] = copy = new Tensor(tensor.Name, tensor.Type, tensor.Shape)
            {
                Quantization = tensor.Quantization,
                Data = tensor.Data,
                IsState = tensor.IsState,
            };
        }

        return copy;
    }
}
