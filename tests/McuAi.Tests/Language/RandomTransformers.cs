using McuAi.ModelConverter.Language;

namespace McuAi.Tests.Language;

/// <summary>Small transformers of every kind, with random weights.</summary>
internal static class RandomTransformers
{
    public static IReadOnlyDictionary<string, TransformerShape> Shapes { get; } = new Dictionary<string, TransformerShape>
    {
        ["grouped"] = Plain(),
        ["biased"] = Plain() with { HasBiases = true, IsTied = false },
        ["normed heads"] = Plain() with { NormsHeads = true, Frequencies = [0.7, 0.2, 0.05] },
        ["latent"] = Latent(new LatentShape(0, 5, 3, 4, 6)) with { ScoreFactor = 0.3 },
        ["compressed queries"] = Latent(new LatentShape(7, 5, 3, 4, 6, NormsLatent: false)),
        ["experts"] = Plain() with { Experts = Experts() with { DenseLayers = 1 } },
        ["looked up"] = Plain() with { LayerEmbedding = 5 },
        ["ahead"] = Plain() with { AheadHidden = 7 },
        ["looked up, experts"] = Latent(new LatentShape(0, 5, 3, 4, 6)) with { Experts = Experts(), LayerEmbedding = 3 },
        ["softmax experts"] = Latent(new LatentShape(0, 5, 3, 4, 6)) with
        {
            Experts = Experts() with
            {
                Scoring = RouterScoring.Softmax, Normalises = false, SharedHidden = 0, HasBiases = false,
            },
        },
        ["grouped experts"] = Plain() with
        {
            Experts = Experts() with { Count = 8, Chosen = 3, Groups = 4, ChosenGroups = 2 },
        },
    };

    private static TransformerShape Plain() => new()
    {
        Width = 10, Layers = 2, Heads = 4, KeyValueHeads = 2, HeadWidth = 6, Hidden = 11, Vocabulary = 23, Context = 64,
        IsTied = true,
    };

    private static TransformerShape Latent(LatentShape latent) =>
        Plain() with { KeyValueHeads = 4, HeadWidth = latent.PlainWidth + latent.RotatedWidth, Latent = latent };

    private static ExpertShape Experts() => new() { Count = 5, Chosen = 2, Hidden = 6, SharedHidden = 7, Scale = 1.5 };
}

/// <summary>Weights far from what training begins with, norms and biases included.</summary>
internal sealed class RandomWeights(TransformerShape shape, int seed) : ITransformerSource
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<int, LayerWeights> _layers = [];
    private AheadWeights? _ahead;
    private float[]? _embedding, _layerEmbeddings, _head, _norm;

    public TransformerShape Shape => shape;

    public float[] Embedding() => _embedding ??= Numbers(shape.Vocabulary * shape.Width);

    public float[] Head() => shape.IsTied ? Embedding() : _head ??= Numbers(shape.Vocabulary * shape.Width);

    public float[] FinalNorm() => _norm ??= Numbers(shape.Width);

    public float[] LayerEmbeddings() => _layerEmbeddings ??= Numbers(shape.Vocabulary * shape.LayerEmbeddings);

    public LayerWeights Layer(int index)
    {
        if (!_layers.TryGetValue(index, out LayerWeights? layer))
            _layers.Add(index, layer = new LayerWeights(Numbers(shape.Width), Attention(), Numbers(shape.Width),
                FeedForward(index))
            {
                Embedding = shape.LayerEmbedding == 0 ? null : new(Numbers(shape.LayerEmbedding * shape.Width),
                    Numbers(shape.Width * shape.LayerEmbedding)),
            });
        return layer;
    }

    public AheadWeights? Ahead() => shape.AheadHidden == 0
        ? null
        : _ahead ??= new AheadWeights(Numbers(shape.Width), Dense(shape.AheadHidden));

    private AttentionWeights Attention()
    {
        float[] output = Numbers(shape.Width * shape.MixedWidth);
        if (shape.Latent is { } latent)
        {
            int rank = latent.QueryRank == 0 ? shape.Width : latent.QueryRank;
            return new LatentAttention(Numbers(shape.QueryWidth * rank), Numbers(shape.CachedWidth * shape.Width),
                Numbers(shape.Heads * latent.PlainWidth * latent.Width),
                Numbers(shape.Heads * latent.ValueWidth * latent.Width), output)
            {
                QueryDown = latent.QueryRank > 0 ? Numbers(rank * shape.Width) : null,
                QueryNorm = latent.QueryRank > 0 ? Numbers(rank) : null,
                LatentNorm = latent.NormsLatent ? Numbers(latent.Width) : null,
            };
        }

        return new GroupedAttention(Numbers(shape.QueryWidth * shape.Width), Numbers(shape.KeyValueWidth * shape.Width),
            Numbers(shape.KeyValueWidth * shape.Width), output)
        {
            QueryBias = shape.HasBiases ? Numbers(shape.QueryWidth) : null,
            KeyBias = shape.HasBiases ? Numbers(shape.KeyValueWidth) : null,
            ValueBias = shape.HasBiases ? Numbers(shape.KeyValueWidth) : null,
            QueryNorm = shape.NormsHeads ? Numbers(shape.HeadWidth) : null,
            KeyNorm = shape.NormsHeads ? Numbers(shape.HeadWidth) : null,
        };
    }

    private FeedForwardWeights FeedForward(int layer) => shape.Experts is { } experts && shape.IsSparse(layer)
        ? new ExpertFeedForward(experts.SharedHidden > 0 ? Dense(experts.SharedHidden) : null,
            Numbers(experts.Count * shape.Width),
            experts.HasBiases ? Numbers(experts.Count) : null,
            [.. Enumerable.Range(0, experts.Count).Select(_ => Dense(experts.Hidden))])
        : Dense(shape.Hidden);

    private DenseFeedForward Dense(int hidden) =>
        new(Numbers(hidden * shape.Width), Numbers(hidden * shape.Width), Numbers(shape.Width * hidden));

    private float[] Numbers(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)((_random.NextDouble() * 2) - 1))];
}
