namespace McuAi.ModelConverter.Language.Pruning;

/// <summary>Ways to leave out the parts that matter least.</summary>
/// <param name="importance">Of the parts that are kept.</param>
internal sealed class PruningChoice(TransformerShape whole, KeptParts kept, PartImportance importance)
{
    private readonly TransformerShape _shape = kept.Shape(whole);

    /// <summary>Without one layer.</summary>
    public KeptParts WithoutLayer(int index) => kept with { Layers = [.. kept.Layers.Where((_, i) => i != index)] };

    /// <summary>Layers that seem to matter least, the least one first.</summary>
    public IEnumerable<int> LeastLayers(int count) =>
        Enumerable.Range(0, kept.Layers.Length).OrderBy(layer => importance.Layers[layer]).Take(count);

    /// <summary>With some size of a kind other than layers, at most what it has.</summary>
    public KeptParts With(PrunedKind kind, int size) => kind switch
    {
        PrunedKind.Heads => EachLayer((layer, i) => layer with
        {
            Groups = Most(layer.Groups, importance.Groups[i], size / PrunedSizes.Step(_shape, kind)),
        }),
        PrunedKind.Experts => EachLayer((layer, i) => layer with { Experts = Most(layer.Experts, importance.Experts[i], size) }),
        PrunedKind.Hidden => EachLayer((layer, i) => whole.IsSparse(layer.Index) ? layer : WithNeurons(layer, i, size)),
        PrunedKind.Shared => EachLayer((layer, i) => whole.IsSparse(layer.Index) ? WithNeurons(layer, i, size) : layer),
        _ => kept with { Channels = Most(kept.Channels, importance.Channels, size) },
    };

    private KeptLayer WithNeurons(KeptLayer layer, int i, int size) =>
        layer with { Neurons = Most(layer.Neurons, importance.Neurons[i], size) };

    private KeptParts EachLayer(Func<KeptLayer, int, KeptLayer> change) => kept with { Layers = [.. kept.Layers.Select(change)] };

    /// <summary>Those that matter most, in the order that they have.</summary>
    private static int[] Most(int[] parts, double[] importance, int count) =>
        [.. Enumerable.Range(0, parts.Length).OrderByDescending(i => importance[i]).Take(count).Order().Select(i => parts[i])];
}
