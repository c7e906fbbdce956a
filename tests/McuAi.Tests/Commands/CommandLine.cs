using System.Diagnostics;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Native;

namespace McuAi.Tests.Commands;

/// <summary>The tool as a process of its own, in a folder of its own.</summary>
internal sealed class CommandLine : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mcuai-command-");

    /// <summary>A file's path in the folder in which the tool runs.</summary>
    public string this[string file] => Path.Combine(folder.FullName, file);

    /// <summary>Names of the files there, with a space between them.</summary>
    public string Files => string.Join(' ', folder.GetFiles().Select(file => file.Name).Order(StringComparer.Ordinal));

    /// <summary>The tool itself; its project is the one that it lies in.</summary>
    public string Tool { get; init; } = Path.Combine(AppContext.BaseDirectory, "mcuai.dll");

    /// <summary>Set for the tool, beside those of the tests.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    public async Task<CommandResult> RunAsync(params string[] arguments)
    {
        // The project is found from the program's folder upwards; these tests run inside of it.
        Assert.IsTrue(AppContext.BaseDirectory.StartsWith(ProjectFolder.Find().Root, StringComparison.Ordinal));
        var start = new ProcessStartInfo("dotnet", ["exec", Tool, .. arguments])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // A tool of its own runs without the sanitizers of this process (SanitizedRun), so it takes the plain core.
        start.Environment.Remove(HostLibraryBuilder.SanitizeVariable);
        foreach ((string name, string value) in Variables)
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new CommandResult(process.ExitCode, output, await errors);
    }

    public void Dispose() => folder.Delete(recursive: true);
}

/// <summary>How a command ended and what it wrote.</summary>
internal sealed record CommandResult(int Status, string Output, string Errors)
{
    /// <summary>Fails the test unless the command failed with one line that holds <paramref name="words"/>.</summary>
    public void IsRefusal(params string[] words)
    {
        Assert.AreEqual(1, Status, Output + Errors);
        Assert.StartsWith("mcuai: ", Errors);
        Assert.HasCount(1, Errors.TrimEnd().Split('\n'), Errors);
        Assert.DoesNotContain("   at ", Errors);
        Assert.DoesNotContain("Exception", Errors);
        Assert.EndsWith(".", Errors.TrimEnd(), "not a sentence");
        foreach (string word in words)
            Assert.Contains(word, Errors);
    }

    public void IsSuccess()
    {
        Assert.AreEqual(0, Status, Output + Errors);
        Assert.AreEqual("", Errors);
    }
}
