namespace McuAi.ModelConverter.Language;

/// <summary>The weights of a layer. Matrices, here and below, are [outputs, inputs], row after row.</summary>
/// <param name="AttentionNorm">[width]</param>
/// <param name="FeedForwardNorm">[width]</param>
public sealed record LayerWeights(float[] AttentionNorm, AttentionWeights Attention, float[] FeedForwardNorm,
    FeedForwardWeights FeedForward)
{
    /// <summary>null: the layer looks nothing up.</summary>
    public LayerEmbeddingWeights? Embedding { get; init; }
}

/// <summary>What a layer does with the row e that it looks up for the token: Output * (SiLU(Gate x) * e), with x what the
/// feed-forward network is given, is added to the residual stream (after Gemma 3n, 2025).</summary>
/// <param name="Gate">[layer embedding, width]</param>
/// <param name="Output">[width, layer embedding]</param>
public sealed record LayerEmbeddingWeights(float[] Gate, float[] Output);

/// <summary>The weights of a layer's attention.</summary>
/// <param name="Output">[width, mixed width]</param>
public abstract record AttentionWeights(float[] Output);

/// <summary>Attention with keys and values for each head, or for a group of heads. The pairs that are rotated are neighbours.
/// </summary>
/// <param name="Query">[heads * head width, width]</param>
/// <param name="Key">[key-value heads * head width, width]</param>
/// <param name="Value">[key-value heads * head width, width]</param>
public sealed record GroupedAttention(float[] Query, float[] Key, float[] Value, float[] Output) : AttentionWeights(Output)
{
    /// <summary>[heads * head width], or null, as all biases.</summary>
    public float[]? QueryBias { get; init; }

    /// <summary>[key-value heads * head width]</summary>
    public float[]? KeyBias { get; init; }

    /// <summary>[key-value heads * head width]</summary>
    public float[]? ValueBias { get; init; }

    /// <summary>[head width], or null: of every head, before it is rotated.</summary>
    public float[]? QueryNorm { get; init; }

    /// <summary>[head width], or null.</summary>
    public float[]? KeyNorm { get; init; }
}

/// <summary>Multi-head latent attention. The pairs that are rotated are neighbours.</summary>
/// <param name="Query">[heads * (plain + rotated), query rank, or width where queries are not compressed]: of each head the plain
/// numbers, then the rotated ones.</param>
/// <param name="Down">[latent + rotated, width]: the latent, then the rotated key.</param>
/// <param name="KeyUp">[heads * plain, latent]: keys from the normed latent.</param>
/// <param name="ValueUp">[heads * value width, latent]</param>
public sealed record LatentAttention(float[] Query, float[] Down, float[] KeyUp, float[] ValueUp, float[] Output)
    : AttentionWeights(Output)
{
    /// <summary>[query rank, width], or null.</summary>
    public float[]? QueryDown { get; init; }

    /// <summary>[query rank], or null.</summary>
    public float[]? QueryNorm { get; init; }

    /// <summary>[latent], or null where the latent is not normed.</summary>
    public float[]? LatentNorm { get; init; }
}

/// <summary>The weights of a layer's feed-forward network.</summary>
public abstract record FeedForwardWeights;

/// <summary>A gated network: Down * (SiLU(Gate x) * Up x).</summary>
/// <param name="Gate">[hidden, width]</param>
/// <param name="Up">[hidden, width]</param>
/// <param name="Down">[width, hidden]</param>
public sealed record DenseFeedForward(float[] Gate, float[] Up, float[] Down) : FeedForwardWeights;

/// <summary>A mixture of experts.</summary>
/// <param name="Shared">Used for every token, or null.</param>
/// <param name="Router">[experts, width]</param>
/// <param name="RouterBias">[experts], or null: added to scores when experts are chosen, not when they are weighed.</param>
public sealed record ExpertFeedForward(DenseFeedForward? Shared, float[] Router, float[]? RouterBias,
    IReadOnlyList<DenseFeedForward> Experts) : FeedForwardWeights;

/// <summary>What guesses the token after the next one: with h the residual stream [width] after all layers, h + Block(norm(h)) takes
/// its place before the final norm and the head, which are the model's (after Medusa, Cai et al., 2024).</summary>
/// <param name="Norm">[width]</param>
/// <param name="Block">Of an inner layer of the shape's <see cref="TransformerShape.AheadHidden"/> numbers.</param>
public sealed record AheadWeights(float[] Norm, DenseFeedForward Block);

/// <summary>A transformer as somebody has stored it. Weights are read when they are asked for, so that a model need not fit
/// into memory.</summary>
public interface ITransformerSource
{
    TransformerShape Shape { get; }

    /// <summary>[vocabulary, width]</summary>
    float[] Embedding();

    /// <summary>[vocabulary, layers * layer embedding]: of a token, what each layer looks up; empty where they look nothing up.
    /// </summary>
    float[] LayerEmbeddings() => [];

    LayerWeights Layer(int index);

    /// <summary>[width], before the logits.</summary>
    float[] FinalNorm();

    /// <summary>[vocabulary, width]; the embedding where the two are tied.</summary>
    float[] Head();

    /// <summary>null: nothing guesses the token after the next one.</summary>
    AheadWeights? Ahead() => null;
}
