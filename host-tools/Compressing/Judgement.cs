namespace McuAi.HostTools.Compressing;

/// <summary>How a model did on the validation.</summary>
/// <param name="Shares">Of each clip: the share of its views that was heard right.</param>
/// <param name="Clips">The share of the clips that was heard right as they are.</param>
public sealed record Judgement(IReadOnlyList<double> Shares, double Clips)
{
    /// <summary>Of all views of all clips.</summary>
    public double Accuracy { get; } = Shares.Average();

    /// <param name="right">Of all views, clip after clip; the first of each is the clip as it is.</param>
    public static Judgement Of(IReadOnlyList<bool> right, int views)
    {
        ArgumentNullException.ThrowIfNull(right);
        return new Judgement([.. right.Chunk(views).Select(clip => clip.Count(view => view) / (double)views)],
            right.Where((_, row) => row % views == 0).Count(view => view) * (double)views / right.Count);
    }

    /// <summary>By how much another one is better, and the standard error of that: clips are what chance drew, their views
    /// depend on each other, and both models heard the same ones.</summary>
    public (double Difference, double StandardError) To(Judgement other)
    {
        ArgumentNullException.ThrowIfNull(other);
        double[] differences = [.. other.Shares.Zip(Shares, (theirs, own) => theirs - own)];
        double mean = differences.Average(), n = differences.Length;
        double variance = differences.Sum(difference => (difference - mean) * (difference - mean)) / Math.Max(1, n - 1);
        return (mean, Math.Sqrt(variance / n));
    }
}
