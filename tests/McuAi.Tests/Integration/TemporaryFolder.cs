namespace McuAi.Tests.Integration;

/// <summary>A folder of a test's own.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mcuai-integration-");

    public string Root => folder.FullName;

    public string this[string file] => Path.Combine(folder.FullName, file);

    public void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[file])!);
        File.WriteAllText(this[file], text);
    }

    public void Dispose() => folder.Delete(recursive: true);
}
