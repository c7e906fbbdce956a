using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using McuAi.HostTools.Boards;
using McuAi.HostTools.NanoFramework;

namespace McuAi.Tests.NanoFramework;

/// <summary>Project files of the samples and of what they use agree with the folders, with each other, and with the assemblies
/// that the build compiles against. Nothing here builds them.</summary>
[TestClass]
public sealed partial class SampleProjectTests
{
    private const string KeyOfNanoFramework = "c07d481e9758c731";

    private static readonly string Root = Path.Combine(ProjectFolder.Find().Firmware, "nanoframework");

    private static readonly string Packages = Path.Combine(Root, "McuAi.NanoFramework", "packages");

    public static IEnumerable<object[]> Projects =>
        Directory.GetFiles(Root, "*.nfproj", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Where(path => Path.GetFileName(path) != "McuAi.NanoFramework.nfproj") // DeviceProjectTests
            .Select(path => new object[] { Path.GetRelativePath(Root, path) });

    [TestMethod]
    public void AllAreThere() => Assert.HasCount(5, Projects);

    [TestMethod]
    [DynamicData(nameof(Projects))]
    public void AProjectListsWhatIsInItsFolder(string project)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Root, project))!;
        XElement file = XElement.Load(Path.Combine(Root, project));
        string[] sources = [.. Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace('/', '\\'))];
        ILookup<bool, string> listed = Values(file, "Compile", "Include").ToLookup(path => path.StartsWith("..", StringComparison.Ordinal));
        CollectionAssert.AreEquivalent(sources, (string[])[.. listed[false]]);
        if (listed[true].Any()) // a sample that is another one's for another board: all of that but its program
        {
            string[] linked = [.. Directory.GetFiles(Path.Combine(folder, "..", "VibrationNode"), "*.cs")
                .Select(path => $@"..\VibrationNode\{Path.GetFileName(path)}").Where(path => !path.EndsWith("Program.cs", StringComparison.Ordinal))];
            CollectionAssert.AreEquivalent(linked, (string[])[.. listed[true]]);
        }

        string[] others = [.. Directory.GetFiles(folder).Select(path => Path.GetFileName(path)!)
            .Where(name => Path.GetExtension(name) is not (".cs" or ".csproj" or ".nfproj"))];
        CollectionAssert.AreEquivalent(others, (string[])[.. Values(file, "None", "Include"), .. Values(file, "Content", "Include")]);
        foreach (string reference in Values(file, "ProjectReference", "Include"))
            Assert.IsTrue(File.Exists(Path.Combine(folder, reference.Replace('\\', '/'))), reference);
        Assert.AreEqual("9.0", Elements(file, "LangVersion").Single().Value);
        string built = Path.Combine(ReferenceSurface.DefaultFolder, "..", "device", Elements(file, "AssemblyName").Single().Value + ".dll");
        Assert.IsTrue(File.Exists(built), $"{built}: no project of the build has the name of this one's assembly");
    }

    /// <summary>And all that its assembly refers to is among them.</summary>
    [TestMethod]
    [DynamicData(nameof(Projects))]
    public void AProjectRefersToWhatTheBuildCompilesAgainst(string project)
    {
        XElement file = XElement.Load(Path.Combine(Root, project));
        AssemblyName[] references = [.. Values(file, "Reference", "Include").Select(name => new AssemblyName(name))];
        foreach (AssemblyName reference in references.Where(reference => File.Exists(ReferenceAssembly(reference.Name))))
        {
            using AssemblyImage image = AssemblyImage.Open(ReferenceAssembly(reference.Name));
            Assert.AreEqual(image.Metadata.GetAssemblyDefinition().Version, reference.Version, reference.Name);
            Assert.AreEqual(KeyOfNanoFramework, Convert.ToHexStringLower(reference.GetPublicKeyToken()!), reference.Name);
        }

        string[] known = [.. references.Select(reference => reference.Name!),
            .. Values(file, "ProjectReference", "Include").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')))];
        using AssemblyImage built = AssemblyImage.Open(
            Path.Combine(ReferenceSurface.DefaultFolder, "..", "device", Elements(file, "AssemblyName").Single().Value + ".dll"));
        string[] wanted = [.. built.Metadata.AssemblyReferences.Select(handle =>
            built.Metadata.GetString(built.Metadata.GetAssemblyReference(handle).Name))];
        Assert.AreEqual("", string.Join(' ', wanted.Except(known)));

        static string ReferenceAssembly(string? name) => Path.Combine(ReferenceSurface.DefaultFolder, name + ".dll");
    }

    [TestMethod]
    [DynamicData(nameof(Projects))]
    public void PackagesAreThoseOfTheReferences(string project)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Root, project))!;
        string[] config = Pairs(XElement.Load(Path.Combine(folder, "packages.config")), "package");
        CollectionAssert.AreEquivalent(config, (string[])[.. Elements(XElement.Load(Path.Combine(Root, project)), "HintPath")
            .Select(path => Path.GetRelativePath(Packages, Path.Combine(folder, path.Value.Replace('\\', '/'))))
            .Select(path => HintPath().Match(path)).Select(match => $"{match.Groups["id"]} {match.Groups["version"]}")]);
        foreach (string nuspec in Directory.GetFiles(folder, "*.nuspec"))
            CollectionAssert.AreEquivalent((string[])[.. config, "McuAi.NanoFramework $version$"],
                Pairs(XElement.Load(nuspec), "dependency"));
    }

    /// <summary>And restores packages to where the references look for them.</summary>
    [TestMethod]
    public void TheSolutionHasAllProjects()
    {
        string folder = Path.Combine(Root, "samples");
        string solution = File.ReadAllText(Path.Combine(folder, "McuAi.Samples.sln"));
        foreach (string project in Projects.Select(row => (string)row[0]).Append("McuAi.NanoFramework/McuAi.NanoFramework.nfproj"))
        {
            string id = Elements(XElement.Load(Path.Combine(Root, project)), "ProjectGuid").Single().Value;
            string path = Path.GetRelativePath(folder, Path.Combine(Root, project)).Replace('/', '\\');
            StringAssert.Contains(solution, $"= \"{Path.GetFileNameWithoutExtension(project)}\", \"{path}\", \"{id}\"");
            StringAssert.Contains(solution, $"{id}.Release|Any CPU.Build.0 = Release|Any CPU");
        }

        string repository = Values(XElement.Load(Path.Combine(folder, "nuget.config")), "add", "value").Single();
        Assert.AreEqual(Packages, Path.GetFullPath(Path.Combine(folder, repository)));
    }

    /// <summary>Visual Studio restores one version of a package for all of them.</summary>
    [TestMethod]
    public void EveryProjectHasTheSameVersionOfAPackage()
    {
        string[] packages = [.. Directory.GetFiles(Root, "packages.config", SearchOption.AllDirectories)
            .SelectMany(path => Pairs(XElement.Load(path), "package")).Distinct()];
        Assert.IsGreaterThan(10, packages.Length);
        Assert.AreEqual("", string.Join(' ', packages.GroupBy(package => package.Split(' ')[0]).Where(versions => versions.Count() > 1)
            .Select(versions => versions.Key)));
    }

    [TestMethod]
    public void WhatTheSamplesRunPassesTheCheck() => Assert.AreEqual("", string.Join('\n', AssemblyCheck.Run(
        [.. Directory.GetFiles(Path.Combine(ReferenceSurface.DefaultFolder, "..", "device"), "McuAi.*.dll")],
        ReferenceSurface.DefaultFolder)));

    /// <summary>Partitions lie behind one another in 8 MB, the pack's on a page of the MMU of 64 KiB and large enough for the packs
    /// of the README.</summary>
    [TestMethod]
    [DataRow("KeywordSpotter")]
    [DataRow("StoryTeller")]
    public void ThePartitionHasRoomForThePacks(string sample)
    {
        int end = 0x9000;
        string[][] rows = [.. File.ReadAllLines(Path.Combine(Root, "samples", sample, "partitions_8mb.csv"))
            .Where(line => !line.StartsWith('#')).Select(line => line.Split(',', StringSplitOptions.TrimEntries))];
        foreach (string[] row in rows)
        {
            Assert.AreEqual(end, Convert.ToInt32(row[3], 16), row[0]);
            end += Convert.ToInt32(row[4], 16);
        }

        Assert.IsLessThanOrEqualTo(8 << 20, end);
        string[] pack = rows.Single(row => row[0] == "model");
        Assert.AreEqual("data", pack[1]);
        Assert.AreEqual(0, Convert.ToInt32(pack[3], 16) % 0x10000);
        foreach (object[] name in ManagedRuns.Shipped)
            Assert.IsLessThanOrEqualTo(Convert.ToInt32(pack[4], 16), ManagedRuns.ShippedBytes((string)name[0]).Length);
        StringAssert.Contains(File.ReadAllText(Path.Combine(Root, "samples", sample, "README.md")), pack[3]);
    }

    [TestMethod]
    [DataRow("KeywordSpotter")]
    [DataRow("StoryTeller")]
    [DataRow("VibrationNode")]
    public void TheFileIsTheOneThatTheProgramOpens(string sample)
    {
        string folder = Path.Combine(Root, "samples", sample);
        using JsonDocument deployment = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "deploy.json")));
        JsonElement file = deployment.RootElement.GetProperty("files")[0];
        string path = file.GetProperty("DestinationFilePath").GetString()!;
        StringAssert.Contains(File.ReadAllText(Path.Combine(folder, "Program.cs")), $"\"{path.Replace("\\", @"\\", StringComparison.Ordinal)}\"");
        StringAssert.Contains(File.ReadAllText(Path.Combine(folder, "README.md")), file.GetProperty("SourceFilePath").GetString());
    }

    [GeneratedRegex(@"^(?<id>[A-Za-z0-9.]+?)\.(?<version>\d+(\.\d+)+)/lib/[A-Za-z0-9.]+\.dll$")]
    private static partial Regex HintPath();

    private static string[] Pairs(XElement root, string name) =>
        [.. Elements(root, name).Select(element => $"{(string)element.Attribute("id")!} {(string)element.Attribute("version")!}")];

    private static IEnumerable<XElement> Elements(XElement root, string name) =>
        root.Descendants().Where(element => element.Name.LocalName == name);

    private static IEnumerable<string> Values(XElement root, string name, string attribute) =>
        Elements(root, name).Select(element => (string?)element.Attribute(attribute)).OfType<string>();
}
