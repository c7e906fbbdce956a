using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.Tests.Integration;

namespace McuAi.Tests.Core;

/// <summary>The core with portable kernels, compiled for Xtensa with warnings as errors. Nothing of it is run: no emulator of
/// Debian's has an ESP32.</summary>
[TestClass]
public sealed class XtensaTests
{
    private const string Gnu = "xtensa-lx106-elf-", GnuPackage = "gcc-xtensa-lx106", ClangPackage = "clang-22";

    /// <summary>A C library whose headers know Xtensa; of libnewlib-dev, which the Arm compiler's library brings.</summary>
    private const string Headers = "/usr/include/newlib";

    private static readonly string[] Flags =
        ["-std=c99", "-Wall", "-Wextra", "-Werror", "-O2", "-ffreestanding", "-ffunction-sections", "-fdata-sections",
            "-isystem", Headers, "-I" + Path.Combine(CoreSources.Core, "include")];

    /// <summary>What LLVM 22's description of the processor esp32 has of integers (XtensaProcessors.td); its clang takes no
    /// name of a processor for Xtensa. Those of the ESP32-S3, an LX7, include them but for MAC16, which no compiler uses.</summary>
    private static readonly string[] Esp32 =
    [
        .. ((string[])["density", "windowed", "loop", "sext", "nsa", "clamps", "minmax", "mul16", "mul32", "mul32high", "div32",
            "s32c1i", "threadptr"]).SelectMany(feature => (string[])["-Xclang", "-target-feature", "-Xclang", "+" + feature]),
    ];

    /// <summary>Block moves, and libgcc's multiplications and divisions.</summary>
    private static readonly string[] Allowed =
    [
        "memcpy", "memset", "memmove", "__muldi3", "__mulsi3", "__divdi3", "__udivdi3", "__divsi3", "__udivsi3", "__modsi3",
        "__umodsi3", "__ashldi3", "__ashrdi3", "__lshrdi3", "__clzsi2", "__ctzsi2",
    ];

    /// <summary>With the ESP32's instructions and its calling convention of register windows.</summary>
    [TestMethod]
    public async Task TheCoreCompilesForTheEsp32()
    {
        using var folder = new TemporaryFolder();
        string[] objects = await CompileAsync(folder, "clang-22", ClangPackage, ["--target=xtensa", .. Esp32]);
        string listing = await CoreSources.RunAsync(folder.Root, Gnu + "objdump", ["-d", "--no-show-raw-insn",
            objects.Single(path => Path.GetFileName(path) == "src-model.o")], "binutils-xtensa-lx106");
        Assert.MatchesRegex(@"\tentry\s+a1, \d+", listing);
        await CheckAsync(folder, objects, most: 120);
    }

    /// <summary>With GCC, for the LX106 of the ESP8266, as objects of less than 100 KiB.</summary>
    [TestMethod]
    public async Task TheCoreCompilesForTheLx106()
    {
        using var folder = new TemporaryFolder();
        string[] objects = await CompileAsync(folder, Gnu + "gcc", GnuPackage, ["-mlongcalls"]);
        await CheckAsync(folder, objects, most: 100);
    }

    /// <summary>A core that used floating point or the heap would be noticed.</summary>
    [TestMethod]
    public async Task ForbiddenThingsAreNoticed()
    {
        using var folder = new TemporaryFolder();
        folder.Write("planted.c", """
            void *malloc(unsigned long bytes);
            float mcuai_planted_sum(float a, float b) { return a + b; }
            void *mcuai_planted_heap(unsigned long bytes) { return malloc(bytes); }

            """);
        await CoreSources.RunAsync(folder.Root, Gnu + "gcc", [.. Flags, "-c", "planted.c", "-o", "planted.o"], GnuPackage);
        CollectionAssert.AreEquivalent((string[])["__addsf3", "malloc"], await StrangersAsync(folder, ["planted.o"]));
    }

    private static async Task<string[]> CompileAsync(TemporaryFolder folder, string compiler, string package, string[] target)
    {
        if (!Directory.Exists(Headers))
            Assert.Inconclusive($"Needs {Headers} of libnewlib-dev.");
        await CoreSources.RunAsync(folder.Root, compiler, ["--version"], package);
        var objects = new List<string>();
        foreach (string source in CoreSources.Portable)
        {
            string path = folder[$"{Path.GetDirectoryName(source)!.Replace('/', '-')}-{Path.GetFileNameWithoutExtension(source)}.o"];
            await ToolProcess.RunAsync(compiler, [.. target, .. Flags, "-c", Path.Combine(CoreSources.Core, source), "-o", path],
                folder.Root, [package], CancellationToken.None);
            objects.Add(path);
        }

        return [.. objects];
    }

    private static async Task CheckAsync(TemporaryFolder folder, string[] objects, int most)
    {
        CollectionAssert.AreEqual(Array.Empty<string>(), await StrangersAsync(folder, objects));
        string sizes = await CoreSources.RunAsync(folder.Root, Gnu + "size", ["-t", .. objects], "binutils-xtensa-lx106");
        string[] total = sizes.TrimEnd().Split('\n')[^1].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        int code = int.Parse(total[0], System.Globalization.CultureInfo.InvariantCulture);
        Console.WriteLine($"{code:N0} bytes of code and tables");
        Assert.IsInRange(50_000, most * 1024, code);
        Assert.AreEqual("0", total[1], "no initialised variables");
        Assert.AreEqual("0", total[2], "no variables");
    }

    /// <summary>What objects take from outside of the core that they may not.</summary>
    private static async Task<string[]> StrangersAsync(TemporaryFolder folder, string[] objects)
    {
        string symbols = await CoreSources.RunAsync(folder.Root, Gnu + "nm", ["-u", .. objects], "binutils-xtensa-lx106");
        return [.. symbols.Split('\n').Select(line => line.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields is ["U" or "w", _]).Select(fields => fields[1]).Distinct()
            .Where(symbol => !symbol.StartsWith("mcuai_", StringComparison.Ordinal) && !Allowed.Contains(symbol))];
    }
}
