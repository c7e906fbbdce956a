namespace McuAi.ModelConverter.Data;

/// <summary>How a speech data set is read.</summary>
public sealed record DatasetOptions
{
    /// <summary>Every clip is resampled to this rate in Hz; 0 leaves each at its own.</summary>
    public int Rate { get; init; } = 8000;

    /// <summary>What file names say, such as "{label}_{speaker}_{take}.wav".</summary>
    public string? Pattern { get; init; }

    /// <summary>A regular expression for the speaker in a file's path, its first group.</summary>
    public string? Speaker { get; init; }

    /// <summary>Takes that are the test split, such as "0-4,7".</summary>
    public string? TestTakes { get; init; }

    public string? ValidationTakes { get; init; }

    /// <summary>Speakers that are the test split; none: they are drawn.</summary>
    public IReadOnlyList<string> TestSpeakers { get; init; } = [];

    public SplitRule Split { get; init; }

    /// <summary>Of all clips, where the data set gives no splits.</summary>
    public double TestShare { get; init; } = 0.2;

    /// <summary>Of all clips; taken from the training clips where the data set gives splits, but none for validation.
    /// </summary>
    public double ValidationShare { get; init; } = 0.1;

    public int Seed { get; init; } = 1;

    /// <summary>Leave out files that a manifest lists and that are not there.</summary>
    public bool AllowMissing { get; init; }

    /// <summary>The words to tell apart; all others become the class unknown. Empty: every label is a class.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Labels of the data set and what they are called instead, such as "0" and "zero".</summary>
    public IReadOnlyDictionary<string, string> Renamed { get; init; } = new Dictionary<string, string>();

    /// <summary>Data sets of which all clips are trained with beside those of this one, such as synthetic speech. Words that
    /// this one does not have become the class unknown.</summary>
    public IReadOnlyList<string> Also { get; init; } = [];

    /// <summary>Files or folders of background noise, beside those that the data set holds.</summary>
    public IReadOnlyList<string> Noise { get; init; } = [];

    /// <summary>Whether it comes to another data set or judges a model, and may hold a single word.</summary>
    internal bool IsAddition { get; init; }
}
