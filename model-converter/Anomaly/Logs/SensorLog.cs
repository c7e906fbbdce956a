using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Anomaly;

/// <summary>A recording of sensors: one value of each channel a row, rows in the order of time.</summary>
/// <param name="Name">For people.</param>
/// <param name="Channels">Names.</param>
/// <param name="Values">[channel][row], all finite.</param>
public sealed record SensorLog(string Name, IReadOnlyList<string> Channels, float[][] Values)
{
    public int Rows => Values[0].Length;

    /// <summary>Of the rows, where the log has a column of them.</summary>
    public DateTime[]? Times { get; init; }

    /// <summary>Which rows are anomalous, where that is known.</summary>
    public bool[]? Labels { get; init; }

    /// <summary>What was done to the rows, and what is odd about them.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Rows [first, end).</summary>
    public SensorLog Slice(int first, int end) => this with
    {
        Values = [.. Values.Select(channel => channel[first..end])],
        Times = Times?[first..end],
        Labels = Labels?[first..end],
    };

    /// <exception cref="ModelException">There are fewer.</exception>
    public SensorLog RequireRows(int least) => Rows >= least
        ? this
        : throw new ModelException($"{Name} has {Rows:N0} rows; at least {least:N0} are needed.");
}
