using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Language.Reals;

/// <summary>Which experts a token uses, and how much (DeepSeek-V3, 2024, section 2.1.2; DeepSeek-V2 with softmax).</summary>
public static class FloatRouter
{
    /// <summary>The chosen experts in ascending order, each with its weight.</summary>
    /// <param name="logits">[experts] of the router.</param>
    /// <param name="biases">[experts], or null.</param>
    public static IReadOnlyList<(int Expert, float Gate)> Choose(ExpertShape shape, ReadOnlySpan<float> logits, float[]? biases)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var scores = new float[logits.Length];
        if (shape.Scoring == RouterScoring.Softmax)
            TensorPrimitives.SoftMax(logits, scores);
        else
            TensorPrimitives.Sigmoid(logits, scores);
        float[] ranks = [.. scores.Select((score, i) => score + (biases?[i] ?? 0))];
        int size = shape.Count / shape.Groups;
        HashSet<int> groups = [.. Enumerable.Range(0, shape.Groups)
            .OrderByDescending(group => GroupRank(ranks.AsSpan(group * size, size), shape.Scoring)).Take(shape.ChosenGroups)];
        int[] chosen = [.. Enumerable.Range(0, shape.Count).Where(expert => groups.Contains(expert / size))
            .OrderByDescending(expert => ranks[expert]).Take(shape.Chosen).Order()];
        float total = shape.Normalises ? chosen.Sum(expert => scores[expert]) : 1;
        return [.. chosen.Select(expert => (expert, (float)(scores[expert] / total * shape.Scale)))];
    }

    private static float GroupRank(ReadOnlySpan<float> ranks, RouterScoring scoring)
    {
        float[] descending = [.. ranks.ToArray().OrderDescending()];
        return scoring == RouterScoring.Softmax || descending.Length == 1 ? descending[0] : descending[0] + descending[1];
    }
}
