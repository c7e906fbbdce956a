namespace McuAi.ModelConverter.Anomaly;

/// <summary>Rows by what they are and what was said of them, each for itself: a range of which one row was found counts as
/// one row found ("without point adjustment").</summary>
public readonly record struct Confusion(long TruePositives, long FalsePositives, long TrueNegatives, long FalseNegatives)
{
    public double Precision => Share(TruePositives, FalsePositives);

    public double Recall => Share(TruePositives, FalseNegatives);

    /// <summary>Harmonic mean of precision and recall.</summary>
    public double F1 => Share(2 * TruePositives, FalsePositives + FalseNegatives);

    /// <summary>Share of the normal rows with an alarm.</summary>
    public double FalseAlarms => Share(FalsePositives, TrueNegatives);

    public static Confusion Of(ReadOnlySpan<bool> alarms, ReadOnlySpan<bool> labels)
    {
        if (alarms.Length != labels.Length)
            throw new ArgumentException($"{alarms.Length} alarms do not fit {labels.Length} labels.");
        long[] counts = new long[4];
        for (int i = 0; i < labels.Length; i++)
            counts[(labels[i] ? 2 : 0) + (alarms[i] ? 1 : 0)]++;
        return new Confusion(counts[3], counts[1], counts[0], counts[2]);
    }

    public static Confusion operator +(Confusion a, Confusion b) => new(a.TruePositives + b.TruePositives,
        a.FalsePositives + b.FalsePositives, a.TrueNegatives + b.TrueNegatives, a.FalseNegatives + b.FalseNegatives);

    public static Confusion Add(Confusion left, Confusion right) => left + right;

    private static double Share(long part, long rest) => part + rest == 0 ? 0 : (double)part / (part + rest);
}
