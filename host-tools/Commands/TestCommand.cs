using System.CommandLine;
using System.Diagnostics;
using System.Xml;
using System.Xml.Linq;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai test: runs every test of the project and ends with the line "N passed, N failed".</summary>
internal static class TestCommand
{
    public static Command Create()
    {
        var longRuns = new Option<bool>("--long") { Description = "the long runs too: fuzzing at full length, all inputs" };
        var filter = new Option<string?>("--filter") { Description = "run the tests whose full name contains this" };
        var sanitize = new Option<bool>("--sanitize")
        {
            Description = "the core under AddressSanitizer and UBSan in every test that runs it on this machine",
        };
        var command = new Command("test", "Run the project's tests.") { longRuns, filter, sanitize };
        command.SetAction((arguments, cancellation) => RunAsync(arguments.GetValue(longRuns), arguments.GetValue(filter),
            arguments.GetValue(sanitize), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(bool longRuns, string? filter, bool sanitize, CancellationToken cancellation)
    {
        string root = ProjectFolder.Find().Root;
        string results = Path.Combine(root, "artifacts", "test-results");
        if (Directory.Exists(results))
            Directory.Delete(results, recursive: true);

        List<string> arguments = ["test", Path.Combine(root, "tests", "McuAi.Tests"), "-c", "Release", "-nologo",
            "--logger", "trx;LogFileName=tests.trx", "--logger", "console;verbosity=minimal",
            "--results-directory", results];
        if (filter is not null)
            arguments.AddRange(["--filter", $"FullyQualifiedName~{filter}"]);
        var start = new ProcessStartInfo("dotnet", arguments);
        start.Environment["MCUAI_LONG_TESTS"] = longRuns ? "1" : "0";
        if (sanitize)
            await SanitizeAsync(start, cancellation).ConfigureAwait(false);
        using Process process = Process.Start(start)!;
        await process.WaitForExitAsync(cancellation).ConfigureAwait(false);

        (int passed, int failed, int skipped) = Count(Path.Combine(results, "tests.trx"));
        if (process.ExitCode != 0 && failed == 0)
            failed = 1; // the test host itself broke
        Console.Out.WriteLine($"{passed} passed, {failed} failed" + (skipped > 0 ? $", {skipped} skipped" : ""));
        return failed == 0 && passed > 0 ? 0 : 1;
    }

    /// <summary>AddressSanitizer has to be in the process before the runtime is, which keeps its own handler of
    /// SIGSEGV, and whose memory at exit is no leak of the core's.</summary>
    private static async Task SanitizeAsync(ProcessStartInfo start, CancellationToken cancellation)
    {
        string library = await ToolProcess.RunAsync("gcc", ["-print-file-name=libasan.so"], ".", ["gcc"], cancellation)
            .ConfigureAwait(false);
        start.Environment["LD_PRELOAD"] = library.Trim();
        start.Environment["ASAN_OPTIONS"] = "detect_leaks=0:handle_segv=0:use_sigaltstack=0";
        start.Environment[HostLibraryBuilder.SanitizeVariable] = "1";
    }

    private static (int Passed, int Failed, int Skipped) Count(string path)
    {
        if (!File.Exists(path))
            throw new ModelException("The tests did not run; see the messages above.");
        using var reader = XmlReader.Create(path);
        XElement counters = XDocument.Load(reader).Descendants().First(element => element.Name.LocalName == "Counters");
        int Get(string name) => (int)counters.Attribute(name)!;
        return (Get("passed"), Get("failed") + Get("error") + Get("timeout") + Get("aborted"),
            Get("total") - Get("executed"));
    }
}
