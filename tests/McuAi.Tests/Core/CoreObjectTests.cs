using System.Globalization;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;

namespace McuAi.Tests.Core;

/// <summary>The core as compiled for every board: no heap, no floating point, no recursion.</summary>
[TestClass]
public sealed class CoreObjectTests
{
    /// <summary>All that the core takes from outside itself: block moves, and the compiler's own functions for 64-bit
    /// integers and for switches.</summary>
    private static readonly HashSet<string> Allowed =
    [
        "memcpy", "memset", "memmove",
        "__aeabi_lmul", "__aeabi_llsl", "__aeabi_llsr", "__aeabi_lasr", "__aeabi_ldivmod", "__aeabi_uldivmod",
        "__aeabi_idiv", "__aeabi_idivmod", "__aeabi_uidiv", "__aeabi_uidivmod",
        "__muldi3", "__divdi3", "__udivdi3", "__moddi3", "__umoddi3", "__ashldi3", "__ashrdi3", "__lshrdi3",
        "__clzsi2", "__ctzsi2",
    ];

    [TestMethod]
    [DataRow("mps2-an386")]
    [DataRow("mps2-an500")]
    [DataRow("mps3-an547")]
    [DataRow("riscv32-virt")]
    [DataRow("stm32f4-discovery")]
    [DataRow("nucleo-wba52cg")]
    [DataRow("b-l072z-lrwan1")]
    public async Task CoreTakesNoHeapNoFloatNoRecursion(string name)
    {
        ProjectFolder project = ProjectFolder.Find();
        Board board = new BoardCatalog(project.Boards).Find(name);
        var sources = new FirmwareSources(project, board);
        IReadOnlyList<string> objects = await new FirmwareObjects(project, board).CompileAsync("core",
            [.. sources.Core(), .. sources.Portable(), .. sources.Audio(), .. sources.Features(), .. sources.Language(),
                .. sources.LanguageFamily(), .. sources.Streaming()],
            CancellationToken.None);
        Assert.AreEqual("", string.Join('\n', await ProblemsAsync(board, objects)));
    }

    /// <summary>Every operator of vision and audio models for every layout, as a board links it: a family's file takes the place of
    /// the portable file of its name.</summary>
    [TestMethod]
    [DataRow("mps2-an386", 40)]
    [DataRow("mps3-an547", 40)]
    [DataRow("riscv32-virt", 41)] // half a KiB more than 40 since weights may lie on a block device
    public async Task WholeCoreFitsInKilobytes(string name, int most)
    {
        var sources = new FirmwareSources(ProjectFolder.Find(), new BoardCatalog(ProjectFolder.Find().Boards).Find(name));
        string[] core = [.. sources.Core()];
        HashSet<string> replaced = [.. core.Select(source => Path.GetFileName(source))];
        await FitsAsync(name, most, [.. core, .. sources.Portable().Where(source => !replaced.Contains(Path.GetFileName(source)))]);
    }

    /// <summary>What language models add: the tokenizers with their 9 KiB of Unicode's categories, the sampler, all operators with
    /// their portable kernels, which every image that needs some has a few of, and the family's own kernels.</summary>
    [TestMethod]
    [DataRow("mps2-an386", 52)] // products and attention in two layouts
    [DataRow("mps3-an547", 44)]
    [DataRow("riscv32-virt", 40)]
    public async Task LanguagePartFitsInKilobytes(string name, int most)
    {
        var sources = new FirmwareSources(ProjectFolder.Find(), new BoardCatalog(ProjectFolder.Find().Boards).Find(name));
        await FitsAsync(name, most, [.. sources.Language(), .. sources.LanguageFamily()]);
    }

    private static async Task FitsAsync(string name, int most, string[] sources)
    {
        ProjectFolder project = ProjectFolder.Find();
        Board board = new BoardCatalog(project.Boards).Find(name);
        IReadOnlyList<string> objects = await new FirmwareObjects(project, board).CompileAsync("core", sources,
            CancellationToken.None);
        string sizes = await ToolProcess.RunAsync(board.Compiler.Prefix + "size", ["-t", .. objects],
            Path.GetDirectoryName(objects[0])!, board.Compiler.Packages, CancellationToken.None);
        int code = int.Parse(sizes.TrimEnd().Split('\n')[^1].Split((char[])[' ', '\t'],
            StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture);
        Assert.IsInRange(10_000, most * 1024, code);
        Console.WriteLine($"{name}: {code:N0} bytes");
    }

    /// <summary>A core that did all of it would be caught.</summary>
    [TestMethod]
    [DataRow("mps2-an386", "__aeabi_fadd")]
    [DataRow("mps3-an547", "floating point in")]
    [DataRow("riscv32-virt", "__addsf3")]
    public async Task ForbiddenThingsAreNoticed(string name, string floats)
    {
        using var project = new Emulation.TemporaryProject();
        project.Write("core/src/planted.c", """
            #include <stdint.h>
            void *malloc(unsigned long bytes);
            float mcuai_planted_sum(float a, float b) { return a + b; }
            void *mcuai_planted_heap(uint32_t bytes) { return malloc(bytes); }
            uint32_t mcuai_planted_even(uint32_t n);
            __attribute__((noinline)) uint32_t mcuai_planted_odd(uint32_t n) { return n == 0 ? 0 : 3 * mcuai_planted_even(n - 1); }
            __attribute__((noinline)) uint32_t mcuai_planted_even(uint32_t n) { return n == 0 ? 1 : 5 * mcuai_planted_odd(n - 1); }

            """);
        Board board = project.Board(name);
        IReadOnlyList<string> objects = await new FirmwareObjects(project.Folder, board).CompileAsync("core",
            [Path.Combine(project.Folder.Firmware, "core/src/planted.c")], CancellationToken.None);
        string problems = string.Join('\n', await ProblemsAsync(board, objects));
        Assert.Contains("malloc", problems);
        Assert.Contains(floats, problems);
        Assert.Contains("recursion: mcuai_planted_", problems);
    }

    private static async Task<List<string>> ProblemsAsync(Board board, IReadOnlyList<string> objects)
    {
        var problems = new List<string>();
        var calls = new CallGraph();
        foreach (string path in objects)
        {
            ObjectListing listing = await ObjectListing.ReadAsync(board, path);
            string file = Path.GetFileName(path);
            problems.AddRange(listing.Undefined.Where(symbol => !IsOwn(symbol) && !Allowed.Contains(symbol))
                .Select(symbol => $"{file} takes {symbol}"));
            problems.AddRange(listing.FloatingPoint().Take(3).Select(line => $"floating point in {file}: {line.Trim()}"));
            foreach ((string from, string to) in listing.Calls())
                // Static functions of different files may have one name; global ones are the core's own.
                calls.Add(Name(from, file), Name(to, file));
        }

        Assert.IsGreaterThan(0, calls.Functions, "no calls were found at all");
        if (calls.Cycle() is { } cycle)
            problems.Add($"recursion: {cycle}");
        return problems;
    }

    private static bool IsOwn(string symbol) => symbol.StartsWith("mcuai_", StringComparison.Ordinal);

    private static string Name(string symbol, string file) => IsOwn(symbol) || Allowed.Contains(symbol)
        ? symbol
        : $"{file}:{symbol}";
}
