using System.Xml.Linq;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;

namespace McuAi.Tests.Integration;

/// <summary>What build systems around the core have to compile, found without them: every source that is in no family's folder.
/// </summary>
internal static class CoreSources
{
    public static ProjectFolder Project { get; } = ProjectFolder.Find();

    public static string Core => Path.Combine(Project.Firmware, "core");

    /// <summary>Folders of kernels for some CPUs.</summary>
    public static string[] Families { get; } = [.. Directory.EnumerateDirectories(Path.Combine(Core, "kernels"))
        .Select(folder => Path.GetFileName(folder)).Where(name => name != "portable")];

    /// <summary>Paths within the core, sorted, with forward slashes.</summary>
    public static string[] Portable { get; } = [.. All(".c").Where(file => !file.Split('/').Any(Families.Contains))];

    /// <summary>Those of one family, in assembly too.</summary>
    public static string[] Family(string name) => [.. All(".c", ".S").Where(file => file.Split('/').Contains(name))];

    /// <summary>The project's own version.</summary>
    public static string Version => XDocument.Load(Path.Combine(Project.Root, "Directory.Build.props"))
        .Descendants("Version").Single().Value;

    private static IEnumerable<string> All(params string[] endings) =>
        Directory.EnumerateFiles(Core, "*", SearchOption.AllDirectories).Where(file => endings.Contains(Path.GetExtension(file)))
            .Select(file => Path.GetRelativePath(Core, file).Replace('\\', '/')).Order(StringComparer.Ordinal);

    /// <summary>Runs a program that a machine may lack; the test is inconclusive then.</summary>
    public static async Task<string> RunAsync(string folder, string program, string[] arguments, params string[] packages)
    {
        try
        {
            return await ToolProcess.RunAsync(program, arguments, folder, packages, CancellationToken.None);
        }
        catch (BoardException missing)
        {
            Assert.Inconclusive(missing.Message);
            return "";
        }
    }
}
