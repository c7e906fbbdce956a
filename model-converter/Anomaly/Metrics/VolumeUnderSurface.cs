namespace McuAi.ModelConverter.Anomaly;

/// <summary>VUS-PR (Paparrizos et al., 2022): the area under the precision-recall curve of anomalous ranges, averaged over
/// the width of a buffer around them from 0 on. Labels fall off with a square root in the buffers, so that an alarm shortly
/// before or after a range counts for something, and finding many ranges counts for more than finding much of one.
/// </summary>
public static class VolumeUnderSurface
{
    private const int Thresholds = 250;

    /// <param name="widest">Of the buffers, in rows: the period of the series, or what a delay may be.</param>
    /// <returns>NaN without anomalous rows.</returns>
    public static double PrecisionRecall(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels, int widest)
    {
        List<(int First, int Last)> ranges = AnomalousRanges.Of(labels);
        if (ranges.Count == 0)
            return double.NaN;
        int[] order = [.. Enumerable.Range(0, scores.Length)];
        double[] keys = scores.ToArray();
        Array.Sort(keys, order);
        Array.Reverse(keys);
        Array.Reverse(order);
        int[] alarms = AlarmCounts(keys);
        double sum = 0;
        for (int width = 0; width <= widest; width++)
            sum += Area(order, scores, alarms, ranges, width);
        return sum / (widest + 1);
    }

    /// <summary>For each threshold, how many rows reach it: all that tie with the row there.</summary>
    private static int[] AlarmCounts(double[] descending)
    {
        var counts = new int[Thresholds];
        for (int k = 0; k < Thresholds; k++)
        {
            int i = (int)((long)k * (descending.Length - 1) / (Thresholds - 1.0));
            while (i + 1 < descending.Length && descending[i + 1] == descending[i])
                i++;
            counts[k] = i + 1;
        }

        return counts;
    }

    private static double Area(int[] order, ReadOnlySpan<double> scores, int[] alarms, List<(int First, int Last)> ranges,
        int width)
    {
        double[] weights = Weights(scores.Length, ranges, width);
        double[] greatest = Greatest(scores, ranges, width);
        double anomalous = ranges.Sum(range => range.Last - range.First + 1.0);
        double positives = (anomalous + weights.Sum()) / 2;
        (double found, double recall, double precision, double area) = (0, 0, 1, 0);
        int row = 0;
        foreach (int count in alarms)
        {
            for (; row < count; row++)
                found += weights[order[row]];
            double threshold = scores[order[count - 1]];
            double existing = greatest.Count(score => score >= threshold) / (double)greatest.Length;
            double nextRecall = Math.Min(found / positives, 1) * existing, nextPrecision = found / count;
            area += (nextRecall - recall) * (nextPrecision + precision) / 2;
            (recall, precision) = (nextRecall, nextPrecision);
        }

        return area;
    }

    /// <summary>1 in the ranges, less in the buffers beside them.</summary>
    private static double[] Weights(int rows, List<(int First, int Last)> ranges, int width)
    {
        var weights = new double[rows];
        foreach ((int first, int last) in ranges)
        {
            weights.AsSpan(first, last - first + 1).Fill(1);
            for (int distance = 1; distance <= width / 2; distance++)
            {
                double weight = Math.Sqrt(1 - (distance / (double)width));
                if (last + distance < rows)
                    weights[last + distance] += weight;
                if (first - distance >= 0)
                    weights[first - distance] += weight;
            }
        }

        return [.. weights.Select(weight => Math.Min(1, weight))];
    }

    /// <summary>The greatest score of each range with its buffers; ranges whose buffers touch are one.</summary>
    private static double[] Greatest(ReadOnlySpan<double> scores, List<(int First, int Last)> ranges, int width)
    {
        var result = new List<double>();
        int begin = ranges[0].First - (width / 2);
        for (int i = 0; i < ranges.Count; i++)
        {
            int end = ranges[i].Last + (width / 2);
            if (i + 1 < ranges.Count && end >= ranges[i + 1].First - (width / 2))
                continue;
            double greatest = double.NegativeInfinity;
            for (int row = Math.Max(0, begin); row <= Math.Min(end, scores.Length - 1); row++)
                greatest = Math.Max(greatest, scores[row]);
            result.Add(greatest);
            if (i + 1 < ranges.Count)
                begin = ranges[i + 1].First - (width / 2);
        }

        return [.. result];
    }
}
