using System.Text.Json;

namespace McuAi.Tests.Integration;

/// <summary>library.json, as PlatformIO's page on it has its fields.</summary>
[TestClass]
public sealed class PlatformIoTests
{
    private static readonly JsonElement Manifest = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(CoreSources.Project.Root, "library.json"))).RootElement;

    private static JsonElement Build => Manifest.GetProperty("build");

    [TestMethod]
    public void TheManifestIsComplete()
    {
        Assert.AreEqual("McuAi", Manifest.GetProperty("name").GetString());
        Assert.AreEqual(CoreSources.Version, Manifest.GetProperty("version").GetString());
        Assert.AreEqual("Apache-2.0", Manifest.GetProperty("license").GetString());
        Assert.IsGreaterThan(20, Manifest.GetProperty("description").GetString()!.Length);
        string root = CoreSources.Project.Root, include = Build.GetProperty("includeDir").GetString()!;
        Assert.IsTrue(File.Exists(Path.Combine(root, include, Manifest.GetProperty("headers").GetString()!)));
        foreach (JsonElement exported in Manifest.GetProperty("export").GetProperty("include").EnumerateArray())
            Assert.IsTrue(Path.Exists(Path.Combine(root, exported.GetString()!)), exported.GetString());
    }

    /// <summary>The filter takes every portable source of the core, and those compile with the include folder alone.</summary>
    [TestMethod]
    public async Task TheFilterTakesThePortableCore()
    {
        string sources = Path.Combine(CoreSources.Project.Root, Build.GetProperty("srcDir").GetString()!);
        string[] taken = [.. Build.GetProperty("srcFilter").EnumerateArray()
            .SelectMany(filter => Taken(sources, filter.GetString()!)).Order(StringComparer.Ordinal)];
        CollectionAssert.AreEqual(CoreSources.Portable, taken);

        using var folder = new TemporaryFolder();
        await CoreSources.RunAsync(folder.Root, "cc", ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
            "-I" + Path.Combine(CoreSources.Project.Root, Build.GetProperty("includeDir").GetString()!),
            .. taken.Select(file => Path.Combine(sources, file))], "gcc");
    }

    /// <summary>PlatformIO globs the pattern between the brackets in the source folder; a star stays within a folder.</summary>
    private static IEnumerable<string> Taken(string sources, string filter)
    {
        Assert.StartsWith("+<", filter);
        Assert.EndsWith("/*.c>", filter);
        string folder = filter[2..^"/*.c>".Length];
        return Directory.EnumerateFiles(Path.Combine(sources, folder), "*.c")
            .Select(file => Path.GetRelativePath(sources, file).Replace('\\', '/'));
    }
}
