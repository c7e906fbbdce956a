using System.Diagnostics;
using System.Globalization;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Models;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Pack;

namespace McuAi.Tests.Emulation;

/// <summary>The runner firmware in Renode. Tests that need a real one are skipped where there is none.</summary>
[TestClass]
public sealed class RenodeEmulatorTests
{
    private const string BoardName = "stm32f4-discovery";

    public required TestContext TestContext { get; set; }

    /// <summary>Two emulators that share no code, and the C core on the host. The counts differ by the instructions between an
    /// inference and the readings of the ticks, about 21.</summary>
    [TestMethod]
    [DataRow("commands.tsk")]
    [DataRow("digits.tsk")]
    public async Task RenodeAndQemuGiveTheSameBytesAndCounts(string name)
    {
        RequireRenode();
        ProjectFolder project = ProjectFolder.Find();
        Board board = new BoardCatalog(project.Boards).Find(BoardName);
        PackModel model = ModelFile.ReadPack(Path.Combine(project.Root, "models", name));
        byte[] plain = PackWriter.Write(model);
        int inputBytes = ModelInput.Bytes(model);
        byte[] inputs = new byte[2 * inputBytes];
        new Random(3).NextBytes(inputs);
        BoardPack pack = BoardPack.For(model, board);
        EmulationResult qemu = await BoardRun.EmulateAsync(board, pack, inputs, CancellationToken.None);
        EmulationResult renode = await BoardRun.EmulateAsync(board, pack, inputs, CancellationToken.None, "renode");
        using (var core = new HostCore(HostLibraryBuilder.Load(project.Root), plain))
        {
            byte[] expected = [.. core.Run(inputs.AsSpan(0, inputBytes)), .. core.Run(inputs.AsSpan(inputBytes))];
            CollectionAssert.AreEqual(expected, renode.Outputs);
        }

        CollectionAssert.AreEqual(qemu.Outputs, renode.Outputs);
        Assert.AreEqual(qemu.StackBytes, renode.StackBytes);
        AssertWithinOnePercent(qemu.Instructions, renode.Instructions);
        AssertWithinOnePercent([qemu.OperatorInstructions.Sum()], [renode.OperatorInstructions.Sum()]);
        TestContext.WriteLine($"{name}: {string.Join(", ", qemu.Instructions)} in QEMU, " +
            $"{string.Join(", ", renode.Instructions)} in Renode");
    }

    /// <summary>Boards that QEMU does not know; kernels of each CPU.</summary>
    [TestMethod]
    [DataRow("nucleo-h753zi")]
    [DataRow("nucleo-wba52cg")]
    [DataRow("b-l072z-lrwan1")]
    public async Task RenodeGivesTheBytesOfTheHost(string name)
    {
        RequireRenode();
        ProjectFolder project = ProjectFolder.Find();
        Board board = new BoardCatalog(project.Boards).Find(name);
        PackModel model = ModelFile.ReadPack(Path.Combine(project.Root, "models", "commands.tsk"));
        byte[] plain = PackWriter.Write(model);
        byte[] inputs = new byte[ModelInput.Bytes(model)];
        new Random(4).NextBytes(inputs);
        EmulationResult result = await BoardRun.EmulateAsync(board, BoardPack.For(model, board), inputs, CancellationToken.None,
            "renode");
        using var core = new HostCore(HostLibraryBuilder.Load(project.Root), plain);
        CollectionAssert.AreEqual(core.Run(inputs), result.Outputs);
        // The firmware's own ticks of the operators. They tell of the clock where the platform's RCC sets SysTick's rate,
        // which the H7's does not; what was set up is a case of each board's .robot file.
        Assert.AreEqual(result.MeanInstructions, result.OperatorInstructions.Sum(), 0.01 * result.MeanInstructions);
    }

    [TestMethod]
    public async Task ADamagedPackGivesTheCoresStatus()
    {
        RequireRenode();
        const int bytes = 16;
        using var project = new TemporaryProject();
        byte[] pack = CopyPack.Make(bytes);
        pack[80] ^= 1;
        var emulator = new Emulator(ProjectFolder.Find());
        Board board = project.Board(BoardName);
        BoardException error = await Assert.ThrowsExactlyAsync<BoardException>(() => emulator.RunAsync(
            emulator.For(board, "renode"), board, pack, CopyPack.Info(bytes), new byte[bytes]));
        StringAssert.Contains(error.Message, "status -5");
    }

    [TestMethod]
    public async Task SilentFirmwareIsEnded()
    {
        RequireRenode();
        using var project = new TemporaryProject();
        project.Write("apps/silent/main.c", """
            #include <mcuai/mcuai.h>
            int main(void);
            int main(void) {
                static volatile int never;
                if (never)
                    (void)mcuai_invoke(0); /* which the emulator hooks */
                for (;;)
                    __asm__("nop");
            }

            """);
        var emulator = new RenodeEmulator(ProjectFolder.Find(), project.Board(BoardName))
        {
            Patience = TimeSpan.FromSeconds(20),
        };
        BoardException error = await Assert.ThrowsExactlyAsync<BoardException>(
            () => RunAsync(project, "silent", emulator, default));
        StringAssert.Contains(error.Message, "wrote nothing");
    }

    /// <summary>A program in Renode's place that answers nothing and does not heed quit.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task AnEmulatorThatHangsIsEndedWithAllThatItStarted(bool cancels)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("The stand-in for Renode is a script for a POSIX shell.");
            return;
        }

        using var project = new TemporaryProject();
        string script = Path.Combine(project.Folder.Root, "renode.sh"), ids = Path.Combine(project.Folder.Root, "ids");
        PlantedProgram.Write(script, $"#!/bin/sh\nsleep 600 &\necho $$ $! > {ids}\nwait\n");
        var emulator = new RenodeEmulator(ProjectFolder.Find(), project.Board(BoardName))
        {
            Executable = script, Patience = TimeSpan.FromSeconds(cancels ? 60 : 2),
        };
        using var cancellation = new CancellationTokenSource();
        if (cancels)
            cancellation.CancelAfter(TimeSpan.FromSeconds(2));
        Exception error = await Assert.ThrowsAsync<Exception>(() => RunAsync(project, "runner", emulator, cancellation.Token));
        Assert.AreEqual(cancels, error is OperationCanceledException, error.Message);
        foreach (string id in (await File.ReadAllTextAsync(ids)).Split(' '))
            Assert.IsTrue(HasEnded(int.Parse(id, CultureInfo.InvariantCulture)), $"process {id} still runs");
    }

    [TestMethod]
    public async Task WithoutRenodeTheMessageTellsWhereToGetIt()
    {
        using var project = new TemporaryProject();
        var emulator = new RenodeEmulator(ProjectFolder.Find(), project.Board(BoardName))
        {
            Executable = Path.Combine(project.Folder.Root, "missing"),
        };
        BoardException error = await Assert.ThrowsExactlyAsync<BoardException>(
            () => RunAsync(project, "runner", emulator, default));
        StringAssert.Contains(error.Message, "RENODE");
        StringAssert.Contains(error.Message, "https://renode.io");
    }

    [TestMethod]
    public void ABoardWithoutAPlatformIsRefusedByName()
    {
        ProjectFolder project = ProjectFolder.Find();
        Board board = new BoardCatalog(project.Boards).Find("mps2-an386");
        BoardException error = Assert.ThrowsExactly<BoardException>(() => new RenodeEmulator(project, board));
        StringAssert.Contains(error.Message, "mps2-an386");
    }

    private static async Task<EmulatorRun> RunAsync(TemporaryProject project, string app, RenodeEmulator emulator,
        CancellationToken cancellation)
    {
        const int bytes = 16;
        FirmwareImage image = await new FirmwareBuilder(project.Folder, project.Board(BoardName))
            .BuildAsync(CopyPack.Make(bytes), CopyPack.Info(bytes), app, CancellationToken.None);
        return await emulator.RunImageAsync(image, new byte[bytes], bytes, cancellation);
    }

    private static void AssertWithinOnePercent(IReadOnlyList<long> expected, IReadOnlyList<long> actual)
    {
        Assert.AreEqual(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
            Assert.AreEqual(expected[i], actual[i], 0.01 * expected[i], $"inference {i}");
    }

    private static bool HasEnded(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.WaitForExit(TimeSpan.FromSeconds(5));
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    private static void RequireRenode()
    {
        if (!RenodeEmulator.IsInstalled)
            Assert.Inconclusive("Needs Renode; name one in RENODE, or put renode on PATH.");
    }
}
