using System.Diagnostics;
using System.Runtime.InteropServices;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Flashing;
using McuAi.Tests.Commands;

namespace McuAi.Tests.Flashing;

/// <summary>mcuai monitor.</summary>
[TestClass]
public sealed partial class MonitorCommandTests : IDisposable
{
    private readonly FlashProject project = new();

    public void Dispose() => project.Dispose();

    [TestMethod]
    public async Task ThePortIsSetUpAndRead()
    {
        project.Plant("stty");
        project.Plant("cat");
        string port = project.Line["a port"];
        File.WriteAllText(port, "");
        CommandResult run = await project.Line.RunAsync("monitor", "-b", FlashProject.BoardName, "--port", port);
        Assert.AreEqual(0, run.Status, run.Errors);
        Assert.Contains("USART2, TX PA2, RX PA3", run.Errors);
        CollectionAssert.AreEqual((string[])["stty", "115200", "raw", "-echo", "cs8", "-parenb", "-cstopb", "clocal", "-crtscts",
            "-hupcl", "cat"], project.Calls());

        CommandResult dry = await project.Line.RunAsync("monitor", "-b", FlashProject.BoardName, "--port", "/dev/ttyACM7",
            "--baud", "9600", "--dry-run");
        dry.IsSuccess();
        Assert.StartsWith("sh -c ", dry.Output);
        Assert.EndsWith(" monitor /dev/ttyACM7 9600\n", dry.Output);
        Assert.IsEmpty(project.Calls());
    }

    [TestMethod]
    public async Task WhatCannotBeReadIsRefused()
    {
        (await project.Line.RunAsync("monitor", "-b", "mps2-an386", "--port", "x")).IsRefusal("mps2-an386", "no flasher");
        (await project.Line.RunAsync("monitor", "-b", FlashProject.BoardName, "--port", "x", "--baud", "0")).IsRefusal("--baud 0");
        CommandResult run = await project.Line.RunAsync("monitor", "-b", FlashProject.BoardName, "--port", "/dev/none");
        Assert.AreEqual(1, run.Status);
        Assert.Contains("/dev/none", run.Errors.Split('\n')[1], "the shell's own words");
        Assert.Contains("mcuai: sh failed with status ", run.Errors);
        File.WriteAllText(project.Line["port"], "");
        project.Plant("stty", status: 3);
        project.Plant("cat");
        run = await project.Line.RunAsync("monitor", "-b", FlashProject.BoardName, "--port", project.Line["port"]);
        Assert.AreEqual(1, run.Status);
        Assert.Contains("mcuai: sh failed with status 3", run.Errors);
        Assert.DoesNotContain("cat", project.Calls(), "a port of another rate is not shown");
    }

    /// <summary>Real hardware, whose flash no packaged tool writes.</summary>
    [TestMethod]
    public async Task ABoardWithoutAFlasherHasAConsole()
    {
        CommandResult dry = await project.Line.RunAsync("monitor", "-b", "nucleo-wba52cg", "--port", "/dev/ttyACM0", "--dry-run");
        dry.IsSuccess();
        Assert.Contains("/dev/ttyACM0 115200", dry.Output);
    }

    [TestMethod]
    public void ThePortIsFoundWhereThereIsOne()
    {
        DirectoryInfo devices = Directory.CreateTempSubdirectory("mcuai-devices-");
        try
        {
            Assert.Contains("no serial port", Assert.ThrowsExactly<BoardException>(() => SerialConsole.Find(devices.FullName)).Message);
            Assert.AreEqual("/dev/ttyACM0", SerialConsole.FindOrUsual(devices.FullName));
            File.WriteAllText(Path.Combine(devices.FullName, "ttyACM0"), "");
            File.WriteAllText(Path.Combine(devices.FullName, "ttyS0"), "");
            Assert.AreEqual(Path.Combine(devices.FullName, "ttyACM0"), SerialConsole.Find(devices.FullName));
            Assert.AreEqual(Path.Combine(devices.FullName, "ttyACM0"), SerialConsole.FindOrUsual(devices.FullName));
            File.WriteAllText(Path.Combine(devices.FullName, "ttyUSB0"), "");
            string several = Assert.ThrowsExactly<BoardException>(() => SerialConsole.Find(devices.FullName)).Message;
            Assert.Contains("ttyACM0", several);
            Assert.Contains("ttyUSB0", several);
        }
        finally
        {
            devices.Delete(recursive: true);
        }
    }

    /// <summary>A pseudo-terminal in the place of a port: the real programs set it up and read it until it goes away.
    /// In its first state it would turn carriage returns into line feeds.</summary>
    [TestMethod]
    public async Task ATerminalIsReadAsItIs()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("Opens a pseudo-terminal as Linux has it.");
        int terminal = OpenTerminal(ReadWrite | NoControllingTerminal | CloseOnExecute);
        Assert.IsTrue(terminal >= 0 && Grant(terminal) == 0 && Unlock(terminal) == 0);
        string port = Marshal.PtrToStringAnsi(Name(terminal))!;
        Task<CommandResult> running = project.Line.RunAsync("monitor", "-b", FlashProject.BoardName, "--port", port);
        byte[] line = "mcuai done\r\n"u8.ToArray();
        for (int i = 0; i < 600 && !running.IsCompleted && !IsRead(port); i++)
            await Task.Delay(100);
        for (int i = 0; i < 10; i++)
        {
            await Task.Delay(100);
            Assert.AreEqual(line.Length, Write(terminal, line, line.Length));
        }

        Assert.AreEqual(0, Close(terminal));
        CommandResult run = await running;
        Assert.Contains("mcuai done\r\nmcuai done\r\n", run.Output);
        Assert.AreEqual(1, run.Status, "a port that goes away is a failure");
        Assert.Contains("mcuai: sh failed", run.Errors);
    }

    /// <summary>Whether the program that shows what comes has started.</summary>
    private static bool IsRead(string port) => Process.GetProcessesByName("cat").Any(process =>
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{process.Id}/fd/0", returnFinalTarget: false)?.FullName == port;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // It has ended meanwhile, or is another user's.
        }
    });

    private const int ReadWrite = 2, NoControllingTerminal = 0x100, CloseOnExecute = 0x80000;

    [LibraryImport("libc", EntryPoint = "posix_openpt")]
    private static partial int OpenTerminal(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt")]
    private static partial int Grant(int terminal);

    [LibraryImport("libc", EntryPoint = "unlockpt")]
    private static partial int Unlock(int terminal);

    [LibraryImport("libc", EntryPoint = "ptsname")]
    private static partial nint Name(int terminal);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int terminal, byte[] bytes, nint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int terminal);
}
