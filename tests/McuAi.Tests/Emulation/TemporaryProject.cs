using McuAi.HostTools.Boards;

namespace McuAi.Tests.Emulation;

/// <summary>A copy of the project's boards and firmware that a test may change. It shares the project's build outputs,
/// which are found by contents, unless the test wants to begin without any.</summary>
internal sealed class TemporaryProject : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mcuai-project-");

    public TemporaryProject(bool sharesArtifacts = true)
    {
        var project = ProjectFolder.Find();
        Copy(project.Boards, Path.Combine(folder.FullName, "boards"));
        Copy(project.Firmware, Path.Combine(folder.FullName, "firmware"));
        Folder = new ProjectFolder(folder.FullName);
        if (sharesArtifacts)
        {
            var artifacts = Directory.CreateDirectory(Path.Combine(project.Root, "artifacts"));
            Directory.CreateSymbolicLink(Path.Combine(folder.FullName, "artifacts"), artifacts.FullName);
        }
    }

    public ProjectFolder Folder { get; }

    public Board Board(string name) => new BoardCatalog(Folder.Boards).Find(name);

    /// <summary>Writes or replaces a file under firmware.</summary>
    public void Write(string path, string text)
    {
        var target = Path.Combine(Folder.Firmware, path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.WriteAllText(target, text);
    }

    public void Append(string path, string text) => File.AppendAllText(Path.Combine(Folder.Firmware, path), text);

    public void Dispose() => folder.Delete(recursive: true);

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
