using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using McuAi.HostTools.Boards;
using McuAi.HostTools.NanoFramework;

namespace McuAi.Tests.NanoFramework;

/// <summary>The files for Visual Studio and NuGet, which nothing here builds, agree with each other and with what is built.
/// </summary>
[TestClass]
public sealed partial class DeviceProjectTests
{
    private const string KeyOfNanoFramework = "c07d481e9758c731";

    private static readonly string Folder = Path.Combine(ProjectFolder.Find().Firmware, "nanoframework", "McuAi.NanoFramework");
    private static readonly XElement Project = Read("McuAi.NanoFramework.nfproj");
    private static readonly XElement Package = Read("McuAi.NanoFramework.nuspec");

    [TestMethod]
    public void TheProjectListsEverySourceOfTheDevice()
    {
        string[] sources = [.. Directory.EnumerateFiles(Folder, "*.cs").Select(path => Path.GetFileName(path)!)
            .Where(name => !name.EndsWith(".Host.cs", StringComparison.Ordinal)).Append(@"Properties\AssemblyInfo.cs")];
        string[] listed = [.. Values(Project, "Compile", "Include")];
        Assert.AreEqual("", string.Join("\n", sources.Except(listed).Order(StringComparer.Ordinal)
            .Select(name => $"    <Compile Include=\"{name}\" />")), "add these lines to McuAi.NanoFramework.nfproj");
        Assert.AreEqual("", string.Join("\n", listed.Except(sources)), "remove these from McuAi.NanoFramework.nfproj");
    }

    [TestMethod]
    public void PackagesAreTheSameEverywhere()
    {
        string[] config = Pairs(Read("packages.config"), "package");
        Assert.IsNotEmpty(config);
        CollectionAssert.AreEquivalent(config, Pairs(Package, "dependency"));
        CollectionAssert.AreEquivalent(config, (string[])[.. Elements(Project, "HintPath")
            .Select(path => HintPath().Match(path.Value)).Select(match => $"{match.Groups["id"]} {match.Groups["version"]}")]);
        Assert.IsTrue(Values(Read("packages.config"), "package", "targetFramework").All(name => name == "netnano1.0"));

        static string[] Pairs(XElement root, string name) =>
            [.. Elements(root, name).Select(element => $"{element.Attribute("id")!.Value} {element.Attribute("version")!.Value}")];
    }

    [TestMethod]
    public void TheProjectRefersToWhatTheDeviceBuildCompilesAgainst()
    {
        AssemblyName[] references = [.. Values(Project, "Reference", "Include").Select(name => new AssemblyName(name))];
        XElement build = Read("McuAi.NanoFramework.Device.csproj");
        CollectionAssert.AreEquivalent(Values(build, "DeviceReference", "Include").Single().Split(';'),
            references.Select(reference => reference.Name).ToArray());
        foreach (AssemblyName reference in references)
        {
            string path = Path.Combine(ReferenceSurface.DefaultFolder, reference.Name + ".dll");
            using AssemblyImage image = AssemblyImage.Open(path);
            Assert.AreEqual(image.Metadata.GetAssemblyDefinition().Version, reference.Version, reference.Name);
            Assert.AreEqual(KeyOfNanoFramework, Convert.ToHexStringLower(reference.GetPublicKeyToken()!), reference.Name);
        }
    }

    [TestMethod]
    public void TheProjectIsOneOfNanoFramework()
    {
        Assert.AreEqual("9.0", Elements(Project, "LangVersion").Single().Value);
        Assert.AreEqual("McuAi.NanoFramework", Elements(Project, "AssemblyName").Single().Value);
        Assert.AreEqual("v1.0", Elements(Project, "TargetFrameworkVersion").Single().Value);
        StringAssert.Contains(Elements(Project, "ProjectTypeGuids").Single().Value, "11A8DD76-328B-46DF-9F39-F559912D0360");
        string[] imports = [.. Values(Project, "Import", "Project")
            .Select(path => path[(path.IndexOf(')', StringComparison.Ordinal) + 1)..])];
        CollectionAssert.AreEqual(
            (string[])["NFProjectSystem.Default.props", "NFProjectSystem.props", "NFProjectSystem.CSharp.targets"], imports);
        foreach (string file in Values(Project, "None", "Include").Concat(Values(Project, "Content", "Include")))
            Assert.IsTrue(File.Exists(Path.Combine(Folder, file)), file);
        StringAssert.Contains(File.ReadAllText(Path.Combine(Folder, "McuAi.NanoFramework.sln")),
            Elements(Project, "ProjectGuid").Single().Value);
        StringAssert.Contains(File.ReadAllText(Path.Combine(Folder, "Properties", "AssemblyInfo.cs")), "AssemblyNativeVersion(");
    }

    [TestMethod]
    public void ThePackageHoldsWhatADeviceNeeds()
    {
        Assert.AreEqual("McuAi.NanoFramework", Elements(Package, "id").Single().Value);
        StringAssert.Contains(Elements(Package, "description").Single().Value, "(checksum $checksum$)");
        string[] files = [.. Values(Package, "file", "src")];
        foreach (string extension in (string[])["dll", "pe", "pdbx", "xml"])
            CollectionAssert.Contains(files, $@"bin\Release\McuAi.NanoFramework.{extension}");
        foreach (string file in files.Where(file => !file.StartsWith("bin", StringComparison.Ordinal)))
            Assert.IsTrue(File.Exists(Path.Combine(Folder, file.Replace('\\', '/'))), file);
        Assert.IsNotEmpty(File.ReadAllLines(Path.Combine(Folder, "category.txt")));
    }

    [GeneratedRegex(@"^packages\\(?<id>[A-Za-z0-9.]+?)\.(?<version>\d+(\.\d+)+)\\lib\\[A-Za-z0-9.]+\.dll$")]
    private static partial Regex HintPath();

    private static XElement Read(string name) => XElement.Load(Path.Combine(Folder, name));

    private static IEnumerable<XElement> Elements(XElement root, string name) =>
        root.Descendants().Where(element => element.Name.LocalName == name);

    private static IEnumerable<string> Values(XElement root, string name, string attribute) =>
        Elements(root, name).Select(element => (string?)element.Attribute(attribute)).OfType<string>();
}
