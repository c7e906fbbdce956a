using System.IO.Compression;
using McuAi.HostTools.Models;
using McuAi.HostTools.Native;
using McuAi.HostTools.Packaging;
using McuAi.Tests.Commands;

namespace McuAi.Tests.Integration;

/// <summary>The library that mcuai arduino-library writes.</summary>
[TestClass]
public sealed class ArduinoTests : IDisposable
{
    private const string Model = "commands.tsk";

    private readonly CommandLine tool = new();

    public void Dispose() => tool.Dispose();

    private static string Pack => Path.Combine(CoreSources.Project.Root, "models", Model);

    private async Task<string> UnpackAsync()
    {
        CommandResult run = await tool.RunAsync("arduino-library", Pack, "-o", tool["library.zip"]);
        run.IsSuccess();
        ZipFile.ExtractToDirectory(tool["library.zip"], tool["libraries"]);
        return Path.Combine(tool["libraries"], "McuAi");
    }

    /// <summary>Keys of Arduino's page on the format. The IDE 1.x loads no library without any of those up to url, which may be
    /// empty.</summary>
    [TestMethod]
    public async Task TheLibraryIsOfArduinosFormat()
    {
        string library = await UnpackAsync();
        Dictionary<string, string> properties = File.ReadAllLines(Path.Combine(library, "library.properties"))
            .Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        CollectionAssert.IsSubsetOf((string[])["name", "version", "author", "maintainer", "sentence", "paragraph", "url", "category",
            "architectures", "includes"], properties.Keys);
        Assert.AreEqual("McuAi", properties["name"]);
        Assert.AreEqual(CoreSources.Version, properties["version"]);
        Assert.AreEqual("Data Processing", properties["category"]);
        Assert.IsTrue(File.Exists(Path.Combine(library, "src", properties["includes"])));
        string[] headers = [.. Directory.GetFiles(Path.Combine(library, "src", "mcuai")).Select(file => Path.GetFileName(file))];
        CollectionAssert.AreEquivalent(Directory.GetFiles(Path.Combine(CoreSources.Core, "include", "mcuai"))
            .Select(file => Path.GetFileName(file)).ToArray(), headers);
        string all = File.ReadAllText(Path.Combine(library, "src", "McuAi.h"));
        foreach (string header in headers)
            Assert.Contains($"#include <mcuai/{header}>", all);
    }

    /// <summary>Arduino compiles everything under src, with src as the only include folder: that is the portable core.</summary>
    [TestMethod]
    public async Task EverythingUnderSrcIsThePortableCore()
    {
        string library = await UnpackAsync(), core = Path.Combine(library, "src", "core");
        CollectionAssert.AreEqual(CoreSources.Portable, Sources(library)
            .Select(file => Path.GetRelativePath(core, file).Replace('\\', '/')).Order(StringComparer.Ordinal).ToArray());
        await CoreSources.RunAsync(tool[""], "cc", ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
            "-I" + Path.Combine(library, "src"), .. Sources(library)], "gcc");
    }

    private static string[] Sources(string library) => [.. Directory.EnumerateFiles(Path.Combine(library, "src"), "*",
        SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is ".c" or ".cpp" or ".S")];

    /// <summary>What the sketch uses of Arduino.h, on standard output.</summary>
    private const string StandIn = """
        #include <stdint.h>
        #include <stdio.h>
        #include <string.h>
        enum { HEX = 16 };
        struct SerialPort {
            void begin(long baud) { if (baud != 115200) printf("wrong rate\n"); }
            void print(const char *text) { printf("%s", text); }
            void print(int number, int base = 10) { printf(base == HEX ? "%X" : "%d", number); }
            void println(const char *text = "") { printf("%s\n", text); }
            void println(unsigned long number) { printf("%lu\n", number); }
        };
        static SerialPort Serial;
        static unsigned long micros() { static unsigned long now; return now += 5; }
        #include "SKETCH"
        int main() { setup(); loop(); return 0; }

        """;

    /// <summary>The sketch runs the pack, as C++ without the C++ library.</summary>
    [TestMethod]
    public async Task TheSketchRunsThePack()
    {
        string library = await UnpackAsync(), sketch = Path.Combine(library, "examples", "Inference", "Inference.ino");
        File.WriteAllText(tool["sketch.cpp"], StandIn.Replace("SKETCH", sketch, StringComparison.Ordinal));
        string include = "-I" + Path.Combine(library, "src");
        await CoreSources.RunAsync(tool[""], "clang", ["-x", "c++", "-std=gnu++11", "-Wall", "-Wextra", "-Werror", "-fno-exceptions",
            "-fno-rtti", "-fno-threadsafe-statics", include, "-c", tool["sketch.cpp"], "-o", tool["sketch.o"]], "clang");
        await CoreSources.RunAsync(tool[""], "cc", ["-std=gnu11", "-O1", include, tool["sketch.o"], .. Sources(library), "-o",
            tool["sketch"]], "gcc");

        string[] lines = (await CoreSources.RunAsync(tool[""], tool["sketch"], [], "gcc")).TrimEnd().Split('\n');
        using var core = new HostCore(HostLibraryBuilder.Load(CoreSources.Project.Root), File.ReadAllBytes(Pack));
        byte[] expected = core.Run(new byte[ModelInput.Bytes(ModelFile.ReadPack(Pack))]);
        Assert.AreEqual("mcuai output " + Convert.ToHexString(expected), lines[0]);
        Assert.AreEqual("mcuai microseconds 5", lines[1]);
        Assert.StartsWith("mcuai status 0 ", lines[2]);
        Assert.AreEqual("mcuai done", lines[3]);
    }

    /// <summary>The folders that the library takes are those that any build of the core takes.</summary>
    [TestMethod]
    public void NoFolderOfTheCoreIsForgotten() => CollectionAssert.IsSubsetOf(
        CoreSources.Portable.Select(file => Path.GetDirectoryName(file)!.Replace('\\', '/')).Distinct().ToArray(),
        ArduinoLibrary.Folders.ToArray());
}
