namespace McuAi.Tests.Anomaly;

/// <summary>VUS-PR from the paper's definitions, threshold by threshold and row by row.</summary>
internal static class PlainVolume
{
    private const int Thresholds = 250;

    public static double PrecisionRecall(double[] scores, bool[] labels, int widest)
    {
        double sum = 0;
        for (int width = 0; width <= widest; width++)
            sum += Area(scores, labels, width);
        return sum / (widest + 1);
    }

    private static double Area(double[] scores, bool[] labels, int width)
    {
        double[] soft = Soft(labels, width);
        List<int[]> segments = Segments(labels, width);
        double positives = (labels.Count(label => label) + soft.Sum()) / 2;
        double[] descending = [.. scores.OrderDescending()];
        var curve = new List<(double Recall, double Precision)> { (0, 1) };
        for (int k = 0; k < Thresholds; k++)
        {
            double threshold = descending[(int)(k * (scores.Length - 1) / (Thresholds - 1.0))];
            bool[] alarms = [.. scores.Select(score => score >= threshold)];
            double found = soft.Where((_, i) => alarms[i]).Sum();
            double existing = segments.Count(segment => Array.Exists(segment, i => alarms[i])) / (double)segments.Count;
            curve.Add((Math.Min(1, found / positives) * existing, found / alarms.Count(alarm => alarm)));
        }

        return curve.Zip(curve.Skip(1), (a, b) => (b.Recall - a.Recall) * (a.Precision + b.Precision) / 2).Sum();
    }

    /// <summary>1 in ranges; sqrt(1 - distance / width) up to half a width beside each, added up to at most 1.</summary>
    private static double[] Soft(bool[] labels, int width) => [.. labels.Select((label, i) => label ? 1 : Math.Min(1,
        Ranges(labels).Sum(range =>
        {
            int distance = i < range[0] ? range[0] - i : i - range[^1];
            return distance <= width / 2 ? Math.Sqrt(1 - (distance / (double)width)) : 0;
        })))];

    private static List<int[]> Segments(bool[] labels, int width)
    {
        var segments = new List<int[]>();
        foreach (int[] range in Ranges(labels))
        {
            (int first, int last) = (range[0] - (width / 2), range[^1] + (width / 2));
            if (segments.Count > 0 && segments[^1][^1] >= first)
                segments[^1] = [.. Enumerable.Range(segments[^1][0], last - segments[^1][0] + 1)];
            else
                segments.Add([.. Enumerable.Range(first, last - first + 1)]);
        }

        return [.. segments.Select(segment => segment.Where(i => i >= 0 && i < labels.Length).ToArray())];
    }

    private static List<int[]> Ranges(bool[] labels)
    {
        var ranges = new List<List<int>>();
        for (int i = 0; i < labels.Length; i++)
        {
            if (!labels[i])
                continue;
            if (i == 0 || !labels[i - 1])
                ranges.Add([]);
            ranges[^1].Add(i);
        }

        return [.. ranges.Select(range => range.ToArray())];
    }
}
