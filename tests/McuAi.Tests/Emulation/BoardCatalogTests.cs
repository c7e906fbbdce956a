using McuAi.HostTools.Boards;

namespace McuAi.Tests.Emulation;

[TestClass]
public sealed class BoardCatalogTests
{
    private static string BoardFile(string name) => Path.Combine(ProjectFolder.Find().Boards, name + ".yaml");

    [TestMethod]
    public void EveryBoardOfTheProjectIsReadAndItsPortsExist()
    {
        var project = ProjectFolder.Find();
        var boards = new BoardCatalog(project.Boards).All();
        CollectionAssert.IsSubsetOf(
            (string[])["mps2-an386", "mps2-an500", "mps3-an547", "riscv32-virt", "stm32f4-discovery"],
            boards.Select(b => b.Name).ToArray());
        foreach (var board in boards)
        {
            Assert.IsTrue(File.Exists(Path.Combine(project.Firmware, "ports", board.Ports[0], "image.ld")), board.Name);
            Assert.IsTrue(
                board.Ports.All(p => Directory.Exists(Path.Combine(project.Firmware, "ports", p))), board.Name);
        }
    }

    [TestMethod]
    public void FiguresAreReadAsWritten()
    {
        var board = Board("stm32f4-discovery");
        Assert.AreEqual("cortex-m4", board.Cpu);
        Assert.AreEqual(0x08000000, board.Memory.Flash.Base);
        Assert.AreEqual(128 * 1024, board.Memory.Ram.Size);
        Assert.AreEqual(168_000_000, board.Emulators.Qemu!.Ticks.Hz);
        CollectionAssert.AreEqual((string[])["-serial", "null"], board.Emulators.Qemu.Arguments);
    }

    [TestMethod]
    [DataRow("cpu: cortex-m4", "cpu: cortex-m4\ncolour: green", "colour")]
    [DataRow("  ram: {", "  rom: {", "rom")]
    [DataRow("cpu: cortex-m4", "", "cpu")]
    [DataRow("cpu: cortex-m4", "cpu: cortex-m4\ncpu: cortex-m7", "cpu")]
    [DataRow("kernels: dsp", "kernels: avx", "kernels")]
    [DataRow("clock_hz: 25000000", "clock_hz: fast", "line")]
    [DataRow("base: 0x00000000, size: 0x400000", "base: 0xFFFFFFFF, size: 0x400000", "memory.flash")]
    [DataRow("ports: [cortex-m, mps]", "ports: []", "ports")]
    [DataRow("name: mps2-an386", "name: other", "name")]
    [DataRow("cpu: cortex-m4", "cpu:", "cpu: is empty")]
    [DataRow("cpu: cortex-m4", "cpu: \"\"", "cpu: is empty")]
    [DataRow("ports: [cortex-m, mps]", "ports:", "ports: is empty")]
    [DataRow("ports: [cortex-m, mps]", "ports: [cortex-m, \"\"]", "ports: has an empty item")]
    [DataRow("ports: [cortex-m, mps]", "ports: [cortex-m, ]\nspi_flash: { description: a chip, ports: }", "spi_flash.ports: is empty")]
    [DataRow("ports: [cortex-m, mps]", "ports: [cortex-m]\nmicrophone: { description: one, ports: [] }", "microphone.ports: is empty")]
    [DataRow("  prefix: arm-none-eabi-", "  prefix:", "compiler.prefix: is empty")]
    [DataRow("emulators:\n", "emulators:\n  renode: { platform: , console: uart, ticks: { source: SysTick, hz: 1 } }\n",
        "emulators.renode.platform: is empty")]
    [DataRow("emulators:\n", "emulators:\n  renode: { platform: x.repl, console: uart, ticks: }\n",
        "emulators.renode.ticks: is empty")]
    public void AWrongFileIsRefusedByFileAndKey(string old, string replacement, string named)
    {
        var folder = Directory.CreateTempSubdirectory("mcuai-boards-");
        try
        {
            var path = Path.Combine(folder.FullName, "mps2-an386.yaml");
            var text = File.ReadAllText(BoardFile("mps2-an386"));
            StringAssert.Contains(text, old);
            File.WriteAllText(path, text.Replace(old, replacement, StringComparison.Ordinal));
            var error = Assert.ThrowsExactly<BoardException>(() => BoardCatalog.Read(path));
            StringAssert.Contains(error.Message, path);
            StringAssert.Contains(error.Message, named);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>An entry that a tool could not work with is found when the board is read, not in front of the board.</summary>
    [TestMethod]
    [DataRow("tool: jlink", "flasher.tool")]
    [DataRow("config: board/x.cfg", "tool")]
    [DataRow("tool:", "flasher.tool")]
    [DataRow("tool: openocd", "flasher.config")]
    [DataRow("tool: openocd, config: \"\"", "flasher.config")]
    [DataRow("tool: openocd, config: x.cfg, chip: esp32c3", "flasher.chip")]
    [DataRow("tool: openocd, config: x.cfg, port: COM3", "port")]
    [DataRow("tool: st-flash", "flasher.address")]
    [DataRow("tool: st-flash, address: 0x08000000", "flasher.address")]
    [DataRow("tool: st-flash, address: here", "line")]
    [DataRow("tool: dfu-util, address: 0", "flasher.device")]
    [DataRow("tool: dfu-util, address: 0, device: stm32", "flasher.device")]
    [DataRow("tool: dfu-util, address: 0, device: \"0483:df11\", alt: -1", "flasher.alt")]
    [DataRow("tool: esptool, offset: 0", "flasher.chip")]
    [DataRow("tool: esptool, chip: esp32c3", "flasher.offset")]
    [DataRow("tool: esptool, chip: --help, offset: 0", "flasher.chip")]
    [DataRow("tool: esptool, chip: esp32c3, offset: 0x1000", "flasher.offset")]
    [DataRow("tool: esptool, chip: esp32c3, offset: -1", "flasher.offset")]
    [DataRow("tool: esptool, chip: esp32c3, offset: 0, baud: 0", "flasher.baud")]
    [DataRow("tool: nanoff", "flasher.target")]
    [DataRow("tool: nanoff, target: --serialport", "flasher.target")]
    public void AWrongFlasherIsRefusedByFileAndKey(string flasher, string named)
    {
        const string End = "emulators:\n";
        AWrongFileIsRefusedByFileAndKey(End, $"flasher: {{ {flasher} }}\n{End}", named);
    }

    [TestMethod]
    public void AnUnknownBoardIsAnsweredWithTheKnown()
    {
        var error = Assert.ThrowsExactly<BoardException>(() => Board("arduino"));
        StringAssert.Contains(error.Message, "arduino");
        StringAssert.Contains(error.Message, "mps2-an386");
    }

    private static Board Board(string name) => new BoardCatalog(ProjectFolder.Find().Boards).Find(name);
}
