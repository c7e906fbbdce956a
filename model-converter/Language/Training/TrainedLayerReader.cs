using System.Numerics;
using McuAi.ModelConverter.Language.Quantization;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>Makes a source's weights trainable.</summary>
internal sealed class TrainedLayerReader<T>(TransformerShape shape) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<TrainedWeights<T>> _all = [];
    private string _prefix = "";

    public IReadOnlyList<TrainedWeights<T>> All => _all;

    public TrainedLayer<T> Layer(int index, LayerWeights weights)
    {
        _prefix = $"layer{index}.";
        return new TrainedLayer<T>(Vector("attention_norm", weights.AttentionNorm), Attention(weights.Attention),
            Vector("feed_forward_norm", weights.FeedForwardNorm), FeedForward(weights.FeedForward))
        {
            Embedding = weights.Embedding is { } embedding ? LookedUp(embedding) : null,
        };
    }

    public TrainedAhead<T> Ahead(AheadWeights weights)
    {
        _prefix = "ahead.";
        return new TrainedAhead<T>(Vector("norm", weights.Norm), Gate("", weights.Block, shape.AheadHidden));
    }

    public TrainedWeights<T> Whole(string name, float[] values, params int[] dimensions)
    {
        _prefix = "";
        return Add(name, values, dimensions);
    }

    private TrainedAttention<T> Attention(AttentionWeights weights) => weights switch
    {
        GroupedAttention grouped => Grouped(grouped),
        LatentAttention latent => Latent(latent, shape.Latent!),
        _ => throw new NotSupportedException($"{weights.GetType().Name} is not known here."),
    };

    private TrainedGroupedAttention<T> Grouped(GroupedAttention weights) => new(
        Add("query", weights.Query, shape.QueryWidth, shape.Width),
        Add("key", weights.Key, shape.KeyValueWidth, shape.Width),
        Add("value", weights.Value, shape.KeyValueWidth, shape.Width),
        Add("output", weights.Output, shape.Width, shape.MixedWidth))
    {
        QueryBias = Optional("query_bias", weights.QueryBias), KeyBias = Optional("key_bias", weights.KeyBias),
        ValueBias = Optional("value_bias", weights.ValueBias), QueryNorm = Optional("query_norm", weights.QueryNorm),
        KeyNorm = Optional("key_norm", weights.KeyNorm),
    };

    private TrainedLatentAttention<T> Latent(LatentAttention weights, LatentShape latent)
    {
        int rank = latent.QueryRank == 0 ? shape.Width : latent.QueryRank;
        float[] absorbed = HeadTranspose.Of(weights.KeyUp, shape.Heads, latent.PlainWidth, latent.Width);
        return new TrainedLatentAttention<T>(Add("query", weights.Query, shape.QueryWidth, rank),
            Add("latent_down", weights.Down, shape.CachedWidth, shape.Width),
            Add("key_up", absorbed, shape.Heads, latent.Width, latent.PlainWidth),
            Add("value_up", weights.ValueUp, shape.Heads, latent.ValueWidth, latent.Width),
            Add("output", weights.Output, shape.Width, shape.MixedWidth))
        {
            QueryDown = weights.QueryDown is { } down ? Add("query_down", down, rank, shape.Width) : null,
            QueryNorm = Optional("query_norm", weights.QueryNorm), LatentNorm = Optional("latent_norm", weights.LatentNorm),
        };
    }

    private TrainedFeedForward<T> FeedForward(FeedForwardWeights weights)
    {
        if (weights is DenseFeedForward dense)
            return Gate("", dense, shape.Hidden);
        var sparse = (ExpertFeedForward)weights;
        ExpertShape experts = shape.Experts!;
        return new TrainedExperts<T>(sparse.Shared is { } shared ? Gate("shared_", shared, experts.SharedHidden) : null,
            Add("router", sparse.Router, experts.Count, shape.Width),
            sparse.RouterBias is { } bias ? Array.ConvertAll(bias, T.CreateChecked) : null,
            new TrainedGate<T>(
                Add("experts_gate", Joined(expert => expert.Gate), experts.Count, experts.Hidden, shape.Width),
                Add("experts_up", Joined(expert => expert.Up), experts.Count, experts.Hidden, shape.Width),
                Add("experts_down", Joined(expert => expert.Down), experts.Count, shape.Width, experts.Hidden)));

        float[] Joined(Func<DenseFeedForward, float[]> matrix) => [.. sparse.Experts.SelectMany(matrix)];
    }

    private TrainedLayerEmbedding<T> LookedUp(LayerEmbeddingWeights weights) => new(
        Add("embedding_gate", weights.Gate, shape.LayerEmbedding, shape.Width),
        Add("embedding_output", weights.Output, shape.Width, shape.LayerEmbedding));

    private TrainedGate<T> Gate(string name, DenseFeedForward weights, int hidden) => new(
        Add(name + "gate", weights.Gate, hidden, shape.Width), Add(name + "up", weights.Up, hidden, shape.Width),
        Add(name + "down", weights.Down, shape.Width, hidden));

    private TrainedWeights<T> Vector(string name, float[] values) => Add(name, values, values.Length);

    private TrainedWeights<T>? Optional(string name, float[]? values) => values is null ? null : Vector(name, values);

    private TrainedWeights<T> Add(string name, float[] values, params int[] dimensions)
    {
        var weights = new TrainedWeights<T>(_all.Count, _prefix + name, values, dimensions);
        _all.Add(weights);
        return weights;
    }
}
