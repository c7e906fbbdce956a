using System.Collections.Immutable;

namespace McuAi.ModelConverter.Language.Quantization;

/// <summary>How each matrix of a model is stored. Routers are always INT8: they are small, and what they choose is all or
/// nothing.</summary>
public sealed record QuantizationPlan
{
    /// <summary>The embedding's layer in <see cref="Raised"/>.</summary>
    public const int EmbeddingLayer = -1;

    /// <summary>The head's layer in <see cref="Raised"/>.</summary>
    public const int HeadLayer = -2;

    /// <summary>The layer, in <see cref="Raised"/>, of the table in which all layers look up.</summary>
    public const int LayerEmbeddings = -3;

    /// <summary>The layer, in <see cref="Raised"/>, of what guesses the token after the next one.</summary>
    public const int AheadLayer = -4;

    public required MatrixFormat Embedding { get; init; }

    public required MatrixFormat Attention { get; init; }

    public required MatrixFormat FeedForward { get; init; }

    /// <summary>Single matrices that are stored otherwise. Those of all routed experts of a layer are of one format: theirs
    /// is that of <see cref="MatrixRole.Gate"/> of expert 0.</summary>
    public ImmutableDictionary<(int Layer, MatrixSlot Slot), MatrixFormat> Raised { get; init; } =
        ImmutableDictionary<(int Layer, MatrixSlot Slot), MatrixFormat>.Empty;

    public static QuantizationPlan Int8 { get; } = Of(MatrixFormat.Int8);

    public static QuantizationPlan Int4 { get; } = Of(MatrixFormat.Int4);

    /// <summary>The embedding, and the head, of 4 bits.</summary>
    public static QuantizationPlan Int2 { get; } = Of(MatrixFormat.Int2) with { Embedding = MatrixFormat.Int4 };

    /// <summary>Where the embedding and the head are among <see cref="Raised"/>.</summary>
    public static (int Layer, MatrixSlot Slot) EmbeddingKey { get; } = (EmbeddingLayer, MatrixSlot.Embedding);

    public static (int Layer, MatrixSlot Slot) HeadKey { get; } = (HeadLayer, MatrixSlot.Embedding);

    public static (int Layer, MatrixSlot Slot) LayerEmbeddingsKey { get; } = (LayerEmbeddings, MatrixSlot.Embedding);

    public static QuantizationPlan Of(MatrixFormat format) =>
        new() { Embedding = format, Attention = format, FeedForward = format };

    /// <summary>Of the embedding, which may also be the head.</summary>
    public MatrixFormat EmbeddingFormat => Raised.GetValueOrDefault(EmbeddingKey, Embedding);

    /// <summary>Of a head of its own.</summary>
    public MatrixFormat HeadFormat => Raised.GetValueOrDefault(HeadKey, Embedding);

    /// <summary>Of the table in which all layers look up.</summary>
    public MatrixFormat LayerEmbeddingsFormat => Raised.GetValueOrDefault(LayerEmbeddingsKey, Embedding);

    /// <summary>Of a layer's matrix.</summary>
    public MatrixFormat FormatOf(int layer, MatrixSlot slot)
    {
        if (slot.Role == MatrixRole.Router)
            return MatrixFormat.Int8;
        return Raised.GetValueOrDefault((layer, Representative(slot)), slot.IsFeedForward ? FeedForward : Attention);
    }

    /// <summary>The matrix that stands for all that are of one format with this one.</summary>
    public static MatrixSlot Representative(MatrixSlot slot) => slot.Expert < 0 ? slot : new MatrixSlot(MatrixRole.Gate, 0);
}
