using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;

namespace McuAi.Tests.Emulation;

/// <summary>The runner firmware in QEMU, with a pack whose outputs are its inputs.</summary>
[TestClass]
public sealed class QemuEmulatorTests
{
    [TestMethod]
    [DataRow("mps2-an386")]
    [DataRow("mps2-an500")]
    [DataRow("mps3-an547")]
    [DataRow("riscv32-virt")]
    [DataRow("stm32f4-discovery")]
    public async Task EveryBoardReturnsItsInputsAndCountsRepeatably(string name)
    {
        const int bytes = 37, count = 3;
        using var project = new TemporaryProject();
        var inputs = new byte[bytes * count];
        new Random(1).NextBytes(inputs);
        var first = await Run(project, name, bytes, inputs);
        var second = await Run(project, name, bytes, inputs);
        CollectionAssert.AreEqual(inputs, first.Outputs);
        Assert.AreEqual(count, first.Inferences);
        Assert.AreEqual(96, first.ArenaBytes);
        CollectionAssert.AreEqual(first.Instructions.ToArray(), second.Instructions.ToArray());
        Assert.IsTrue(first.LeastInstructions is > 100 and < 5000, $"{first.LeastInstructions} instructions");
        Assert.IsTrue(first.StackBytes is > 300 and < 2048, $"{first.StackBytes} bytes of stack");
        // One operator: its count is the inference's but for the interpreter's end and a tick either way.
        Assert.AreEqual(first.Instructions[0], first.OperatorInstructions.Single(), 64.0);
    }

    /// <summary>minstret counts every instruction, so a copy of n more words costs n times a constant more.</summary>
    [TestMethod]
    public async Task CountsGrowLinearlyWithTheWork()
    {
        using var project = new TemporaryProject();
        var counts = new List<long>();
        foreach (var bytes in (int[])[1024, 2048, 4096])
        {
            counts.Add((await Run(project, "riscv32-virt", bytes, new byte[bytes])).MeanInstructions);
        }
        Assert.AreEqual(2 * (counts[1] - counts[0]), counts[2] - counts[1]);
    }

    [TestMethod]
    public async Task InputsLargerThanTheFreeMemoryRunInBatches()
    {
        const int bytes = 256;
        using var project = new TemporaryProject();
        // Leave room for about a hundred inputs behind the image.
        var path = Path.Combine(project.Folder.Boards, "mps2-an386.yaml");
        File.WriteAllText(path, File.ReadAllText(path).Replace("base: 0x00000000, size: 0x400000",
            "base: 0x00000000, size: 0x8000", StringComparison.Ordinal));
        var inputs = new byte[bytes * 250];
        new Random(2).NextBytes(inputs);
        var result = await Run(project, "mps2-an386", bytes, inputs);
        CollectionAssert.AreEqual(inputs, result.Outputs);
        Assert.AreEqual(250, result.Inferences);

        var stateful = CopyPack.Info(bytes) with { HasState = true };
        var error = await Assert.ThrowsExactlyAsync<BoardException>(() => new Emulator(project.Folder).RunAsync(
            project.Board("mps2-an386"), CopyPack.Make(bytes), stateful, inputs));
        StringAssert.Contains(error.Message, "state");
    }

    [TestMethod]
    public async Task ADamagedPackGivesTheCoresStatus()
    {
        const int bytes = 16;
        using var project = new TemporaryProject();
        var pack = CopyPack.Make(bytes);
        pack[80] ^= 1;
        var error = await Assert.ThrowsExactlyAsync<BoardException>(() => new Emulator(project.Folder).RunAsync(
            project.Board("mps2-an386"), pack, CopyPack.Info(bytes), new byte[bytes]));
        StringAssert.Contains(error.Message, "status -5");
    }

    [TestMethod]
    [DataRow("mps2-an386", "cfsr=")]
    [DataRow("riscv32-virt", "cause=00000003")] // breakpoint
    public async Task AFaultIsReportedWithRegisters(string name, string register)
    {
        using var project = new TemporaryProject();
        project.Write("apps/faulty/main.c", "int main(void);\nint main(void) { __builtin_trap(); }\n");
        var error = await Assert.ThrowsExactlyAsync<BoardException>(() => RunApp(project, name, "faulty", default));
        StringAssert.Contains(error.Message, "fault");
        StringAssert.Contains(error.Message, register);
    }

    [TestMethod]
    public async Task SilentFirmwareIsEnded()
    {
        using var project = new TemporaryProject();
        project.Write("apps/silent/main.c", "int main(void);\nint main(void) { for (;;) __asm__(\"nop\"); }\n");
        var error = await Assert.ThrowsExactlyAsync<BoardException>(
            () => RunApp(project, "mps2-an386", "silent", default));
        StringAssert.Contains(error.Message, "wrote nothing");

        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        await Assert.ThrowsAsync<OperationCanceledException>(
            () => RunApp(project, "mps2-an386", "silent", cancellation.Token));
    }

    private static async Task<ConsoleReport> RunApp(
        TemporaryProject project, string board, string app, CancellationToken cancellation)
    {
        const int bytes = 16;
        var image = await new FirmwareBuilder(project.Folder, project.Board(board))
            .BuildAsync(CopyPack.Make(bytes), CopyPack.Info(bytes), app, CancellationToken.None);
        var emulator = new QemuEmulator(project.Board(board)) { Patience = TimeSpan.FromSeconds(2) };
        return await emulator.RunAsync(image, new byte[bytes], bytes, cancellation);
    }

    private static Task<EmulationResult> Run(TemporaryProject project, string board, int bytes, byte[] inputs) =>
        new Emulator(project.Folder).RunAsync(
            project.Board(board), CopyPack.Make(bytes), CopyPack.Info(bytes), inputs);
}
