namespace McuAi.ModelConverter.Data;

/// <summary>Names of files in a message.</summary>
internal static class FileList
{
    private const int Shown = 10;

    /// <summary>The first ten, and how many more there are.</summary>
    public static string Of(IReadOnlyCollection<string> names) => string.Join(", ", names.Take(Shown)) +
        (names.Count > Shown ? $" and {names.Count - Shown:N0} more" : "");
}
