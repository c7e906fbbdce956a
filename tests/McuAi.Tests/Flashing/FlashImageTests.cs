using System.Diagnostics;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Flashing;
using McuAi.Tests.Emulation;

namespace McuAi.Tests.Flashing;

/// <summary>The bytes that go into the flash are the firmware that emulators run.</summary>
[TestClass]
public sealed class FlashImageTests
{
    private const int Bytes = 32;

    private static readonly Board Discovery = new BoardCatalog(ProjectFolder.Find().Boards).Find(FlashProject.BoardName);

    /// <summary>QEMU gets the flat file and nothing else: it starts at the vectors in it, and finds the inputs behind the pack.
    /// </summary>
    [TestMethod]
    public async Task TheFlatImageRunsByItself()
    {
        byte[] inputs = new byte[3 * Bytes];
        new Random(1).NextBytes(inputs);
        ConsoleReport report = await RunAsync(InputBlock.Make(inputs, Bytes));
        Assert.IsTrue(report.Succeeded);
        CollectionAssert.AreEqual(inputs, report.Outputs);
    }

    /// <summary>Without inputs there is one inference, on zeros.</summary>
    [TestMethod]
    public async Task AnEmptyHeaderIsNoBlock()
    {
        ConsoleReport report = await RunAsync(FlashApp.Block(FlashApp.Runner, "", []));
        Assert.IsTrue(report.Succeeded);
        CollectionAssert.AreEqual(new byte[Bytes], report.Outputs);
    }

    private static async Task<ConsoleReport> RunAsync(byte[] block)
    {
        FirmwareImage image = await BuildAsync();
        string path = Path.GetTempFileName();
        try
        {
            long bytes = await FlashImage.WriteAsync(Discovery, image, block, path, CancellationToken.None);
            Assert.AreEqual(image.InputAddress - Discovery.Memory.Flash.Base + block.Length, bytes);
            return Read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Task<FirmwareImage> BuildAsync() => new FirmwareBuilder(ProjectFolder.Find(), Discovery)
        .BuildAsync(CopyPack.Make(Bytes), CopyPack.Info(Bytes));

    private static ConsoleReport Read(string path)
    {
        QemuMachine machine = Discovery.Emulators.Qemu!;
        var start = new ProcessStartInfo(machine.System, ["-machine", machine.Machine, .. machine.Arguments, "-serial", "stdio",
            "-icount", "shift=0", "-display", "none", "-monitor", "none",
            "-device", $"loader,file={path},addr=0x{Discovery.Memory.Flash.Base:x},force-raw=on"])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        // A firmware that never ends would be silent for ever.
        using var patience = new Timer(_ => ToolProcess.End(process), null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan);
        try
        {
            var report = new ConsoleReport();
            while (!report.Done && process.StandardOutput.ReadLine() is { } line)
                report.Add(line);
            return report;
        }
        finally
        {
            ToolProcess.End(process);
        }
    }

    [TestMethod]
    public async Task InputsThatDoNotFitAreRefused()
    {
        FirmwareImage image = await BuildAsync();
        BoardException error = await Assert.ThrowsExactlyAsync<BoardException>(() => FlashImage.WriteAsync(Discovery, image,
            new byte[image.InputRoom + 1], Path.Combine(Path.GetTempPath(), "unwritten.bin"), CancellationToken.None));
        Assert.Contains("give fewer", error.Message);
    }

    /// <summary>An image that does not end where its pack ends would be flashed in the wrong place.</summary>
    [TestMethod]
    public async Task AnImageInPiecesIsRefused()
    {
        FirmwareImage image = await BuildAsync();
        BoardException error = await Assert.ThrowsExactlyAsync<BoardException>(() => FlashImage.WriteAsync(Discovery,
            image with { InputAddress = image.InputAddress + 16 }, [], Path.Combine(Path.GetTempPath(), "unwritten.bin"),
            CancellationToken.None));
        Assert.Contains("not one piece", error.Message);
    }
}
