using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Models;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;
using McuAi.Tests.Integration;

namespace McuAi.Tests.Core;

/// <summary>The core with portable kernels on Xtensa, compiled with warnings as errors. QEMU has an LX106, on which it runs;
/// for the ESP32's LX6, which no emulator of Debian's has, it is compiled.</summary>
[TestClass]
public sealed class XtensaTests
{
    private const int Inferences = 3;

    private const string Gnu = "xtensa-lx106-elf-", GnuPackage = "gcc-xtensa-lx106", ClangPackage = "clang-22";

    /// <summary>A C library whose headers know Xtensa; of libnewlib-dev, which the Arm compiler's library brings.</summary>
    private const string Headers = "/usr/include/newlib";

    private static readonly string[] Flags =
        ["-std=c99", "-Wall", "-Wextra", "-Werror", "-O2", "-ffreestanding", "-ffunction-sections", "-fdata-sections",
            "-isystem", Headers, "-I" + Path.Combine(CoreSources.Core, "include")];

    /// <summary>What LLVM 22's description of the processor esp32 has for integers (XtensaProcessors.td); its clang takes no name
    /// of a processor for Xtensa. The ESP32-S3's LX7 has all of them.</summary>
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
        string assembly = await CoreSources.RunAsync(folder.Root, "clang-22", ["--target=xtensa", .. Esp32, .. Flags, "-S",
            Path.Combine(CoreSources.Core, "src", "model.c"), "-o", "-"], ClangPackage);
        Assert.MatchesRegex(@"(?m)^mcuai_invoke:.*\n.*\n\s+entry\s+a1, \d+$", assembly);
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

    /// <summary>An image for the LX106 gives the host's bytes in QEMU: of keyword spotters, a detector's model and a language model.
    /// </summary>
    [TestMethod]
    public async Task TheLx106GivesTheHostsBytes()
    {
        using var folder = new TemporaryFolder();
        await CoreSources.RunAsync(folder.Root, "qemu-system-xtensa", ["--version"], "qemu-system-misc");
        string[] objects = await CompileAsync(folder, Gnu + "gcc", GnuPackage, ["-mlongcalls"]);
        foreach (string name in (string[])["commands.tsk", "digits.tsk", "bearing.tsk", "stories.tsk"])
        {
            string path = Path.Combine(CoreSources.Project.Root, "models", name);
            byte[] inputs = Inputs(path), expected;
            using (var core = new HostCore(HostLibraryBuilder.Load(CoreSources.Project.Root), File.ReadAllBytes(path)))
                expected = [.. inputs.Chunk(inputs.Length / Inferences).SelectMany(input => core.Run(input))];
            File.Copy(path, folder["pack.tsk"], overwrite: true);
            File.WriteAllBytes(folder["inputs.bin"], inputs);
            ConsoleReport report = await RunAsync(folder, await LinkAsync(folder, objects));
            Assert.IsTrue(report.Succeeded, name);
            Assert.AreEqual(Convert.ToHexString(expected), Convert.ToHexString(report.Outputs), name);
        }
    }

    /// <summary>Noise, but for tokens and positions, which are whole numbers within the model's limits: zero is one.</summary>
    private static byte[] Inputs(string path)
    {
        PackModel model = ModelFile.ReadPack(path);
        byte[] inputs = new byte[Inferences * ModelInput.Bytes(model)];
        if (model.Inputs.All(input => input.Type == DataType.Int8))
            new Random(1).NextBytes(inputs);
        return inputs;
    }

    private static async Task<ConsoleReport> RunAsync(TemporaryFolder folder, string image)
    {
        string console = await CoreSources.RunAsync(folder.Root, "timeout", ["120", "qemu-system-xtensa", "-machine", "sim", "-cpu",
            "lx106", "-semihosting", "-display", "none", "-monitor", "none", "-serial", "stdio", "-device",
            $"loader,file={image},cpu-num=0"], "coreutils");
        var report = new ConsoleReport();
        foreach (string line in console.Split('\n'))
            report.Add(line);
        return report;
    }

    private static async Task<string> LinkAsync(TemporaryFolder folder, string[] objects)
    {
        string harness = Path.Combine(CoreSources.Project.Root, "tests", "c", "xtensa"), firmware = CoreSources.Project.Firmware;
        await CoreSources.RunAsync(folder.Root, Gnu + "gcc", ["-mlongcalls", .. Flags, "-I" + Path.Combine(firmware, "apps"),
            "-I" + Path.Combine(firmware, "ports"), "-I" + folder.Root, "-nostdlib", "-Wl,--gc-sections", "-T",
            Path.Combine(harness, "image.ld"), Path.Combine(harness, "start.S"), Path.Combine(harness, "main.c"),
            Path.Combine(harness, "integers.c"),
            Path.Combine(firmware, "apps", "report.c"), Path.Combine(firmware, "ports", "riscv", "memory.c"), .. objects, "-lgcc",
            "-o", "image.elf"], GnuPackage);
        return folder["image.elf"];
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
        string[] objects = [.. CoreSources.Portable.Select(source =>
            folder[$"{Path.GetDirectoryName(source)!.Replace('/', '-')}-{Path.GetFileNameWithoutExtension(source)}.o"])];
        await Parallel.ForAsync(0, objects.Length, async (i, cancellation) =>
            await ToolProcess.RunAsync(compiler, [.. target, .. Flags, "-c", Path.Combine(CoreSources.Core, CoreSources.Portable[i]),
                "-o", objects[i]], folder.Root, [package], cancellation));
        return objects;
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
