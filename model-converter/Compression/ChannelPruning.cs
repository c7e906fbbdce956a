using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Compression;

/// <summary>Structured pruning: the graph without some of its channels, physically smaller. Whatever reads or makes a removed
/// channel loses the weights for it.</summary>
public static class ChannelPruning
{
    /// <summary>The least important units of each layer, so that <paramref name="kept"/> of them stay.</summary>
    /// <param name="importance">Of units; those that are missing have none.</param>
    /// <param name="kept">Channels that a layer keeps; at least one stays.</param>
    public static IReadOnlySet<int> Choose(ChannelUnits units, IReadOnlyDictionary<int, double> importance,
        Func<ChannelLayer, int> kept)
    {
        ArgumentNullException.ThrowIfNull(units);
        ArgumentNullException.ThrowIfNull(importance);
        ArgumentNullException.ThrowIfNull(kept);
        var removed = new HashSet<int>();
        foreach (ChannelLayer layer in units.Layers)
        {
            int count = Math.Clamp(kept(layer), 1, layer.Units.Count);
            removed.UnionWith(layer.Units.OrderByDescending(unit => importance.GetValueOrDefault(unit)).Skip(count));
        }

        return removed;
    }

    /// <summary>A copy of <paramref name="graph"/> without the units <paramref name="removed"/>.</summary>
    /// <exception cref="ModelException">A layer would lose all its channels, or one that cannot be removed.</exception>
    public static ModelGraph Remove(ModelGraph graph, ChannelUnits units, IReadOnlySet<int> removed)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(units);
        ArgumentNullException.ThrowIfNull(removed);
        if (removed.Except(units.Layers.SelectMany(layer => layer.Units)).Any())
            throw new ModelException($"{graph.Name}: channels that its inputs, outputs or operators need cannot be removed.");
        if (units.Layers.FirstOrDefault(layer => layer.Units.All(removed.Contains)) is { } empty)
            throw new ModelException($"{empty.Nodes[0].Name}: all its channels would be removed; keep at least one.");
        var copies = new Dictionary<Tensor, Tensor>();
        var pruned = new ModelGraph(graph.Name);
        foreach ((string key, string value) in graph.Metadata)
            pruned.Metadata[key] = value;
        pruned.Inputs.AddRange(graph.Inputs.Select(Smaller));
        foreach (Node node in graph.Nodes)
            pruned.Nodes.Add(new Node(node.Kind, node.Name, node.Inputs.Select((tensor, i) => tensor switch
            {
                null => null,
                { IsConstant: true } => Constant(node, i, tensor, units, removed),
                _ => Smaller(tensor),
            }), node.Outputs.Select(Smaller), node.Attributes));
        pruned.Outputs.AddRange(graph.Outputs.Select(Smaller));
        return pruned;

        Tensor Smaller(Tensor tensor)
        {
            if (!copies.TryGetValue(tensor, out Tensor? copy))
                copies.Add(tensor, copy = new Tensor(tensor.Name, tensor.Type,
                    [.. tensor.Shape[..^1], Kept(units.Of(tensor), removed).Length]) { Quantization = tensor.Quantization });
            return copy;
        }
    }

    private static Tensor Constant(Node node, int index, Tensor constant, ChannelUnits units, IReadOnlySet<int> removed)
    {
        int[] outputs = Kept(units.Of(node.Output), removed);
        int last = constant.Rank - 1;
        if (index == 1 && node.Kind is (OperatorKind.Conv2D or OperatorKind.TransposeConv or OperatorKind.FullyConnected))
        {
            int[] inputs = Kept(units.Flattened(node.Input(0), constant.Shape[^1]), removed);
            return Sliced(Sliced(constant, 0, outputs), last, inputs);
        }

        // Biases, normalization, depthwise filters and vectors that are added: one slice for each channel.
        return constant.Rank > 0 && constant.Shape[^1] == node.Output.Shape[^1] && constant.Elements > 1
            ? Sliced(constant, last, outputs)
            : constant;
    }

    /// <summary>Places of what stays.</summary>
    private static int[] Kept(int[] units, IReadOnlySet<int> removed) =>
        [.. Enumerable.Range(0, units.Length).Where(place => !removed.Contains(units[place]))];

    private static Tensor Sliced(Tensor constant, int axis, int[] places)
    {
        if (places.Length == constant.Shape[axis])
            return constant;
        int inner = constant.Shape.Skip(axis + 1).Aggregate(1, (product, size) => product * size);
        int outer = constant.Elements / inner / constant.Shape[axis];
        float[] from = constant.As<float>().ToArray(), values = new float[outer * places.Length * inner];
        for (int row = 0; row < outer; row++)
            for (int i = 0; i < places.Length; i++)
                from.AsSpan(((row * constant.Shape[axis]) + places[i]) * inner, inner)
                    .CopyTo(values.AsSpan(((row * places.Length) + i) * inner));
        int[] shape = [.. constant.Shape];
        shape[axis] = places.Length;
        return Tensor.Constant<float>(constant.Name, DataType.Float32, shape, values);
    }
}
