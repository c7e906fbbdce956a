namespace McuAi.ModelConverter.Data;

/// <summary>A clip that a data set lists; nothing of it has been read yet.</summary>
internal sealed record DatasetEntry(string Path, string Label)
{
    public string? Speaker { get; init; }

    public string? Take { get; init; }

    public Split? Split { get; init; }

    /// <summary>Whether it is of a data set that was added to train with.</summary>
    public bool IsAddition { get; init; }

    /// <summary>Where the data set says so, for messages: "manifest.csv, line 3".</summary>
    public required string Source { get; init; }
}
