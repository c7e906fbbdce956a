using McuAi.ModelConverter.Language;

namespace McuAi.Tests.Language;

/// <summary>A transformer with random weights.</summary>
internal sealed class RandomTransformer(TransformerShape shape, int seed) : ITransformerSource
{
    /// <summary>Of each kind of attention and of feed-forward network.</summary>
    public static IReadOnlyDictionary<string, TransformerShape> Shapes { get; } = new Dictionary<string, TransformerShape>
    {
        ["grouped"] = Plain,
        ["biases"] = Plain with { HasBiases = true, IsTied = false },
        ["norms"] = Plain with { NormsHeads = true },
        ["latent"] = Latent,
        ["compressed"] = Latent with { Latent = Latent.Latent! with { QueryRank = 20 } },
        ["experts"] = Latent with { Experts = Experts },
        ["grouped experts"] = Latent with { Experts = Experts with { Groups = 4, ChosenGroups = 2, Normalises = false, Scale = 1.5 } },
        ["looked up"] = Plain with { LayerEmbedding = 12 },
        ["looked up, experts"] = Latent with { Experts = Experts, LayerEmbedding = 16, Vocabulary = 700 },
        ["ahead"] = Latent with { Experts = Experts, AheadHidden = 24 },
        ["softmax experts"] = Plain with
        {
            Experts = Experts with { Scoring = RouterScoring.Softmax, HasBiases = false, SharedHidden = 0, DenseLayers = 1 },
        },
    };

    public TransformerShape Shape => shape;

    private static TransformerShape Plain => new()
    {
        Width = 40, Layers = 2, Heads = 6, KeyValueHeads = 3, HeadWidth = 8, Hidden = 52, Vocabulary = 71, Context = 48, IsTied = true,
    };

    private static TransformerShape Latent => Plain with
    {
        KeyValueHeads = 6, HeadWidth = 12, Latent = new LatentShape(0, 24, 8, 4, 10),
    };

    private static ExpertShape Experts => new() { Count = 8, Chosen = 3, Hidden = 20, SharedHidden = 28 };

    public float[] Embedding() => Numbers(shape.Vocabulary * shape.Width, 1, 1);

    public float[] Head() => shape.IsTied ? Embedding() : Numbers(shape.Vocabulary * shape.Width, 2, 0.3);

    public float[] FinalNorm() => Gains(shape.Width, 3);

    public LayerWeights Layer(int index) => new(Gains(shape.Width, Key(index, 0)), Attention(index), Gains(shape.Width, Key(index, 1)),
        shape.IsSparse(index) ? Sparse(index) : Dense(shape.Hidden, Key(index, 2)))
    {
        Embedding = shape.LayerEmbedding == 0 ? null : new(Matrix(shape.LayerEmbedding, shape.Width, Key(index, 33)),
            Matrix(shape.Width, shape.LayerEmbedding, Key(index, 34))),
    };

    public float[] LayerEmbeddings() => Numbers(shape.Vocabulary * shape.LayerEmbeddings, 4, 1);

    public AheadWeights? Ahead() => shape.AheadHidden == 0 ? null : new(Gains(shape.Width, 5), Dense(shape.AheadHidden, 6));

    private static int Key(int layer, int tensor) => 1000 + (100 * layer) + tensor;

    private AttentionWeights Attention(int layer)
    {
        float[] output = Matrix(shape.Width, shape.MixedWidth, Key(layer, 20));
        if (shape.Latent is { } latent)
            return new LatentAttention(
                Matrix(shape.QueryWidth, latent.QueryRank == 0 ? shape.Width : latent.QueryRank, Key(layer, 21)),
                Matrix(latent.Width + latent.RotatedWidth, shape.Width, Key(layer, 22)),
                Matrix(shape.Heads * latent.PlainWidth, latent.Width, Key(layer, 23)),
                Matrix(shape.Heads * latent.ValueWidth, latent.Width, Key(layer, 24)), output)
            {
                QueryDown = latent.QueryRank == 0 ? null : Matrix(latent.QueryRank, shape.Width, Key(layer, 25)),
                QueryNorm = latent.QueryRank == 0 ? null : Gains(latent.QueryRank, Key(layer, 26)),
                LatentNorm = latent.NormsLatent ? Gains(latent.Width, Key(layer, 27)) : null,
            };
        int wide = shape.QueryWidth, narrow = shape.KeyValueWidth;
        return new GroupedAttention(Matrix(wide, shape.Width, Key(layer, 21)), Matrix(narrow, shape.Width, Key(layer, 22)),
            Matrix(narrow, shape.Width, Key(layer, 23)), output)
        {
            QueryBias = shape.HasBiases ? Numbers(wide, Key(layer, 24), 0.5) : null,
            KeyBias = shape.HasBiases ? Numbers(narrow, Key(layer, 25), 0.5) : null,
            ValueBias = shape.HasBiases ? Numbers(narrow, Key(layer, 26), 0.5) : null,
            QueryNorm = shape.NormsHeads ? Gains(shape.HeadWidth, Key(layer, 27)) : null,
            KeyNorm = shape.NormsHeads ? Gains(shape.HeadWidth, Key(layer, 28)) : null,
        };
    }

    private ExpertFeedForward Sparse(int layer)
    {
        ExpertShape experts = shape.Experts!;
        return new ExpertFeedForward(experts.SharedHidden == 0 ? null : Dense(experts.SharedHidden, Key(layer, 30)),
            Matrix(experts.Count, shape.Width, Key(layer, 31)),
            experts.HasBiases ? Numbers(experts.Count, Key(layer, 32), 0.1) : null,
            [.. Enumerable.Range(0, experts.Count).Select(expert => Dense(experts.Hidden, Key(layer, 40 + (3 * expert))))]);
    }

    private DenseFeedForward Dense(int hidden, int key) => new(Matrix(hidden, shape.Width, key),
        Matrix(hidden, shape.Width, key + 100_000), Matrix(shape.Width, hidden, key + 200_000));

    /// <summary>Products with it are about as great as what they are made of.</summary>
    private float[] Matrix(int outputs, int inputs, int key) => Numbers(outputs * inputs, key, 1 / Math.Sqrt(inputs));

    private float[] Gains(int count, int key) => [.. Numbers(count, key, 0.2).Select(gain => 1 + gain)];

    /// <summary>Of a normal distribution.</summary>
    private float[] Numbers(int count, int key, double deviation)
    {
        var random = new Random((seed * 7919) + key);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) *
            Math.Cos(2 * Math.PI * random.NextDouble())))];
    }
}
