using System.Diagnostics;
using System.Text.Json;
using McuAi.HostTools.Boards;
using McuAi.Tests.Commands;
using McuAi.Tests.Emulation;

namespace McuAi.Tests.Flashing;

/// <summary>mcuai flash, with programs in the place of the tools that talk to boards.</summary>
[TestClass]
public sealed class FlashCommandTests : IDisposable
{
    private const int InputBytes = 16;

    private readonly FlashProject project = new();

    public void Dispose() => project.Dispose();

    private string Pack(string name = "copy.tsk")
    {
        File.WriteAllBytes(project.Line[name], CopyPack.Make(InputBytes));
        return project.Line[name];
    }

    /// <summary>The command lines of the tools' own documentation. FILE is the image.</summary>
    [TestMethod]
    [DataRow("tool: openocd, config: board/st_nucleo_h743zi.cfg",
        "openocd|-f|board/st_nucleo_h743zi.cfg|-c|program {FILE} 0x08000000 verify reset exit")]
    [DataRow("tool: st-flash, address: 0x08000000", "st-flash|--reset|write|FILE|0x08000000")]
    [DataRow("tool: dfu-util, address: 0x08000000, device: \"0483:df11\"",
        "dfu-util|--device|0483:df11|--alt|0|--dfuse-address|0x08000000:leave|--download|FILE")]
    [DataRow("tool: dfu-util, address: 0x08000000, device: \"0483:df11\", alt: 2",
        "dfu-util|--device|0483:df11|--alt|2|--dfuse-address|0x08000000:leave|--download|FILE")]
    [DataRow("tool: esptool, chip: esp32c3, offset: 0, baud: 460800",
        "esptool|--chip|esp32c3|--baud|460800|write_flash|0x0|FILE")]
    [DataRow("tool: esptool, chip: esp32c3, offset: 0",
        "esptool|--chip|esp32c3|--port|/dev/ttyUSB1|write_flash|0x0|FILE", "--port", "/dev/ttyUSB1")]
    public async Task EachToolGetsItsCommandLine(string flasher, string expected, params string[] options)
    {
        project.Describe(flasher);
        string[] words = expected.Replace("{FILE}", "{" + project.Flashed("runner.bin") + "}", StringComparison.Ordinal)
            .Replace("|FILE", "|" + project.Flashed("runner.bin"), StringComparison.Ordinal).Split('|');
        project.Plant(words[0]);

        CommandResult run = await project.Line.RunAsync(["flash", Pack(), "-b", FlashProject.BoardName, .. options]);
        Assert.AreEqual(0, run.Status, run.Errors);
        CollectionAssert.AreEqual(words, project.Calls());
        // An image for Arm begins with the top of the stack and the address of the reset handler.
        byte[] image = File.ReadAllBytes(project.Flashed("runner.bin"));
        Assert.AreEqual(0x20020000u, BitConverter.ToUInt32(image, 0));
        Assert.IsInRange(0x08000001u, 0x08000000u + (uint)image.Length, BitConverter.ToUInt32(image, 4));
    }

    /// <summary>Without any tool and any compiler it prints what a shell would run.</summary>
    [TestMethod]
    [DataRow("tool: openocd, config: board/stm32f4discovery.cfg", "openocd")]
    [DataRow("tool: st-flash, address: 0x08000000", "st-flash")]
    [DataRow("tool: dfu-util, address: 0x08000000, device: \"0483:df11\"", "dfu-util")]
    [DataRow("tool: esptool, chip: esp32c3, offset: 0", "esptool")]
    [DataRow("tool: nanoff, target: ESP32_S3_OCTAL", "nanoff")]
    public async Task ADryRunPrintsTheVeryCommandLine(string flasher, string program)
    {
        project.Describe(flasher);
        string pack = Pack("a 'quoted' name.tsk");
        project.HideInstalled();
        CommandResult dry = await project.Line.RunAsync("flash", pack, "-b", FlashProject.BoardName, "--dry-run");
        dry.IsSuccess();
        Assert.HasCount(1, dry.Output.TrimEnd().Split('\n'));
        Assert.IsFalse(Directory.Exists(Path.GetDirectoryName(project.Flashed("runner.bin"))), "nothing is built");

        project.Plant(program);
        CommandResult run = await project.Line.RunAsync("flash", pack, "-b", FlashProject.BoardName);
        Assert.AreEqual(0, run.Status, run.Errors);
        string[] calls = project.Calls();
        Assert.AreEqual(program, calls[0]);
        Shell(dry.Output);
        CollectionAssert.AreEqual(calls, project.Calls());
    }

    private void Shell(string line)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", line]);
        start.Environment["PATH"] = project.Line.Variables["PATH"];
        using Process shell = Process.Start(start)!;
        shell.WaitForExit();
        Assert.AreEqual(0, shell.ExitCode);
    }

    /// <summary>A nanoFramework board gets a CLR with the core in it, and the pack as a file.</summary>
    [TestMethod]
    public async Task NanoffDeploysTheClrAndThePack()
    {
        project.Describe("tool: nanoff, target: ESP32_S3_OCTAL");
        project.Plant("nanoff");
        CommandResult run = await project.Line.RunAsync("flash", Pack(), "-b", FlashProject.BoardName, "--port", "/dev/ttyACM3",
            "--clr", "nanoCLR.bin");
        Assert.AreEqual(0, run.Status, run.Errors);
        string list = project.Flashed("deploy.json");
        CollectionAssert.AreEqual((string[])
        [
            "nanoff", "--target", "ESP32_S3_OCTAL", "--serialport", "/dev/ttyACM3", "--update", "--clrfile", "nanoCLR.bin",
            "nanoff", "--target", "ESP32_S3_OCTAL", "--serialport", "/dev/ttyACM3", "--filedeployment", list,
        ], project.Calls());
        JsonElement file = JsonDocument.Parse(File.ReadAllText(list)).RootElement.GetProperty("files")[0];
        Assert.AreEqual(@"I:\copy.tsk", file.GetProperty("DestinationFilePath").GetString());
        byte[] deployed = File.ReadAllBytes(file.GetProperty("SourceFilePath").GetString()!);
        Assert.AreEqual("TSK", System.Text.Encoding.ASCII.GetString(deployed, 0, 3));
    }

    [TestMethod]
    public async Task AToolThatFailsIsNamedWithItsStatus()
    {
        project.Describe("tool: st-flash, address: 0x08000000");
        project.Plant("st-flash", status: 3);
        CommandResult run = await project.Line.RunAsync("flash", Pack(), "-b", FlashProject.BoardName);
        Assert.AreEqual(1, run.Status);
        string last = run.Errors.TrimEnd().Split('\n')[^1];
        Assert.StartsWith("mcuai: st-flash failed with status 3;", last);
        Assert.AreEqual("st-flash", project.Calls()[0], "it ran");
    }

    [TestMethod]
    public async Task AToolThatIsMissingIsNamedWithWhereToGetIt()
    {
        project.Describe("tool: nanoff, target: ESP32_S3_OCTAL");
        project.HideInstalled();
        CommandResult run = await project.Line.RunAsync("flash", Pack(), "-b", FlashProject.BoardName);
        Assert.AreEqual(1, run.Status);
        Assert.EndsWith("mcuai: nanoff is not installed; get it with: dotnet tool install --global nanoff.",
            run.Errors.TrimEnd());
    }

    /// <summary>pip installs esptool 4 as esptool.py.</summary>
    [TestMethod]
    public async Task EsptoolIsFoundByItsOlderName()
    {
        project.Describe("tool: esptool, chip: esp32c3, offset: 0");
        project.Plant("esptool.py");
        CommandResult run = await project.Line.RunAsync("flash", Pack(), "-b", FlashProject.BoardName);
        Assert.AreEqual(0, run.Status, run.Errors);
        CollectionAssert.AreEqual((string[])["esptool.py", "--chip", "esp32c3", "write_flash", "0x0", project.Flashed("runner.bin")],
            project.Calls());
    }

    /// <summary>The image is there for the maker's programmer.</summary>
    [TestMethod]
    public async Task ABoardWithoutAFlasherGetsItsImageAsAFile()
    {
        const string board = "nucleo-wba52cg";
        string file = project.Flashed("runner.bin").Replace(FlashProject.BoardName, board, StringComparison.Ordinal);
        CommandResult run = await project.Line.RunAsync("flash", Pack(), "-b", board);
        Assert.AreEqual(0, run.Status, run.Errors);
        Assert.Contains($"STM32_Programmer_CLI -c port=SWD -w {file} 0x08000000", run.Errors);
        Assert.AreEqual(0x20020000u, BitConverter.ToUInt32(File.ReadAllBytes(file), 0), "the top of the stack");
        (await project.Line.RunAsync("flash", Pack(), "-b", board, "--clr", "x")).IsRefusal("--clr", "by hand");
    }

    [TestMethod]
    public async Task WhatDoesNotGoTogetherIsRefused()
    {
        string pack = Pack(), models = Path.Combine(ProjectFolder.Find().Root, "models");
        (await project.Line.RunAsync("flash", pack, "-b", "mps2-an386")).IsRefusal("mps2-an386", "no flasher", "docs/flashing.md");
        (await project.Line.RunAsync("flash", pack, "-b", FlashProject.BoardName, "--clr", "x")).IsRefusal("--clr", "openocd");
        (await project.Line.RunAsync("flash", pack, "-b", FlashProject.BoardName, "--app", "anomaly-node"))
            .IsRefusal("no detector", "--app runner");
        (await project.Line.RunAsync("flash", Path.Combine(models, "stories.tsk"), "-b", FlashProject.BoardName, "-i", pack))
            .IsRefusal("story-teller", "--input");
        (await project.Line.RunAsync("flash", "absent.tsk", "-b", FlashProject.BoardName)).IsRefusal("There is no file");
        project.Describe("tool: nanoff, target: ESP32_S3_OCTAL");
        (await project.Line.RunAsync("flash", pack, "-b", FlashProject.BoardName, "--app", "runner")).IsRefusal("--app");
    }

    /// <summary>The app is the one that the pack is for.</summary>
    [TestMethod]
    [DataRow("commands.tsk", "keyword-spotter")]
    [DataRow("stories.tsk", "story-teller")]
    [DataRow("bearing.tsk", "anomaly-node")]
    public async Task ThePackDecidesTheApp(string model, string app)
    {
        string pack = Path.Combine(ProjectFolder.Find().Root, "models", model);
        CommandResult dry = await project.Line.RunAsync("flash", pack, "-b", FlashProject.BoardName, "--dry-run");
        dry.IsSuccess();
        Assert.Contains(project.Flashed(app + ".bin"), dry.Output);
        CommandResult other = await project.Line.RunAsync("flash", pack, "-b", FlashProject.BoardName, "--dry-run", "--app", "runner");
        other.IsSuccess();
        Assert.Contains(project.Flashed("runner.bin"), other.Output);
    }

    /// <summary>Each app links around a pack of its kind, with all tables that it looks for.</summary>
    [TestMethod]
    [DataRow("commands.tsk", "keyword-spotter")]
    [DataRow("stories.tsk", "story-teller")]
    [DataRow("bearing.tsk", "anomaly-node")]
    [DataRow("bearing.tsk", "runner")]
    public async Task EveryAppIsBuiltAndFlashed(string model, string app)
    {
        project.Plant("openocd");
        string pack = Path.Combine(ProjectFolder.Find().Root, "models", model);
        CommandResult run = await project.Line.RunAsync("flash", pack, "-b", FlashProject.BoardName, "--app", app);
        Assert.AreEqual(0, run.Status, run.Errors);
        Assert.Contains($"{app} for {FlashProject.BoardName}: ", run.Errors);
        Assert.Contains(project.Flashed(app + ".bin"), project.Calls()[^1]);
        // The image holds the pack, laid out for the board: its first bytes are the same.
        byte[] image = File.ReadAllBytes(project.Flashed(app + ".bin"));
        Assert.IsGreaterThanOrEqualTo(0, image.AsSpan().IndexOf(File.ReadAllBytes(pack).AsSpan(0, 4)));
    }
}
