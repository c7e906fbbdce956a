using System.Globalization;
using McuAi.ModelConverter.Language.Quantization;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>What a plan has for the matrices of a <see cref="TrainedTransformer{T}"/>, by their names.</summary>
public static class TrainedFormats
{
    private const string Layer = "layer", Ahead = "ahead";

    private static readonly Dictionary<string, MatrixSlot> Slots = new()
    {
        ["query"] = new(MatrixRole.Query), ["query_down"] = new(MatrixRole.QueryDown), ["key"] = new(MatrixRole.Key),
        ["value"] = new(MatrixRole.Value), ["latent_down"] = new(MatrixRole.LatentDown), ["key_up"] = new(MatrixRole.KeyUp),
        ["value_up"] = new(MatrixRole.ValueUp), ["output"] = new(MatrixRole.Output), ["router"] = new(MatrixRole.Router),
        ["gate"] = new(MatrixRole.Gate), ["up"] = new(MatrixRole.Up), ["down"] = new(MatrixRole.Down),
        ["shared_gate"] = new(MatrixRole.Gate), ["shared_up"] = new(MatrixRole.Up), ["shared_down"] = new(MatrixRole.Down),
        ["experts_gate"] = new(MatrixRole.Gate, 0), ["experts_up"] = new(MatrixRole.Up, 0),
        ["experts_down"] = new(MatrixRole.Down, 0), ["embedding_gate"] = new(MatrixRole.EmbeddingGate),
        ["embedding_output"] = new(MatrixRole.EmbeddingOutput),
    };

    /// <param name="name">Of a matrix: embedding, head, layer0.query and so on.</param>
    public static MatrixFormat Of(QuantizationPlan plan, string name)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(name);
        if (name is "embedding")
            return plan.EmbeddingFormat;
        if (name is "head")
            return plan.HeadFormat;
        if (name is "layer_embeddings")
            return plan.LayerEmbeddingsFormat;
        if (name.Split('.') is [var layer, var matrix] && IndexOf(layer) is { } index && Slots.TryGetValue(matrix, out MatrixSlot slot))
            return plan.FormatOf(index, slot);
        throw new ArgumentException($"No matrix has the name {name}.", nameof(name));
    }

    private static int? IndexOf(string layer) => layer is Ahead
        ? QuantizationPlan.AheadLayer
        : layer.StartsWith(Layer, StringComparison.Ordinal)
            && int.TryParse(layer.AsSpan(Layer.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            ? index
            : null;
}
