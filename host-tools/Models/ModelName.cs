namespace McuAi.HostTools.Models;

/// <summary>What a model is called after the path that it is read from.</summary>
internal static class ModelName
{
    private const string Nameless = "model";

    /// <summary>Of a file the name without its ending; of a folder, which has none, the whole name.</summary>
    public static string Of(string path)
    {
        string name = Directory.Exists(path) ? WithEnding(path) : Path.GetFileNameWithoutExtension(path);
        return name.Length > 0 ? name : Nameless;
    }

    /// <summary>The name of the file or folder itself, also where the path is as short as "." or "..".</summary>
    public static string WithEnding(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
}
