using McuAi.HostTools.Boards;
using McuAi.Tests.Commands;
using McuAi.Tests.Emulation;

namespace McuAi.Tests.Flashing;

/// <summary>A project with the tool in it, whose boards have the flashers that a test gives them, and a folder of programs
/// that write down what they are called with.</summary>
internal sealed class FlashProject : IDisposable
{
    public const string BoardName = "stm32f4-discovery";

    private const string Recorded = "recorded";

    private readonly TemporaryProject project = new(sharesArtifacts: false);
    private readonly string programs;

    public FlashProject()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("The stand-ins for the tools are scripts for a POSIX shell.");
        string root = project.Folder.Root;
        programs = Directory.CreateDirectory(Path.Combine(root, "programs")).FullName;
        // Compiled firmware is shared; what is flashed is not.
        string compiled = Directory.CreateDirectory(ProjectFolder.Find().FirmwareArtifacts).FullName;
        Directory.CreateDirectory(Path.Combine(root, "artifacts"));
        Directory.CreateSymbolicLink(project.Folder.FirmwareArtifacts, compiled);
        string tool = Directory.CreateDirectory(Path.Combine(root, "tool")).FullName;
        foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory)
            .Where(file => Path.GetExtension(file) is ".dll" or ".json"))
            File.Copy(file, Path.Combine(tool, Path.GetFileName(file)));
        Line = new CommandLine { Tool = Path.Combine(tool, "mcuai.dll") };
    }

    public CommandLine Line { get; }

    /// <summary>Where the tool puts what it flashes.</summary>
    public string Flashed(string file) => Path.Combine(project.Folder.Root, "artifacts", "flash", BoardName, file);

    /// <summary>Gives the board another flasher.</summary>
    /// <param name="flasher">The lines under its key.</param>
    public void Describe(string flasher)
    {
        string path = Path.Combine(project.Folder.Boards, BoardName + ".yaml"), text = File.ReadAllText(path);
        int begin = text.IndexOf("flasher:\n", StringComparison.Ordinal), end = text.IndexOf("energy:\n", StringComparison.Ordinal);
        Assert.IsTrue(begin >= 0 && end > begin, "the board's file is written otherwise now");
        File.WriteAllText(path, $"{text[..begin]}flasher: {{ {flasher} }}\n{text[end..]}");
    }

    /// <summary>Puts a program before all others that writes down its arguments, one a line, and ends.</summary>
    public void Plant(string name, int status = 0)
    {
        string path = Path.Combine(programs, name), record = Path.Combine(programs, Recorded);
        PlantedProgram.Write(path,
            $"#!/bin/sh\nfor word in {name} \"$@\"; do printf '%s\\n' \"$word\" >> '{record}'; done\nexit {status}\n");
        Line.Variables["PATH"] = $"{programs}:{Environment.GetEnvironmentVariable("PATH")}";
    }

    /// <summary>Leaves the tool no program but those that were planted.</summary>
    public void HideInstalled() => Line.Variables["PATH"] = programs;

    /// <summary>What the planted programs were called with since the last look.</summary>
    public string[] Calls()
    {
        string record = Path.Combine(programs, Recorded);
        string[] calls = File.Exists(record) ? File.ReadAllLines(record) : [];
        File.Delete(record);
        return calls;
    }

    public void Dispose()
    {
        Line.Dispose();
        project.Dispose();
    }
}
