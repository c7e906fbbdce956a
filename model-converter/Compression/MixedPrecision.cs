using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Compression;

/// <summary>One way to store a layer's weights.</summary>
/// <param name="Loss">What it costs in accuracy, in any unit that can be added up over layers.</param>
public sealed record PrecisionOption(DataType Type, int Bytes, double Loss);

/// <summary>Chooses a width for the weights of each layer: the least sum of losses within a budget of bytes, a knapsack with
/// one choice for each layer.</summary>
public static class MixedPrecision
{
    /// <summary>The chosen width of each layer; null if even the smallest do not fit the budget.</summary>
    public static DataType[]? Choose(IReadOnlyList<IReadOnlyList<PrecisionOption>> layers, long budget)
    {
        ArgumentNullException.ThrowIfNull(layers);
        // Exact: of all partial choices only those stay that no other beats in bytes and loss at once.
        List<Partial> front = [new Partial(0, 0, null, default)];
        foreach (IReadOnlyList<PrecisionOption> options in layers)
        {
            IEnumerable<Partial> extended = front.SelectMany(partial => options.Select(option => new Partial(
                partial.Bytes + option.Bytes, partial.Loss + option.Loss, partial, option.Type)));
            front = Undominated(extended.Where(partial => partial.Bytes <= budget));
        }

        if (front.Count == 0)
            return null;
        var chosen = new DataType[layers.Count];
        Partial? last = front[^1]; // the most bytes, so the least loss
        for (int i = layers.Count - 1; i >= 0; i--)
        {
            chosen[i] = last!.Type;
            last = last.Before;
        }

        return chosen;
    }

    private static List<Partial> Undominated(IEnumerable<Partial> partials)
    {
        var kept = new List<Partial>();
        foreach (Partial partial in partials.OrderBy(partial => partial.Bytes).ThenBy(partial => partial.Loss))
            if (kept.Count == 0 || partial.Loss < kept[^1].Loss)
                kept.Add(partial);
        return kept;
    }

    /// <summary>A choice for the layers so far.</summary>
    private sealed record Partial(long Bytes, double Loss, Partial? Before, DataType Type);
}
