namespace McuAi.ModelConverter.Data;

/// <summary>A spoken word of a data set.</summary>
public sealed record Clip
{
    public required string Path { get; init; }

    public required string Label { get; init; }

    /// <summary>The label's place among the data set's labels.</summary>
    public required int Class { get; init; }

    public string? Speaker { get; init; }

    public required Split Split { get; init; }

    /// <summary>The data set that was added to train with and that it is of; null: it is of the data set itself.</summary>
    public string? Addition { get; init; }

    public bool IsAddition => Addition is not null;

    /// <summary>At the data set's rate, of any length: <see cref="ClipWindow"/> makes windows of them.</summary>
    public required float[] Samples { get; init; }

    /// <summary>Rate of the file.</summary>
    public required int FileRate { get; init; }

    public required double Seconds { get; init; }

    public required SignalLevel Level { get; init; }

    /// <summary>Hash of the file's samples, before resampling; the header does not count.</summary>
    internal UInt128 Content { get; init; }
}
