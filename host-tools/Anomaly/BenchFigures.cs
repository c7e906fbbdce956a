using McuAi.ModelConverter.Anomaly;

namespace McuAi.HostTools.Anomaly;

/// <summary>Figures of one method on one data set.</summary>
public sealed record BenchFigures(string Dataset, string Method)
{
    /// <summary>Area under the ROC curve, mean over the logs that have both kinds of frames.</summary>
    public double Auc { get; init; }

    public double Precision { get; init; }

    public double Recall { get; init; }

    /// <summary>Of all frames of all logs, without point adjustment, at the threshold from normal data.</summary>
    public double F1 { get; init; }

    /// <summary>Share of the normal frames with an alarm.</summary>
    public double FalseAlarms { get; init; }

    /// <summary>Mean over the logs.</summary>
    public double VusPr { get; init; }

    /// <summary>Mean over the ranges that were found, in rows.</summary>
    public double? DelayRows { get; init; }

    public int Ranges { get; init; }

    public int RangesFound { get; init; }

    /// <summary>Of the Numenta Anomaly Benchmark, standard profile.</summary>
    public double? Nab { get; init; }

    /// <summary>Mean average precision on faults put into normal rows; the greatest is chosen. Null for baselines.</summary>
    public double? Synthetic { get; init; }

    /// <summary>Whether it would be taken, by <see cref="Synthetic"/>.</summary>
    public bool Chosen { get; init; }

    /// <summary>Of one pack.</summary>
    public int? PackBytes { get; init; }

    /// <param name="logs">Frames that count, log by log.</param>
    /// <param name="widest">Of VUS-PR's buffers, in frames.</param>
    /// <param name="hop">Rows from one frame to the next.</param>
    public static BenchFigures Of(string dataset, string method, IReadOnlyList<ScoredFrames> logs, int widest, int hop)
    {
        Confusion confusion = logs.Select(log => Confusion.Of(log.Alarms, log.Labels)).Aggregate((a, b) => a + b);
        DetectionDelay delay = logs.Select(log => DetectionDelay.Of(log.Alarms, log.Labels)).Aggregate((a, b) => a + b);
        ScoredFrames[] both = [.. logs.Where(log => log.Labels.Contains(true) && log.Labels.Contains(false))];
        return new BenchFigures(dataset, method)
        {
            Auc = both.Average(log => RankedScores.RocArea(log.Scores, log.Labels)),
            VusPr = both.AsParallel().AsOrdered().Select(log =>
                VolumeUnderSurface.PrecisionRecall(log.Scores, log.Labels, widest)).Average(),
            Precision = confusion.Precision,
            Recall = confusion.Recall,
            F1 = confusion.F1,
            FalseAlarms = confusion.FalseAlarms,
            DelayRows = delay.Found == 0 ? null : delay.Mean * hop,
            Ranges = delay.Ranges,
            RangesFound = delay.Found,
        };
    }
}
