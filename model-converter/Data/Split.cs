namespace McuAi.ModelConverter.Data;

/// <summary>What a clip is for.</summary>
public enum Split
{
    Train,
    Validation,
    Test,
}

/// <summary>How clips come to their splits.</summary>
public enum SplitRule
{
    /// <summary>As the data set says; where it says nothing by speaker; where speakers are unknown by clip.</summary>
    Auto,

    /// <summary>All clips of a speaker in one split. A data set that says otherwise is refused.</summary>
    Speaker,

    /// <summary>At random, whoever speaks.</summary>
    Clip,

    /// <summary>As the data set says.</summary>
    Given,
}

internal static class SplitNames
{
    public const string All = "train, validation or test";

    /// <summary>By the names that data sets use; null for another.</summary>
    public static Split? Parse(string name) => name.ToLowerInvariant() switch
    {
        "train" or "training" => Split.Train,
        "validation" or "valid" or "val" or "dev" => Split.Validation,
        "test" or "testing" => Split.Test,
        _ => null,
    };
}
