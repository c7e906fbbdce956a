using McuAi.ModelConverter.Language.Training;

namespace McuAi.ModelConverter.Language.Pruning;

/// <summary>A model of which only some parts are kept. It computes what the whole one does whose other parts give 0: where
/// channels of the residual stream are left out, the mean square of a norm is over fewer numbers, so the stream is scaled by
/// the root of kept over all channels, which norms undo.</summary>
public sealed class PrunedSource : ITransformerSource
{
    private readonly ITransformerSource _source;
    private readonly TransformerShape _whole;
    private readonly float _scale;

    /// <param name="source">Is read again for each layer that is asked for.</param>
    public PrunedSource(ITransformerSource source, KeptParts kept)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(kept);
        (_source, _whole, Kept) = (source, source.Shape, kept);
        Shape = kept.Shape(_whole);
        _scale = (float)Math.Sqrt((double)kept.Channels.Length / _whole.Width);
    }

    public TransformerShape Shape { get; }

    public KeptParts Kept { get; }

    /// <summary>Where its residual stream is in that of the whole model: after each layer, what the next one that is kept is given.
    /// </summary>
    public TeacherStreams Streams => new(
        [.. Kept.Layers.Skip(1).Select(layer => layer.Index - 1), _whole.Layers - 1], Kept.Channels, _scale);

    public float[] Embedding() => MatrixParts.Of(_source.Embedding(), _whole.Width, null, Kept.Channels, _scale);

    public LayerWeights Layer(int index)
    {
        KeptLayer kept = Kept.Layers[index];
        LayerWeights layer = _source.Layer(kept.Index);
        return new LayerWeights(Gains(layer.AttentionNorm), Attention(layer.Attention, kept), Gains(layer.FeedForwardNorm),
            FeedForward(layer.FeedForward, kept));
    }

    /// <summary>A head that is the embedding is scaled as it is.</summary>
    public float[] FinalNorm() => [.. Gains(_source.FinalNorm()).Select(gain => _whole.IsTied ? gain / _scale : gain)];

    public float[] Head() => _whole.IsTied ? Embedding() : MatrixParts.Of(_source.Head(), _whole.Width, null, Kept.Channels);

    private float[] Gains(float[] gains) => [.. Kept.Channels.Select(channel => gains[channel] / _scale)];

    private AttentionWeights Attention(AttentionWeights weights, KeptLayer kept) => weights switch
    {
        GroupedAttention grouped => Grouped(grouped, kept.Groups),
        LatentAttention latent => Latent(latent, kept.Groups, _whole.Latent!),
        _ => throw new NotSupportedException($"{weights.GetType().Name} is not known here."),
    };

    private GroupedAttention Grouped(GroupedAttention weights, int[] groups)
    {
        int[] keys = MatrixParts.Numbers(groups, _whole.HeadWidth);
        int[] queries = MatrixParts.Numbers(groups, _whole.Heads / _whole.KeyValueHeads * _whole.HeadWidth);
        return weights with
        {
            Query = Reading(weights.Query, queries), Key = Reading(weights.Key, keys), Value = Reading(weights.Value, keys),
            Output = Writing(weights.Output, queries), QueryBias = Some(weights.QueryBias, queries),
            KeyBias = Some(weights.KeyBias, keys), ValueBias = Some(weights.ValueBias, keys),
        };
    }

    private LatentAttention Latent(LatentAttention weights, int[] heads, LatentShape latent)
    {
        int[] queries = MatrixParts.Numbers(heads, _whole.HeadWidth), values = MatrixParts.Numbers(heads, latent.ValueWidth);
        return weights with
        {
            Query = latent.QueryRank == 0
                ? Reading(weights.Query, queries)
                : MatrixParts.Of(weights.Query, latent.QueryRank, queries, null),
            QueryDown = weights.QueryDown is null ? null : Reading(weights.QueryDown, null), Down = Reading(weights.Down, null),
            KeyUp = MatrixParts.Of(weights.KeyUp, latent.Width, MatrixParts.Numbers(heads, latent.PlainWidth), null),
            ValueUp = MatrixParts.Of(weights.ValueUp, latent.Width, values, null), Output = Writing(weights.Output, values),
        };
    }

    private FeedForwardWeights FeedForward(FeedForwardWeights weights, KeptLayer kept)
    {
        if (weights is DenseFeedForward dense)
            return Dense(dense, kept.Neurons);
        var sparse = (ExpertFeedForward)weights;
        return new ExpertFeedForward(sparse.Shared is null ? null : Dense(sparse.Shared, kept.Neurons),
            Reading(sparse.Router, kept.Experts), Some(sparse.RouterBias, kept.Experts),
            [.. kept.Experts.Select(expert => Dense(sparse.Experts[expert], null))]);
    }

    private DenseFeedForward Dense(DenseFeedForward weights, int[]? neurons) =>
        new(Reading(weights.Gate, neurons), Reading(weights.Up, neurons), Writing(weights.Down, neurons));

    /// <summary>Rows of a matrix that reads the stream.</summary>
    private float[] Reading(float[] matrix, int[]? rows) => MatrixParts.Of(matrix, _whole.Width, rows, Kept.Channels);

    /// <summary>Columns of a matrix that writes to the stream.</summary>
    private float[] Writing(float[] matrix, int[]? columns) =>
        MatrixParts.Of(matrix, matrix.Length / _whole.Width, Kept.Channels, columns, _scale);

    private static float[]? Some(float[]? values, int[] kept) => values is null ? null : [.. kept.Select(i => values[i])];
}
