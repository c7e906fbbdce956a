using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Quantizing;

namespace McuAi.ModelConverter.Compression;

/// <summary>Layers whose output channels stand or fall together, such as all that are summed in a chain of residual
/// blocks.</summary>
/// <param name="Units">What can be removed, one for each channel.</param>
/// <param name="Nodes">The layers that make these channels, in the order of the graph.</param>
public sealed record ChannelLayer(IReadOnlyList<int> Units, IReadOnlyList<Node> Nodes);

/// <summary>Which channels of a graph's activations have to go or stay together. A unit is the channel that one layer makes,
/// with all that are added to it, computed from it alone, or are its copies after flattening.</summary>
public sealed class ChannelUnits
{
    private readonly DisjointSets _units = new();
    private readonly DisjointSets _layers = new();
    private readonly List<int> _layerOfUnit = [];
    private readonly List<(int Layer, Node Node)> _makers = [];
    private readonly HashSet<int> _fixed = [];
    private readonly Dictionary<Tensor, int[]> _channels = [];

    private ChannelUnits(ModelGraph graph)
    {
        foreach (Tensor input in graph.Inputs)
            Fix(_channels[input] = Make(input.Shape[^1], null));
        foreach (Node node in graph.Nodes)
            _channels[node.Output] = Follow(node);
        foreach (Tensor output in graph.Outputs)
            Fix(_channels[output]);
        HashSet<int> kept = [.. _fixed.Select(_units.Root)];
        Layers = [.. _makers.GroupBy(maker => _layers.Root(maker.Layer))
            .Select(group => new ChannelLayer([.. group.SelectMany(maker => Of(maker.Node.Output)).Distinct()],
                [.. group.Select(maker => maker.Node)]))
            .Where(layer => !layer.Units.Any(kept.Contains))];
    }

    /// <summary>Layers some of whose channels can be removed, in the order of the graph.</summary>
    public IReadOnlyList<ChannelLayer> Layers { get; }

    public static ChannelUnits Of(ModelGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return new ChannelUnits(graph);
    }

    /// <summary>The unit of each element of an activation's last dimension.</summary>
    public int[] Of(Tensor activation) => [.. _channels[activation].Select(_units.Root)];

    /// <summary>The unit of each of <paramref name="columns"/> elements, where an activation is flattened into rows of as
    /// many.</summary>
    internal int[] Flattened(Tensor activation, int columns)
    {
        int[] units = Of(activation);
        return [.. Enumerable.Range(0, columns).Select(column => units[column % units.Length])];
    }

    private int[] Follow(Node node)
    {
        int channels = node.Output.Shape[^1];
        switch (node.Kind)
        {
            case OperatorKind.Conv2D or OperatorKind.TransposeConv or OperatorKind.FullyConnected:
                int[] x = _channels[node.Input(0)];
                bool flattens = node.Kind == OperatorKind.FullyConnected && node.Input(1).Shape[1] % x.Length != 0;
                return flattens || !node.Input(1).IsConstant ? Fixed(node) : Make(channels, node);
            case OperatorKind.DepthwiseConv2D when node.Input(1).IsConstant:
                int[] from = _channels[node.Input(0)];
                return [.. Enumerable.Range(0, channels).Select(channel => from[channel / (channels / from.Length)])];
            case OperatorKind.Add or OperatorKind.Sub or OperatorKind.Mul or OperatorKind.Div or OperatorKind.Minimum
                or OperatorKind.Maximum:
                return Combined(node, channels);
            case OperatorKind.Reshape when channels % _channels[node.Input(0)].Length == 0:
                int[] tile = _channels[node.Input(0)];
                return [.. Enumerable.Range(0, channels).Select(column => tile[column % tile.Length])];
            case OperatorKind.Concat:
                return Concatenated(node);
            case OperatorKind.Mean when !node.Get<ReduceAttributes>().Axes.Contains(node.Input(0).Rank - 1):
                return _channels[node.Input(0)];
            default:
                return EachByItself(node.Kind) ? _channels[node.Input(0)] : Fixed(node);
        }
    }

    private static bool EachByItself(OperatorKind kind) => kind is OperatorKind.BatchNorm or OperatorKind.Relu
        or OperatorKind.Relu6 or OperatorKind.ReluN1To1 or OperatorKind.LeakyRelu or OperatorKind.Logistic
        or OperatorKind.Tanh or OperatorKind.HardSwish or OperatorKind.Function or OperatorKind.AveragePool2D
        or OperatorKind.MaxPool2D or OperatorKind.ResizeNearest;

    private int[] Combined(Node node, int channels)
    {
        Tensor[] activations = [.. node.Inputs.OfType<Tensor>().Where(tensor => !tensor.IsConstant)];
        bool fits = Array.TrueForAll(activations, tensor => tensor.Shape[^1] == channels) && node.Inputs.OfType<Tensor>()
            .Where(tensor => tensor.IsConstant).All(tensor => tensor.Elements == 1 || tensor.Shape[^1] is 1 || tensor.Shape[^1] == channels);
        if (!fits || activations.Length == 0)
            return Fixed(node);
        foreach (Tensor other in activations.Skip(1))
            Unite(_channels[activations[0]], _channels[other]);
        return _channels[activations[0]];
    }

    private int[] Concatenated(Node node)
    {
        int axis = node.Get<ConcatAttributes>().Axis, last = node.Output.Rank - 1;
        if (node.Inputs.Any(input => input is null || input.IsConstant))
            return Fixed(node);
        int[][] inputs = [.. node.Inputs.Select(input => _channels[input!])];
        if (axis == last)
            return [.. inputs.SelectMany(input => input)];
        foreach (int[] other in inputs.Skip(1))
            Unite(inputs[0], other);
        return inputs[0];
    }

    /// <summary>An operator that needs all its channels.</summary>
    private int[] Fixed(Node node)
    {
        foreach (Tensor? input in node.Inputs)
            if (input is not null && _channels.TryGetValue(input, out int[]? units))
                Fix(units);
        int[] made = Make(node.Output.Shape[^1], LayerWeights.Has(node) ? node : null);
        Fix(made);
        return made;
    }

    private void Fix(int[] units) => _fixed.UnionWith(units);

    /// <summary>New units; of a layer, unless they are nobody's.</summary>
    private int[] Make(int channels, Node? maker)
    {
        int layer = _layers.Add();
        if (maker is not null)
            _makers.Add((layer, maker));
        return [.. Enumerable.Range(0, channels).Select(_ =>
        {
            _layerOfUnit.Add(layer);
            return _units.Add();
        })];
    }

    private void Unite(int[] a, int[] b)
    {
        for (int i = 0; i < a.Length; i++)
        {
            _units.Unite(a[i], b[i]);
            _layers.Unite(_layerOfUnit[a[i]], _layerOfUnit[b[i]]);
        }
    }
}
