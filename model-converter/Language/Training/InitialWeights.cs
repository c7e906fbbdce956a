using McuAi.ModelConverter.Data;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>Random weights to begin with: normally distributed, of a standard deviation that keeps the size of what goes
/// through a matrix, less where the sum of all layers is added to the residual stream (Radford et al., 2019).</summary>
public sealed class InitialWeights(TransformerShape shape, int seed) : ITransformerSource
{
    private const double EmbeddingDeviation = 0.05, LayerEmbeddingDeviation = 0.3, Gain = 0.6;

    public TransformerShape Shape => shape;

    public float[] Embedding() => Normal(-1, (long)shape.Vocabulary * shape.Width, EmbeddingDeviation);

    public float[] LayerEmbeddings() => Normal(-3, (long)shape.Vocabulary * shape.LayerEmbeddings, LayerEmbeddingDeviation);

    public LayerWeights Layer(int index)
    {
        int purpose = index << 16; // more than a layer has matrices
        return new LayerWeights(Ones(shape.Width), Attention(), Ones(shape.Width), FeedForward(index))
        {
            Embedding = shape.LayerEmbedding > 0
                ? new(Matrix(shape.LayerEmbedding, shape.Width), Output(shape.LayerEmbedding))
                : null,
        };

        AttentionWeights Attention() => shape.Latent is { } latent ? Latent(latent) : Grouped();

        GroupedAttention Grouped() => new(Matrix(shape.QueryWidth, shape.Width), Matrix(shape.KeyValueWidth, shape.Width),
            Matrix(shape.KeyValueWidth, shape.Width), Output(shape.MixedWidth))
        {
            QueryBias = shape.HasBiases ? new float[shape.QueryWidth] : null,
            KeyBias = shape.HasBiases ? new float[shape.KeyValueWidth] : null,
            ValueBias = shape.HasBiases ? new float[shape.KeyValueWidth] : null,
            QueryNorm = shape.NormsHeads ? Ones(shape.HeadWidth) : null,
            KeyNorm = shape.NormsHeads ? Ones(shape.HeadWidth) : null,
        };

        LatentAttention Latent(LatentShape latent)
        {
            int rank = latent.QueryRank == 0 ? shape.Width : latent.QueryRank;
            return new LatentAttention(Matrix(shape.QueryWidth, rank), Matrix(shape.CachedWidth, shape.Width),
                Matrix(shape.Heads * latent.PlainWidth, latent.Width),
                Matrix(shape.Heads * latent.ValueWidth, latent.Width),
                Output(shape.MixedWidth))
            {
                QueryDown = latent.QueryRank == 0 ? null : Matrix(rank, shape.Width),
                QueryNorm = latent.QueryRank == 0 ? null : Ones(rank),
                LatentNorm = latent.NormsLatent ? Ones(latent.Width) : null,
            };
        }

        FeedForwardWeights FeedForward(int layer) => shape.Experts is { } experts && shape.IsSparse(layer)
            ? new ExpertFeedForward(experts.SharedHidden > 0 ? Dense(experts.SharedHidden) : null,
                Matrix(experts.Count, shape.Width),
                experts.HasBiases ? new float[experts.Count] : null,
                [.. Enumerable.Range(0, experts.Count).Select(_ => Dense(experts.Hidden))])
            : Dense(shape.Hidden);

        DenseFeedForward Dense(int hidden) => new(Matrix(hidden, shape.Width), Matrix(hidden, shape.Width), Output(hidden));

        float[] Matrix(int outputs, int inputs) => Normal(purpose++, (long)outputs * inputs, Gain / Math.Sqrt(inputs));

        float[] Output(int inputs) =>
            Normal(purpose++, (long)shape.Width * inputs, Gain / Math.Sqrt(2.0 * inputs * shape.Layers));
    }

    public float[] FinalNorm() => Ones(shape.Width);

    public float[] Head() => shape.IsTied
        ? Embedding()
        : Normal(-2, (long)shape.Vocabulary * shape.Width, EmbeddingDeviation);

    public AheadWeights? Ahead()
    {
        int purpose = shape.Layers << 16, width = shape.Width, hidden = shape.AheadHidden;
        return hidden == 0 ? null : new AheadWeights(Ones(width), new DenseFeedForward(
            Normal(purpose, (long)hidden * width, Gain / Math.Sqrt(width)), Normal(purpose + 1, (long)hidden * width, Gain / Math.Sqrt(width)),
            Normal(purpose + 2, (long)width * hidden, Gain / Math.Sqrt(2.0 * hidden))));
    }

    private float[] Normal(int purpose, long count, double deviation)
    {
        var random = new IndexedRandom(seed, purpose, 0);
        var values = new float[count];
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)(deviation * random.NextGaussian());
        return values;
    }

    private static float[] Ones(int count)
    {
        float[] ones = new float[count];
        Array.Fill(ones, 1f);
        return ones;
    }
}
