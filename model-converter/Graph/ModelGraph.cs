namespace McuAi.ModelConverter.Graph;

/// <summary>A model: nodes in an order in which they can be executed, its inputs and outputs, and text about it
/// (labels, description) that goes into the pack's metadata.</summary>
public sealed class ModelGraph(string name)
{
    public string Name { get; set; } = name;

    public List<Node> Nodes { get; } = [];

    public List<Tensor> Inputs { get; } = [];

    public List<Tensor> Outputs { get; } = [];

    public Dictionary<string, string> Metadata { get; } = [];

    /// <summary>The node that writes <paramref name="tensor"/>, or null for inputs, constants and states.</summary>
    public Node? Producer(Tensor tensor) => Nodes.FirstOrDefault(node => node.Outputs.Contains(tensor));

    public IEnumerable<Node> Consumers(Tensor tensor) => Nodes.Where(node => node.Inputs.Contains(tensor));
}
