namespace McuAi.ModelConverter.Anomaly;

/// <summary>Areas under curves over all thresholds. Greater scores are more anomalous.</summary>
public static class RankedScores
{
    /// <summary>Area under the ROC curve: the chance that an anomalous row has a greater score than a normal one, ties
    /// counting half (Mann and Whitney's statistic). NaN without rows of both kinds.</summary>
    public static double RocArea(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels)
    {
        double normal = 0, anomalous = 0, area = 0;
        foreach ((int positive, int negative) in Steps(scores, labels))
        {
            // From the greatest score on: each normal row lies below all anomalous rows that came before.
            area += negative * (anomalous + (positive / 2.0));
            (anomalous, normal) = (anomalous + positive, normal + negative);
        }

        return area / (normal * anomalous);
    }

    /// <summary>Average precision: the mean of the precision over the anomalous rows, each at the threshold that just
    /// finds it.</summary>
    public static double AveragePrecision(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels)
    {
        double found = 0, alarms = 0, sum = 0;
        foreach ((int positive, int negative) in Steps(scores, labels))
        {
            (found, alarms) = (found + positive, alarms + positive + negative);
            sum += positive * found / alarms;
        }

        return sum / found;
    }

    /// <summary>Rows of each score, the greatest score first.</summary>
    private static List<(int Positive, int Negative)> Steps(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels)
    {
        if (scores.Length != labels.Length)
            throw new ArgumentException($"{scores.Length} scores do not fit {labels.Length} labels.");
        double[] sorted = scores.ToArray();
        bool[] marks = labels.ToArray();
        Array.Sort(sorted, marks);
        var steps = new List<(int, int)>();
        for (int end = sorted.Length; end > 0;)
        {
            int first = end - 1;
            while (first > 0 && sorted[first - 1] == sorted[end - 1])
                first--;
            int positive = marks.AsSpan(first, end - first).Count(true);
            steps.Add((positive, end - first - positive));
            end = first;
        }

        return steps;
    }
}
