using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Quantizing;

/// <summary>Tensors that have to have the same scale because an operator between them only moves, compares or averages
/// integers, and the scales that some operators prescribe for their output.</summary>
public sealed class ScaleGroups
{
    private readonly Dictionary<Tensor, Tensor> parents = [];
    private readonly Dictionary<Tensor, Quantization> prescribed = [];

    /// <summary>Groups the tensors of <paramref name="graph"/>. Where a prescribed scale meets operators of several
    /// inputs, inserts a Quantize node so that it doesn't bind the other inputs.</summary>
    public static ScaleGroups Of(ModelGraph graph)
    {
        var groups = new ScaleGroups();
        foreach (Node node in graph.Nodes)
        {
            if (Prescribed(node.Kind) is { } quantization)
                groups.prescribed[groups.Root(node.Output)] = quantization;
            else if (MovesOneInput(node.Kind))
                groups.Join(node.Outputs.Append(node.Input(0)));
        }

        foreach (Node node in graph.Nodes.ToList())
        {
            if (node.Kind is not (OperatorKind.Concat or OperatorKind.Minimum or OperatorKind.Maximum))
                continue;

            for (int i = 0; i < node.Inputs.Count; i++)
            {
                if (groups.prescribed.ContainsKey(groups.Root(node.Input(i))))
                    InsertQuantize(graph, node, i);
            }

            groups.Join(node.Inputs.OfType<Tensor>().Append(node.Output));
        }

        return groups;
    }

    /// <summary>The tensor that stands for the group of <paramref name="tensor"/>.</summary>
    public Tensor Root(Tensor tensor)
    {
        while (parents.TryGetValue(tensor, out Tensor? parent))
            tensor = parent;

        return tensor;
    }

    /// <summary>The scale prescribed for the group, if any.</summary>
    public Quantization? Prescribed(Tensor tensor) => prescribed.GetValueOrDefault(Root(tensor));

    /// <summary>Output scales that TensorFlow Lite's quantization specification fixes.</summary>
    public static Quantization? Prescribed(OperatorKind kind) => kind switch
    {
        OperatorKind.Softmax or OperatorKind.Logistic => new Quantization(1f / 256, -128),
        OperatorKind.Tanh => new Quantization(1f / 128, 0),
        _ => null,
    };

    private static bool MovesOneInput(OperatorKind kind) => kind is OperatorKind.Reshape or OperatorKind.Transpose
        or OperatorKind.Slice or OperatorKind.Split or OperatorKind.Pad or OperatorKind.ResizeNearest
        or OperatorKind.MaxPool2D or OperatorKind.AveragePool2D;

    private static void InsertQuantize(ModelGraph graph, Node consumer, int index)
    {
        Tensor tensor = consumer.Input(index);
        var rescaled = new Tensor(tensor.Name + "/rescaled", tensor.Type, tensor.Shape);
        var quantize = new Node(OperatorKind.Quantize, $"rescaling of {tensor.Name}", [tensor], [rescaled],
            OperatorAttributes.None);
        consumer.Inputs[index] = rescaled;
        graph.Nodes.Insert(graph.Nodes.IndexOf(consumer), quantize);
    }

    private void Join(IEnumerable<Tensor> tensors)
    {
        Tensor? root = null;
        foreach (Tensor tensor in tensors)
        {
            Tensor other = Root(tensor);
            if (root is null || root == other)
            {
                root = other;
                continue;
            }

            parents[other] = root;
            if (prescribed.Remove(other, out Quantization? quantization))
                prescribed[root] = quantization;
        }
    }
}
