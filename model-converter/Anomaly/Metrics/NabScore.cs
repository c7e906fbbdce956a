namespace McuAi.ModelConverter.Anomaly;

/// <summary>Scores of one series of the Numenta Anomaly Benchmark.</summary>
/// <param name="Scores">0..1, of each row; each from the rows up to it only.</param>
/// <param name="Windows">First and last row of each window.</param>
public sealed record NabSeries(double[] Scores, IReadOnlyList<(int First, int Last)> Windows);

/// <summary>What a detector achieves on the whole corpus.</summary>
/// <param name="Threshold">The one that serves the corpus best, as the benchmark rules.</param>
/// <param name="Score">0: as good as no alarm at all; 100: every window found at its first row, no false alarm.</param>
/// <param name="Windows">That can be found: those that reach beyond the probationary rows.</param>
/// <param name="Found">Windows with an alarm.</param>
/// <param name="FalseAlarms">Rows outside of windows with an alarm.</param>
public sealed record NabResult(double Threshold, double Score, int Windows, int Found, int FalseAlarms);

/// <summary>The scoring of the Numenta Anomaly Benchmark (Lavin and Ahmad, 2015), standard profile: the earliest alarm of a
/// window counts, by a sigmoid of where it is; a missed window costs 1, a false alarm up to 0.11. The first 15 % of a series,
/// of at most 5000 rows, are for learning: nothing counts there.</summary>
public static class NabScore
{
    private const double FalseAlarmWeight = 0.11, MissWeight = 1, Probation = 0.15;
    private const int MostProbationRows = 5000;

    private readonly record struct Point(double Score, double Gain, int Window);

    public static NabResult Of(IReadOnlyList<NabSeries> corpus)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        var points = new List<Point>();
        int windows = 0;
        foreach (NabSeries series in corpus)
            windows += AddPoints(series, windows, points);
        return Best(points);
    }

    public static double ProbationRows(int rows) => Math.Min(Math.Floor(Probation * rows), Probation * MostProbationRows);

    /// <summary>Position -1 is a window's first row, 0 just behind its last one, and 1 a window's width later.</summary>
    internal static double Sigmoid(double position) =>
        position >= 3 ? -1 : (2 / (1 + Math.Exp(5 * position))) - 1;

    /// <summary>What an alarm at each row would bring. Returns the number of windows.</summary>
    private static int AddPoints(NabSeries series, int firstWindow, List<Point> points)
    {
        double probation = ProbationRows(series.Scores.Length);
        int next = 0, previousLast = -1, previousRows = 0;
        for (int row = 0; row < series.Scores.Length; row++)
        {
            if (next < series.Windows.Count && row > series.Windows[next].Last)
            {
                (int first, int last) = series.Windows[next++];
                (previousLast, previousRows) = (last, last - first + 1);
            }

            bool inside = next < series.Windows.Count && row >= series.Windows[next].First;
            if (row < probation)
                continue;
            points.Add(inside
                ? new Point(series.Scores[row], GainInside(series.Windows[next], row), firstWindow + next)
                : new Point(series.Scores[row], FalseAlarmWeight * (previousLast < 0
                    ? -1
                    : Sigmoid((row - previousLast) / (previousRows - 1.0))), -1));
        }

        return series.Windows.Count;
    }

    private static double GainInside((int First, int Last) window, int row) =>
        Sigmoid(-(window.Last - row + 1.0) / (window.Last - window.First + 1)) / Sigmoid(-1);

    /// <summary>Lowers the threshold row by row, and keeps the best.</summary>
    private static NabResult Best(List<Point> points)
    {
        Dictionary<int, double> gains = points.Where(point => point.Window >= 0).Select(point => point.Window).Distinct()
            .ToDictionary(window => window, _ => -MissWeight);
        int windows = gains.Count, found = 0, falseAlarms = 0;
        double total = -MissWeight * windows;
        (double Threshold, double Total, int Found, int FalseAlarms) best = (double.PositiveInfinity, total, 0, 0);
        Point[] sorted = [.. points.OrderByDescending(point => point.Score)];
        for (int i = 0; i < sorted.Length; i++)
        {
            Point point = sorted[i];
            if (point.Window < 0)
            {
                falseAlarms++;
                total += point.Gain;
            }
            else if (point.Gain > gains[point.Window])
            {
                found += gains[point.Window] == -MissWeight ? 1 : 0;
                total += point.Gain - gains[point.Window];
                gains[point.Window] = point.Gain;
            }

            bool whole = i + 1 == sorted.Length || sorted[i + 1].Score != point.Score;
            if (whole && total > best.Total)
                best = (point.Score, total, found, falseAlarms);
        }

        double score = windows == 0 ? double.NaN : 100 * (best.Total + (MissWeight * windows)) / (windows * (1 + MissWeight));
        return new NabResult(best.Threshold, score, windows, best.Found, best.FalseAlarms);
    }
}
