using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language.Pruning;

/// <summary>What is kept of a layer; all indices are those of the whole model, in ascending order.</summary>
/// <param name="Groups">Heads of keys and values, with the queries that they serve; of latent attention, heads.</param>
/// <param name="Neurons">Of the dense network, or of the one that all tokens use beside experts.</param>
/// <param name="Experts">Routed ones.</param>
public sealed record KeptLayer(int Index, int[] Groups, int[] Neurons, int[] Experts);

/// <summary>What is kept of a model. All its layers keep as much as each other.</summary>
/// <param name="Channels">Of the residual stream, in ascending order.</param>
public sealed record KeptParts(KeptLayer[] Layers, int[] Channels)
{
    /// <summary>Everything.</summary>
    public static KeptParts Of(TransformerShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return new KeptParts([.. Enumerable.Range(0, shape.Layers).Select(layer => new KeptLayer(layer, First(shape.KeyValueHeads),
            First(Neurons(shape, layer)), First(shape.IsSparse(layer) ? shape.Experts!.Count : 0)))], First(shape.Width));
    }

    /// <summary>The shape of what is kept.</summary>
    public TransformerShape Shape(TransformerShape whole)
    {
        ArgumentNullException.ThrowIfNull(whole);
        int groups = Layers[0].Groups.Length;
        KeptLayer? dense = Layers.FirstOrDefault(layer => !whole.IsSparse(layer.Index));
        KeptLayer? sparse = Layers.FirstOrDefault(layer => whole.IsSparse(layer.Index));
        return whole with
        {
            Width = Channels.Length, Layers = Layers.Length, KeyValueHeads = groups,
            Heads = groups * (whole.Heads / whole.KeyValueHeads), Hidden = dense?.Neurons.Length ?? whole.Hidden,
            Experts = whole.Experts is not { } experts ? null : experts with
            {
                DenseLayers = Layers.Count(layer => !whole.IsSparse(layer.Index)),
                Count = sparse?.Experts.Length ?? experts.Count, SharedHidden = sparse?.Neurons.Length ?? experts.SharedHidden,
            },
        };
    }

    /// <summary>A few letters that tell one choice from another.</summary>
    public string Digest() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson())))[..16];

    public string ToJson() => JsonSerializer.Serialize(this);

    /// <exception cref="ModelException">The text is damaged, or of another model.</exception>
    /// <param name="source">The file's name, for the message.</param>
    public static KeptParts FromJson(string json, TransformerShape whole, string source)
    {
        ArgumentNullException.ThrowIfNull(whole);
        KeptParts? parts = null;
        try
        {
            parts = JsonSerializer.Deserialize<KeptParts>(json);
        }
        catch (JsonException)
        {
        }

        return parts is not null && parts.IsOf(whole) ? parts : throw new ModelException(
            $"{source} is damaged or of another model; delete it, and it will be made again.");
    }

    private static int Neurons(TransformerShape shape, int layer) =>
        shape.IsSparse(layer) ? shape.Experts!.SharedHidden : shape.Hidden;

    private bool IsOf(TransformerShape whole) => Layers is { Length: > 0 } && IsPart(Channels, whole.Width)
        && IsPart([.. Layers.Select(layer => layer?.Index ?? -1)], whole.Layers)
        && Array.TrueForAll(Layers, layer => IsPart(layer.Groups, whole.KeyValueHeads)
            && IsPart(layer.Neurons, Neurons(whole, layer.Index), mayBeEmpty: Neurons(whole, layer.Index) == 0)
            && IsPart(layer.Experts, whole.Experts?.Count ?? 0, mayBeEmpty: !whole.IsSparse(layer.Index)))
        && Layers.GroupBy(layer => whole.IsSparse(layer.Index)).All(alike =>
            alike.Select(layer => (layer.Groups.Length, layer.Neurons.Length, layer.Experts.Length)).Distinct().Count() == 1)
        && Layers.Select(layer => layer.Groups.Length).Distinct().Count() == 1;

    private static bool IsPart(int[]? kept, int count, bool mayBeEmpty = false) => kept is not null && (mayBeEmpty || kept.Length > 0)
        && kept.Zip(kept.Skip(1), (a, b) => a < b).All(ascends => ascends) && Array.TrueForAll(kept, i => i >= 0 && i < count);

    private static int[] First(int count) => [.. Enumerable.Range(0, count)];
}
