namespace McuAi.ModelConverter.Anomaly;

/// <summary>How long after the beginning of anomalous ranges the first alarm in them came.</summary>
/// <param name="Ranges">Anomalous ranges.</param>
/// <param name="Found">Those with an alarm.</param>
/// <param name="Rows">From the first row of a range to the first alarm in it, summed over those found.</param>
public readonly record struct DetectionDelay(int Ranges, int Found, long Rows)
{
    /// <summary>In rows, of the ranges that were found; NaN without any.</summary>
    public double Mean => (double)Rows / Found;

    public static DetectionDelay Of(ReadOnlySpan<bool> alarms, ReadOnlySpan<bool> labels)
    {
        (int ranges, int found) = (0, 0);
        long rows = 0;
        foreach ((int first, int last) in AnomalousRanges.Of(labels))
        {
            int delay = alarms[first..(last + 1)].IndexOf(true);
            ranges++;
            if (delay >= 0)
                (found, rows) = (found + 1, rows + delay);
        }

        return new DetectionDelay(ranges, found, rows);
    }

    public static DetectionDelay operator +(DetectionDelay a, DetectionDelay b) =>
        new(a.Ranges + b.Ranges, a.Found + b.Found, a.Rows + b.Rows);

    public static DetectionDelay Add(DetectionDelay left, DetectionDelay right) => left + right;
}

/// <summary>Runs of anomalous rows.</summary>
internal static class AnomalousRanges
{
    /// <summary>First and last row of each.</summary>
    public static List<(int First, int Last)> Of(ReadOnlySpan<bool> labels)
    {
        var ranges = new List<(int, int)>();
        for (int i = 0; i < labels.Length; i++)
        {
            if (!labels[i])
                continue;
            int first = i;
            while (i + 1 < labels.Length && labels[i + 1])
                i++;
            ranges.Add((first, i));
        }

        return ranges;
    }
}
