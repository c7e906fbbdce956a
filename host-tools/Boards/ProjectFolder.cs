namespace McuAi.HostTools.Boards;

/// <summary>The checkout that holds the tool: boards, firmware and the build outputs.</summary>
public sealed record ProjectFolder(string Root)
{
    public string Boards => Path.Combine(Root, "boards");

    public string Firmware => Path.Combine(Root, "firmware");

    /// <summary>Platforms, scripts and tests for Renode.</summary>
    public string Renode => Path.Combine(Root, "renode");

    /// <summary>Compiled firmware; may be deleted at any time.</summary>
    public string FirmwareArtifacts => Path.Combine(Root, "artifacts", "firmware");

    /// <summary>The first folder from <paramref name="start"/> upwards with boards and firmware in it; by default from
    /// the running program, then from the working folder.</summary>
    public static ProjectFolder Find(string? start = null)
    {
        string[] starts = start is null ? [AppContext.BaseDirectory, Directory.GetCurrentDirectory()] : [start];
        foreach (var from in starts)
        {
            for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
            {
                if (Directory.Exists(Path.Combine(folder.FullName, "boards"))
                    && Directory.Exists(Path.Combine(folder.FullName, "firmware", "core")))
                {
                    return new ProjectFolder(folder.FullName);
                }
            }
        }
        throw new BoardException(
            "The folders boards and firmware were not found above the program; run it from the project's folder.");
    }
}
