using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Reals;

namespace McuAi.ModelConverter.Language.Lowering;

/// <summary>The same model with keys that are about as great in all their numbers, so that int8 with one scale holds them better:
/// where rows of keys are divided by a factor, rows of queries are multiplied with it (as Xiao et al., SmoothQuant, 2023, do with
/// activations and weights). Both numbers of a rotated pair have one factor. Models that norm their heads stay as they are.
/// </summary>
public sealed class BalancedKeys : ITransformerSource
{
    /// <summary>Factors lie within this of 1, both ways.</summary>
    private const float Most = 64;

    private readonly ITransformerSource _source;

    /// <summary>[layers][numbers of keys]</summary>
    private readonly float[][] _factors;

    /// <param name="source">Is read whole, and again for each layer that is asked for.</param>
    /// <param name="texts">Tokens that show how great keys are.</param>
    public BalancedKeys(ITransformerSource source, IEnumerable<int[]> texts)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(texts);
        _source = source;
        _factors = [.. Greatest(source, texts).Select(layer => Factors(layer.Keys))];
    }

    public TransformerShape Shape => _source.Shape;

    /// <summary>What <see cref="FloatTransformer.Greatest"/> is after some texts.</summary>
    public static IReadOnlyList<(float[] Keys, float Value)> Greatest(ITransformerSource source, IEnumerable<int[]> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var model = new FloatTransformer(source);
        foreach (int[] text in texts)
        {
            model.Reset();
            foreach (int token in text.Take(model.Shape.Context))
                model.Next(token);
        }

        return model.Greatest;
    }

    public float[] Embedding() => _source.Embedding();

    public float[] LayerEmbeddings() => _source.LayerEmbeddings();

    public float[] Head() => _source.Head();

    public AheadWeights? Ahead() => _source.Ahead();

    public float[] FinalNorm() => _source.FinalNorm();

    public LayerWeights Layer(int index)
    {
        LayerWeights layer = _source.Layer(index);
        float[] factors = _factors[index];
        AttentionWeights attention = layer.Attention switch
        {
            _ when factors.Length == 0 || Shape.NormsHeads => layer.Attention,
            GroupedAttention grouped => Balanced(grouped, factors),
            LatentAttention latent => Balanced(latent, factors),
            _ => throw new NotSupportedException($"{layer.Attention.GetType().Name} is not known here."),
        };
        return layer with { Attention = attention };
    }

    private GroupedAttention Balanced(GroupedAttention weights, float[] factors)
    {
        float[] inverse = [.. factors.Select(factor => 1 / factor)];
        int width = Shape.HeadWidth, shared = Shape.Heads / Shape.KeyValueHeads;
        float[] queries = [.. Enumerable.Range(0, Shape.QueryWidth).Select(i => factors[(i / width / shared * width) + (i % width)])];
        return weights with
        {
            Query = ScaleRows(weights.Query, queries), Key = ScaleRows(weights.Key, inverse),
            QueryBias = weights.QueryBias is null ? null : ScaleRows(weights.QueryBias, queries),
            KeyBias = weights.KeyBias is null ? null : ScaleRows(weights.KeyBias, inverse),
        };
    }

    /// <summary>Only the rotated pairs, whose heads share a key: the latent is as great as its norm says.</summary>
    private LatentAttention Balanced(LatentAttention weights, float[] factors)
    {
        LatentShape latent = Shape.Latent!;
        int width = Shape.HeadWidth;
        float[] queries = [.. Enumerable.Range(0, Shape.QueryWidth).Select(i => i % width < latent.PlainWidth
            ? 1f
            : factors[latent.Width + (i % width) - latent.PlainWidth])];
        float[] down = [.. factors.Select((factor, i) => i < latent.Width ? 1f : 1 / factor)];
        return weights with { Query = ScaleRows(weights.Query, queries), Down = ScaleRows(weights.Down, down) };
    }

    /// <summary>Of each pair how much greater it is than the pairs' geometric mean.</summary>
    private float[] Factors(float[] greatest)
    {
        if (greatest.Length == 0)
            return [];
        int first = Shape.Latent?.Width ?? 0;
        double[] pairs = [.. Enumerable.Range(0, (greatest.Length - first) / 2).Select(pair =>
            (double)Math.Max(greatest[first + (2 * pair)], greatest[first + (2 * pair) + 1]))];
        double mean = Math.Exp(pairs.Where(pair => pair > 0).Select(pair => Math.Log(pair)).DefaultIfEmpty(0).Average());
        return [.. greatest.Select((_, i) => i < first || pairs[(i - first) / 2] == 0
            ? 1f
            : Math.Clamp((float)(pairs[(i - first) / 2] / mean), 1 / Most, Most))];
    }

    private static float[] ScaleRows(float[] matrix, float[] factors)
    {
        int columns = matrix.Length / factors.Length;
        return [.. matrix.Select((value, i) => value * factors[i / columns])];
    }
}
