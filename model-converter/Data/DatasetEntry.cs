namespace McuAi.ModelConverter.Data;

/// <summary>A clip that a data set lists; nothing of it has been read yet.</summary>
internal sealed record DatasetEntry(string Path, string Label)
{
    public string? Speaker { get; init; }

    public string? Take { get; init; }

    public Split? Split { get; init; }

    /// <summary>The data set that was added to train with and that it is of; null: it is of the data set itself.</summary>
    public string? Addition { get; init; }

    /// <summary>Where the data set says so, for messages: "manifest.csv, line 3".</summary>
    public required string Source { get; init; }
}
