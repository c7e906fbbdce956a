using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>A transformer whose weights are trained. As a source it gives the weights that it computes with: rounded, where
/// they are quantized.</summary>
/// <typeparam name="T">float for training; double where it is compared with other computations.</typeparam>
public sealed class TrainedTransformer<T> : ITransformerSource where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <param name="source">What training begins with; is read whole.</param>
    public TrainedTransformer(ITransformerSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Shape = source.Shape;
        var reader = new TrainedLayerReader<T>(Shape);
        Embeddings = reader.Whole("embedding", source.Embedding(), Shape.Vocabulary, Shape.Width);
        Layers = [.. Enumerable.Range(0, Shape.Layers).Select(index => reader.Layer(index, source.Layer(index)))];
        LastNorm = reader.Whole("final_norm", source.FinalNorm(), Shape.Width);
        Logits = Shape.IsTied ? Embeddings : reader.Whole("head", source.Head(), Shape.Vocabulary, Shape.Width);
        if (Shape.LayerEmbedding > 0)
            Tables = reader.Whole("layer_embeddings", source.LayerEmbeddings(), Shape.Vocabulary, Shape.LayerEmbeddings);
        if (source.Ahead() is { } ahead)
            Guessing = reader.Ahead(ahead);
        Weights = reader.All;
        Rotations = new Rotations<T>(Shape);
    }

    public TransformerShape Shape { get; }

    public IReadOnlyList<TrainedWeights<T>> Weights { get; }

    /// <summary>Whether inputs of products and what attention remembers are rounded to int8 as in the integer
    /// model.</summary>
    public bool RoundsActivations { get; set; }

    /// <summary>All that a gradient changes: weights, and the scales of those that are quantized.</summary>
    public IReadOnlyList<Parameter<T>> Parameters =>
        [.. Weights.Select(each => each.Parameter), .. Weights.Where(each => each.Quantization is not null)
            .Select(each => each.Quantization!.Scales)];

    /// <summary>Of each layer with experts that has them, [experts]: added to scores when experts are chosen.</summary>
    public IReadOnlyList<T[]> RouterBiases => [.. Layers.Select(layer => layer.FeedForward).OfType<TrainedExperts<T>>()
        .Where(experts => experts.Biases is not null).Select(experts => experts.Biases!)];

    internal TrainedWeights<T> Embeddings { get; }

    /// <summary>[vocabulary, layers * layer embedding], or null.</summary>
    internal TrainedWeights<T>? Tables { get; }

    internal IReadOnlyList<TrainedLayer<T>> Layers { get; }

    internal TrainedAhead<T>? Guessing { get; }

    internal TrainedWeights<T> LastNorm { get; }

    internal TrainedWeights<T> Logits { get; }

    internal Rotations<T> Rotations { get; }

    /// <summary>Has matrices rounded, as training goes on or by <see cref="Fix"/>; the scales are fitted to the weights that they have. A
    /// trainer is made after that.</summary>
    /// <param name="precision">Of the matrices of a name; null: this one stays as it is.</param>
    public void Quantize(Func<string, MatrixFormat?> precision)
    {
        ArgumentNullException.ThrowIfNull(precision);
        foreach (TrainedWeights<T> weights in Weights)
            if (weights.Shape.Length > 1 && precision(weights.Name) is { } chosen)
                weights.Quantize(chosen);
        Round();
    }

    /// <summary>Rounds a share, 0..1, of the weights of the quantized matrices for good.</summary>
    public void Fix(double share)
    {
        foreach (TrainedWeights<T> weights in Weights)
            weights.Quantization?.Fix(share);
        Round();
    }

    /// <summary>A few letters that tell this model, its sizes and all its weights, from others.</summary>
    public string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{Shape}"));
        foreach (double frequency in Shape.Frequencies ?? []) // which the shape's text does not show
            hash.AppendData(BitConverter.GetBytes(frequency));
        foreach (TrainedWeights<T> weights in Weights)
            hash.AppendData(MemoryMarshal.AsBytes<T>(weights.Effective));
        foreach (T[] biases in RouterBiases)
            hash.AppendData(MemoryMarshal.AsBytes<T>(biases));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    public float[] Embedding() => Embeddings.ToFloats();

    public float[] LayerEmbeddings() => Tables?.ToFloats() ?? [];

    public LayerWeights Layer(int index)
    {
        TrainedLayer<T> layer = Layers[index];
        return new LayerWeights(layer.AttentionNorm.ToFloats(), Attention(layer.Attention),
            layer.FeedForwardNorm.ToFloats(),
            FeedForward(layer.FeedForward))
        {
            Embedding = layer.Embedding is { } embedding ? new(embedding.Gate.ToFloats(), embedding.Output.ToFloats()) : null,
        };
    }

    public float[] FinalNorm() => LastNorm.ToFloats();

    public float[] Head() => Logits.ToFloats();

    public AheadWeights? Ahead() => Guessing is null ? null : new(Guessing.Norm.ToFloats(), Dense(Guessing.Block));

    /// <summary>Finds anew what quantized weights are, after a step.</summary>
    internal void Round()
    {
        foreach (TrainedWeights<T> weights in Weights)
            weights.Round();
    }

    private AttentionWeights Attention(TrainedAttention<T> weights)
    {
        if (weights is TrainedGroupedAttention<T> grouped)
            return new GroupedAttention(grouped.Query.ToFloats(), grouped.Key.ToFloats(), grouped.Value.ToFloats(),
                grouped.Output.ToFloats())
            {
                QueryBias = grouped.QueryBias?.ToFloats(), KeyBias = grouped.KeyBias?.ToFloats(),
                ValueBias = grouped.ValueBias?.ToFloats(), QueryNorm = grouped.QueryNorm?.ToFloats(),
                KeyNorm = grouped.KeyNorm?.ToFloats(),
            };
        var latent = (TrainedLatentAttention<T>)weights;
        float[] keyUp = HeadTranspose.Of(latent.KeyUp.ToFloats(), Shape.Heads, Shape.Latent!.Width,
            Shape.Latent.PlainWidth);
        return new LatentAttention(latent.Query.ToFloats(), latent.Down.ToFloats(), keyUp, latent.ValueUp.ToFloats(),
            latent.Output.ToFloats())
        {
            QueryDown = latent.QueryDown?.ToFloats(), QueryNorm = latent.QueryNorm?.ToFloats(),
            LatentNorm = latent.LatentNorm?.ToFloats(),
        };
    }

    private FeedForwardWeights FeedForward(TrainedFeedForward<T> weights)
    {
        if (weights is TrainedGate<T> dense)
            return Dense(dense);
        var sparse = (TrainedExperts<T>)weights;
        (float[] gate, float[] up, float[] down) =
            (sparse.Routed.Gate.ToFloats(), sparse.Routed.Up.ToFloats(), sparse.Routed.Down.ToFloats());
        int each = Shape.Experts!.Hidden * Shape.Width;
        return new ExpertFeedForward(sparse.Shared is null ? null : Dense(sparse.Shared), sparse.Router.ToFloats(),
            sparse.Biases is null ? null : Array.ConvertAll(sparse.Biases, float.CreateChecked),
            [.. Enumerable.Range(0, Shape.Experts.Count).Select(e =>
                new DenseFeedForward(gate[(e * each)..((e + 1) * each)],
                up[(e * each)..((e + 1) * each)], down[(e * each)..((e + 1) * each)]))]);
    }

    private static DenseFeedForward Dense(TrainedGate<T> weights) =>
        new(weights.Gate.ToFloats(), weights.Up.ToFloats(), weights.Down.ToFloats());
}
