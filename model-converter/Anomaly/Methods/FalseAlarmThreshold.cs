namespace McuAi.ModelConverter.Anomaly;

/// <summary>A threshold for a stated rate of false alarms, from scores of normal frames that the model was not fitted to.
/// </summary>
public static class FalseAlarmThreshold
{
    /// <summary>The least score that at most the share <paramref name="rate"/> of n + 1 exchangeable normal scores exceeds
    /// (conformal prediction); the greatest score where there are too few for the rate.</summary>
    public static int Of(IReadOnlyList<int> scores, double rate)
    {
        int[] sorted = [.. scores.Order()];
        int rank = (int)Math.Ceiling((sorted.Length + 1) * (1 - rate)) - 1;
        return sorted[Math.Clamp(rank, 0, sorted.Length - 1)];
    }

    /// <summary>Normal scores that the rate takes at least.</summary>
    public static int Needed(double rate) => (int)Math.Ceiling((1 / rate) - 1);
}
