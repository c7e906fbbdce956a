using System.Diagnostics;
using System.Globalization;
using McuAi.HostTools.Boards;
using McuAi.Tests.Emulation;

namespace McuAi.Tests.Commands;

/// <summary>SIGHUP, which a terminal sends that closes.</summary>
[TestClass]
public sealed class HangupTests : IDisposable
{
    /// <summary>Starts the emulation in a folder of temporary files of its own, hangs up as soon as the emulator runs, and
    /// tells how the tool ended and what is left of both.</summary>
    private const string Script = """
        reset= # of what runs under nohup, SIGHUP is ignored, and so it would be of the tool
        env --default-signal=HUP true 2>/dev/null && reset="env --default-signal=HUP"
        $reset dotnet exec "$1" emulate "$2" -b stm32f4-discovery --with renode >"$TMPDIR.log" 2>&1 &
        tool=$!
        tries=0
        until [ -s "$EMULATOR_ID" ] || [ $tries = 1200 ]; do sleep 0.1; tries=$((tries + 1)); done
        kill -HUP $tool
        wait $tool
        echo "status $?"
        kill -0 "$(cat "$EMULATOR_ID")" 2>/dev/null && echo "the emulator runs"
        ls "$TMPDIR" | grep mcuai-
        exit 0
        """;

    private readonly CommandLine tool = new();

    public void Dispose() => tool.Dispose();

    [TestMethod]
    public async Task NothingOfAnEmulationIsLeft()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("Sends a signal of POSIX.");
        // Takes the place of Renode, and says nothing until it is to quit.
        string emulator = tool["renode"], temporary = Directory.CreateDirectory(tool["temporary"]).FullName;
        PlantedProgram.Write(emulator,
            "#!/bin/sh\necho $$ >\"$EMULATOR_ID\"\nwhile read -r line && [ \"$line\" != quit ]; do :; done\n");
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, "sh", tool.Tool, Model("commands.tsk")])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["RENODE"] = emulator;
        start.Environment["EMULATOR_ID"] = tool["id"];
        start.Environment["TMPDIR"] = temporary;
        using Process shell = Process.Start(start)!;
        string told = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.AreEqual("status 1\n", told, await File.ReadAllTextAsync(temporary + ".log"));
        Assert.IsGreaterThan(0, int.Parse(await File.ReadAllTextAsync(tool["id"]), CultureInfo.InvariantCulture), "it ran");
    }

    private static string Model(string name) =>
        Path.Combine(ProjectFolder.Find().Root, "models", name);
}
