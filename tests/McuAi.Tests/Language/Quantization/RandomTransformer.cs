using McuAi.ModelConverter.Language;

namespace McuAi.Tests.Language.Quantization;

/// <summary>Small models of every kind with random weights.</summary>
internal sealed class RandomTransformer(TransformerShape shape, int seed = 1) : ITransformerSource
{
    private static readonly TransformerShape Plain = new()
    {
        Width = 24, Layers = 2, Heads = 4, KeyValueHeads = 2, HeadWidth = 6, Hidden = 40, Vocabulary = 50,
        Context = 32, IsTied = true,
    };

    public TransformerShape Shape { get; } = shape;

    public static IReadOnlyDictionary<string, TransformerShape> Kinds { get; } = new Dictionary<string, TransformerShape>
    {
        ["grouped"] = Plain,
        ["biased"] = Plain with { HasBiases = true, NormsHeads = true, IsTied = false },
        ["latent"] = Plain with { HeadWidth = 10, KeyValueHeads = 4, Latent = new LatentShape(0, 12, 6, 4, 5) },
        ["compressed"] = Plain with
        {
            HeadWidth = 10, KeyValueHeads = 4, Latent = new LatentShape(9, 12, 6, 4, 5, false), IsTied = false,
        },
        ["looked up"] = Plain with { LayerEmbedding = 12 },
        ["experts"] = Plain with
        {
            Experts = new ExpertShape
            {
                DenseLayers = 1, Count = 8, Chosen = 2, Hidden = 16, SharedHidden = 20, Groups = 4, ChosenGroups = 2,
            },
        },
        ["softmax"] = Plain with
        {
            Experts = new ExpertShape
            {
                Count = 4, Chosen = 2, Hidden = 16, SharedHidden = 0, Scoring = RouterScoring.Softmax, HasBiases = false,
            },
        },
    };

    public float[] Embedding() => Random(Shape.Vocabulary, Shape.Width, 0, 1);

    public float[] FinalNorm() => Gains(Shape.Width, 1);

    public float[] Head() => Shape.IsTied ? Embedding() : Random(Shape.Vocabulary, Shape.Width, 2, 1);

    public float[] LayerEmbeddings() => Random(Shape.Vocabulary, Shape.LayerEmbeddings, 3, 4);

    public LayerWeights Layer(int index)
    {
        int salt = 100 * (index + 1), width = Shape.Width;
        return new LayerWeights(Gains(width, salt), Shape.Latent is null ? Grouped(salt + 10) : Latent(Shape.Latent, salt + 10),
            Gains(width, salt + 1),
            Shape.IsSparse(index) ? Sparse(Shape.Experts!, salt + 20) : Dense(Shape.Hidden, salt + 20))
        {
            Embedding = Shape.LayerEmbedding == 0 ? null : new(Random(Shape.LayerEmbedding, width, salt + 60),
                Random(width, Shape.LayerEmbedding, salt + 61)),
        };
    }

    private GroupedAttention Grouped(int salt) => new(Random(Shape.QueryWidth, Shape.Width, salt),
        Random(Shape.KeyValueWidth, Shape.Width, salt + 1), Random(Shape.KeyValueWidth, Shape.Width, salt + 2),
        Random(Shape.Width, Shape.QueryWidth, salt + 3))
    {
        QueryBias = Shape.HasBiases ? Random(Shape.QueryWidth, 1, salt + 4) : null,
        KeyBias = Shape.HasBiases ? Random(Shape.KeyValueWidth, 1, salt + 5) : null,
        ValueBias = Shape.HasBiases ? Random(Shape.KeyValueWidth, 1, salt + 6) : null,
        QueryNorm = Shape.NormsHeads ? Gains(Shape.HeadWidth, salt + 7) : null,
        KeyNorm = Shape.NormsHeads ? Gains(Shape.HeadWidth, salt + 8) : null,
    };

    private LatentAttention Latent(LatentShape latent, int salt) => new(
        Random(Shape.QueryWidth, latent.QueryRank == 0 ? Shape.Width : latent.QueryRank, salt),
        Random(latent.Width + latent.RotatedWidth, Shape.Width, salt + 1),
        Random(Shape.Heads * latent.PlainWidth, latent.Width, salt + 2),
        Random(Shape.Heads * latent.ValueWidth, latent.Width, salt + 3), Random(Shape.Width, Shape.MixedWidth, salt + 4))
    {
        QueryDown = latent.QueryRank == 0 ? null : Random(latent.QueryRank, Shape.Width, salt + 5),
        QueryNorm = latent.QueryRank == 0 ? null : Gains(latent.QueryRank, salt + 6),
        LatentNorm = latent.NormsLatent ? Gains(latent.Width, salt + 7) : null,
    };

    private DenseFeedForward Dense(int hidden, int salt) => new(
        Random(hidden, Shape.Width, salt), Random(hidden, Shape.Width, salt + 1), Random(Shape.Width, hidden, salt + 2));

    private ExpertFeedForward Sparse(ExpertShape experts, int salt) => new(
        experts.SharedHidden == 0 ? null : Dense(experts.SharedHidden, salt),
        Random(experts.Count, Shape.Width, salt + 3), experts.HasBiases ? Random(experts.Count, 1, salt + 4) : null,
        [.. Enumerable.Range(0, experts.Count).Select(i => Dense(experts.Hidden, salt + 5 + (3 * i)))]);

    private float[] Gains(int count, int salt) => [.. Random(count, 1, salt).Select(value => 1 + (0.3f * value))];

    private float[] Random(int rows, int columns, int salt, double scale = 1.4)
    {
        var random = new Random((seed * 10_007) + salt);
        return [.. Enumerable.Range(0, rows * columns).Select(_ => (float)((random.NextDouble() + random.NextDouble() - 1)
            * scale * 2 / Math.Sqrt(columns)))];
    }
}
