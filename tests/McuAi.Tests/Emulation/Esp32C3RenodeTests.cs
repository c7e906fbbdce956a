using System.Globalization;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Models;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Pack;
using McuAi.Tests.Commands;

namespace McuAi.Tests.Emulation;

/// <summary>The project's own models of the ESP32-C3, in a real Renode; skipped where there is none.</summary>
[TestClass]
public sealed class Esp32C3RenodeTests
{
    private const string BoardName = "esp32-c3";

    private const int Bytes = 16;

    public required TestContext TestContext { get; set; }

    /// <summary>The same code for the same CPU in QEMU, on another SoC. Its counts include the reading of its ticks, about 11
    /// instructions.</summary>
    [TestMethod]
    [DataRow("commands.tsk")]
    [DataRow("digits.tsk")]
    public async Task TheBytesAreTheHostsAndTheCountsThoseOfRiscV(string name)
    {
        RequireRenode();
        ProjectFolder project = ProjectFolder.Find();
        var boards = new BoardCatalog(project.Boards);
        PackModel model = ModelFile.ReadPack(Path.Combine(project.Root, "models", name));
        byte[] inputs = new byte[2 * ModelInput.Bytes(model)];
        new Random(5).NextBytes(inputs);
        EmulationResult renode = await RunAsync(boards.Find(BoardName), model, inputs, "renode");
        EmulationResult qemu = await RunAsync(boards.Find("riscv32-virt"), model, inputs, "qemu");
        using (var core = new HostCore(HostLibraryBuilder.Load(project.Root), PackWriter.Write(model)))
        {
            int half = inputs.Length / 2;
            byte[] expected = [.. core.Run(inputs.AsSpan(0, half)), .. core.Run(inputs.AsSpan(half))];
            CollectionAssert.AreEqual(expected, renode.Outputs);
        }

        for (int i = 0; i < 2; i++)
            Assert.AreEqual(qemu.Instructions[i], renode.Instructions[i], 0.001 * qemu.Instructions[i]);
        // Ticks of the firmware: cycles at 160 MHz, and instructions.
        double sum = qemu.OperatorInstructions.Sum();
        Assert.AreEqual(sum, renode.OperatorInstructions.Sum(), 0.001 * sum);
        TestContext.WriteLine($"{name}: {string.Join(", ", renode.Instructions)} in Renode, " +
            $"{string.Join(", ", qemu.Instructions)} in QEMU");
    }

    private static Task<EmulationResult> RunAsync(Board board, PackModel model, byte[] inputs, string emulator) =>
        BoardRun.EmulateAsync(board, BoardPack.For(model, board), inputs, CancellationToken.None, emulator);

    [TestMethod]
    public async Task ACounterThatTheChipLacksIsAnIllegalInstruction()
    {
        RequireRenode();
        using var project = new TemporaryProject();
        Write(project, """
            int main(void) {
                if (never)
                    (void)mcuai_invoke(0); /* which the emulator hooks */
                uint32_t value;
                __asm__ volatile("csrr %0, minstret" : "=r"(value));
                verdict = value;
                report_done(MCUAI_OK, NULL);
                for (;;)
                    mcuai_port_idle();
            }
            """);
        FirmwareImage image = await BuildAsync(project);
        BoardException error = await Assert.ThrowsExactlyAsync<BoardException>(
            () => new RenodeEmulator(ProjectFolder.Find(), project.Board(BoardName))
                .RunImageAsync(image, new byte[Bytes], Bytes, CancellationToken.None));
        StringAssert.Contains(error.Message, "cause=00000002");
    }

    /// <summary>The counter of cycles comes round after 27 s; an emulated CPU of one instruction a microsecond gets there
    /// soon.</summary>
    [TestMethod]
    public async Task TicksGoOnWhereTheCounterComesRound()
    {
        RequireRenode();
        using var project = new TemporaryProject();
        Write(project, """
            int main(void) {
                mcuai_port_ticks_start();
                uint64_t last = mcuai_port_ticks_edge();
                while (last < UINT64_C(160000000) * 30) {
                    const uint64_t now = mcuai_port_ticks();
                    if (now <= last || now - last > 160000)
                        verdict = 2; /* it went back, or leapt */
                    last = now;
                }
                verdict |= 1;
                for (;;)
                    mcuai_port_idle();
            }
            """);
        FirmwareImage image = await BuildAsync(project);
        // Just before and just behind 30 s.
        CollectionAssert.AreEqual((uint[])[0, 1], await VerdictsAsync(image, [$"sysbus LoadELF @{image.ElfPath}"], 29, 2));
    }

    /// <summary>The bytes that a flasher writes, without the ELF file, from where the boot ROM jumps to.</summary>
    [TestMethod]
    public async Task TheContentsOfTheFlashAloneStart()
    {
        RequireRenode();
        using var project = new TemporaryProject();
        Write(project, """
            extern volatile uint32_t preset;
            volatile uint32_t preset = 0x12345678;
            int main(void) {
                verdict = preset;
                for (;;)
                    mcuai_port_idle();
            }
            """);
        FirmwareImage image = await BuildAsync(project);
        string flash = Path.Combine(project.Folder.Root, "flash.bin");
        await ToolProcess.RunAsync("riscv64-unknown-elf-objcopy", ["-O", "binary", image.ElfPath, flash], "/", [], default);
        string load = $"sysbus LoadBinary @{flash} 0x{project.Board(BoardName).Memory.Flash.Base:x}";
        CollectionAssert.AreEqual((uint[])[0x12345678], await VerdictsAsync(image, [load], 1));
    }

    [TestMethod]
    public async Task WhereQemuLacksTheBoardRenodeIsTheEmulator()
    {
        using var tool = new CommandLine();
        tool.Variables["RENODE"] = tool["absent"];
        string pack = Path.Combine(ProjectFolder.Find().Root, "models", "commands.tsk");
        (await tool.RunAsync("emulate", pack, "--board", BoardName)).IsRefusal("There is no Renode");
    }

    private static void Write(TemporaryProject project, string main) => project.Write("apps/probe/main.c", $$"""
        #include <mcuai/mcuai.h>
        #include "port.h"
        #include "report.h"
        int main(void);
        extern volatile uint32_t verdict, never;
        volatile uint32_t verdict, never;
        {{main}}

        """);

    private static Task<FirmwareImage> BuildAsync(TemporaryProject project) =>
        new FirmwareBuilder(project.Folder, project.Board(BoardName))
            .BuildAsync(CopyPack.Make(Bytes), CopyPack.Info(Bytes), "probe", CancellationToken.None);

    /// <summary>What the variable `verdict` holds each time when so many more seconds of virtual time have passed.</summary>
    private static async Task<uint[]> VerdictsAsync(FirmwareImage image, string[] load, params int[] seconds)
    {
        ProjectFolder project = ProjectFolder.Find();
        string symbols = await ToolProcess.RunAsync("riscv64-unknown-elf-nm", [image.ElfPath], "/", [], default);
        string address = symbols.Split('\n').Single(line => line.EndsWith(" verdict", StringComparison.Ordinal))[..8];
        string folder = Directory.CreateTempSubdirectory("mcuai-renode-").FullName;
        try
        {
            string[] models = Directory.GetFiles(Path.Combine(project.Renode, BoardName), "*.cs");
            using var monitor = new RenodeMonitor(folder, null);
            foreach (string command in (string[])
            [
                $"include @{string.Join(" @", models)}", "mach create",
                $"machine LoadPlatformDescription @{project.Renode}/{BoardName}.repl",
                "cpu PerformanceInMips 1", "emulation SetGlobalAdvanceImmediately true", .. load,
            ])
            {
                await monitor.DoAsync(command, CancellationToken.None);
            }

            var verdicts = new List<uint>();
            foreach (int more in seconds)
            {
                await monitor.DoAsync($"emulation RunFor \"{more}\"", CancellationToken.None);
                string answer = await monitor.DoAsync($"sysbus ReadDoubleWord 0x{address}", CancellationToken.None);
                verdicts.Add(uint.Parse(answer.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            }
            return [.. verdicts];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void RequireRenode()
    {
        if (!RenodeEmulator.IsInstalled)
            Assert.Inconclusive("Needs Renode; name one in RENODE, or put renode on PATH.");
    }
}
