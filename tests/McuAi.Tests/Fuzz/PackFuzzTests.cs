using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Pack;
using McuAi.Tests.Core;

namespace McuAi.Tests.Fuzz;

/// <summary>The C core under a coverage-guided fuzzer, AddressSanitizer and UBSan: tests/fuzz/pack_fuzz.c.</summary>
[TestClass]
public sealed partial class PackFuzzTests
{
    private static readonly string[] Sources =
        ["fuzz/pack_fuzz.c", "fuzz/pack_layout.c", "fuzz/pack_work.c", "fuzz/pack_mutator.c"];

    [TestMethod]
    public void SeedsUseEveryOperatorLayoutAndWeightWidth()
    {
        PackModel[] models = [.. SeedPacks.All().Select(PackReader.Read)];
        PackOperator[] nodes = [.. models.SelectMany(model => model.Operators)];
        Opcode[] missing = [.. Enum.GetValues<Opcode>().Except(nodes.Select(node => node.Opcode))];
        Assert.IsEmpty(missing, $"no seed uses {string.Join(", ", missing)}");
        foreach (Opcode opcode in (Opcode[])[Opcode.Conv2D, Opcode.DepthwiseConv2D, Opcode.FullyConnected])
            foreach (WeightLayout layout in Enum.GetValues<WeightLayout>())
                foreach (int bits in (int[])[8, 4, 2])
                    Assert.IsTrue(nodes.Any(node => node.Opcode == opcode && node.Layout == layout &&
                        ModelConverter.Graph.DataTypes.Bits(node.Input(1).Type) == bits), $"{opcode} {layout} {bits}");
    }

    /// <summary>libFuzzer ends with an error at the first access beside a buffer, undefined operation, hang, output that
    /// depends on streaming, or write to the pack.</summary>
    [TestMethod]
    public async Task NoPackHurtsTheCore()
    {
        int runs = LongTests.Choose(100_000, 500_000);
        string program = await NativeProgram.BuildAsync("clang", ["-fsanitize=fuzzer,address,undefined"], Sources);
        string folder = Directory.CreateTempSubdirectory("mcuai-fuzz-").FullName;
        List<byte[]> seeds = SeedPacks.All();
        string corpus = Directory.CreateDirectory(Path.Combine(folder, "corpus")).FullName;
        for (int i = 0; i < seeds.Count; i++)
            File.WriteAllBytes(Path.Combine(corpus, $"{i:000}"), seeds[i]);

        (int status, string log) = await RunAsync(program, folder, $"-runs={runs}", "-seed=1", "-max_len=16384",
            "-timeout=60", "-rss_limit_mb=2048", "-print_final_stats=1", corpus);
        Assert.AreEqual(0, status, $"the failing pack is in {folder}:\n{Tail(log)}");
        Match executed = ExecutionsPattern().Match(log);
        Assert.IsTrue(executed.Success, Tail(log));
        Assert.IsGreaterThanOrEqualTo(runs, int.Parse(executed.Groups[1].Value, CultureInfo.InvariantCulture));
        Directory.Delete(folder, recursive: true);
    }

    [GeneratedRegex(@"stat::number_of_executed_units:\s*(\d+)")]
    private static partial Regex ExecutionsPattern();

    private static async Task<(int Status, string Log)> RunAsync(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardError = true };
        // Freed blocks are watched for long enough in 16 MB; the target frees what it takes.
        start.Environment["ASAN_OPTIONS"] = "quarantine_size_mb=16:malloc_context_size=2:detect_leaks=0";
        using Process process = Process.Start(start)!;
        string log = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, log);
    }

    private static string Tail(string log) => log[Math.Max(0, log.Length - 3000)..];
}
