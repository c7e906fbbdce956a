using System.Numerics;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>A layer in training, as <see cref="LayerWeights"/>.</summary>
internal sealed record TrainedLayer<T>(TrainedWeights<T> AttentionNorm, TrainedAttention<T> Attention,
    TrainedWeights<T> FeedForwardNorm, TrainedFeedForward<T> FeedForward)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public TrainedLayerEmbedding<T>? Embedding { get; init; }
}

internal sealed record TrainedLayerEmbedding<T>(TrainedWeights<T> Gate, TrainedWeights<T> Output)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

internal sealed record TrainedAhead<T>(TrainedWeights<T> Norm, TrainedGate<T> Block)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

internal abstract record TrainedAttention<T>(TrainedWeights<T> Output) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

internal sealed record TrainedGroupedAttention<T>(TrainedWeights<T> Query, TrainedWeights<T> Key, TrainedWeights<T> Value,
    TrainedWeights<T> Output) : TrainedAttention<T>(Output) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public TrainedWeights<T>? QueryBias { get; init; }

    public TrainedWeights<T>? KeyBias { get; init; }

    public TrainedWeights<T>? ValueBias { get; init; }

    public TrainedWeights<T>? QueryNorm { get; init; }

    public TrainedWeights<T>? KeyNorm { get; init; }
}

/// <param name="KeyUp">[heads, latent, plain]: as integer models use it, a head's plain query to the latent.</param>
/// <param name="ValueUp">[heads, value width, latent]</param>
internal sealed record TrainedLatentAttention<T>(TrainedWeights<T> Query, TrainedWeights<T> Down, TrainedWeights<T> KeyUp,
    TrainedWeights<T> ValueUp, TrainedWeights<T> Output) : TrainedAttention<T>(Output)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public TrainedWeights<T>? QueryDown { get; init; }

    public TrainedWeights<T>? QueryNorm { get; init; }

    public TrainedWeights<T>? LatentNorm { get; init; }
}

internal abstract record TrainedFeedForward<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>A gated network, or the routed experts of a layer together: then gate and up are [experts, hidden, width], down
/// is [experts, width, hidden].</summary>
internal sealed record TrainedGate<T>(TrainedWeights<T> Gate, TrainedWeights<T> Up, TrainedWeights<T> Down)
    : TrainedFeedForward<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <param name="Biases">[experts], or null; no gradient reaches them.</param>
internal sealed record TrainedExperts<T>(TrainedGate<T>? Shared, TrainedWeights<T> Router, T[]? Biases,
    TrainedGate<T> Routed)
    : TrainedFeedForward<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>;
