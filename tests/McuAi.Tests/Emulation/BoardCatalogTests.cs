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

    [TestMethod]
    public void AnUnknownBoardIsAnsweredWithTheKnown()
    {
        var error = Assert.ThrowsExactly<BoardException>(() => Board("arduino"));
        StringAssert.Contains(error.Message, "arduino");
        StringAssert.Contains(error.Message, "mps2-an386");
    }

    private static Board Board(string name) => new BoardCatalog(ProjectFolder.Find().Boards).Find(name);
}
