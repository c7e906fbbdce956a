namespace McuAi.ModelConverter.Anomaly;

/// <summary>What happens to a cell that holds no number.</summary>
public enum MissingValues
{
    /// <summary>The log is refused.</summary>
    Refuse,

    /// <summary>The value of the row before is kept, in the first rows the first value that there is.</summary>
    Hold,

    /// <summary>The row is left out.</summary>
    Drop,
}

/// <summary>How a log is read.</summary>
public sealed record SensorLogOptions
{
    /// <summary>Of the column that says which rows are anomalous: any number but 0.</summary>
    public string LabelColumn { get; init; } = "anomaly";

    /// <summary>Columns that are no sensors.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = ["changepoint"];

    public MissingValues Missing { get; init; }

    /// <summary>Samples of one instant in a raw .f32 file, one after another.</summary>
    public int RawChannels { get; init; } = 1;
}
