using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;

namespace McuAi.Tests.Emulation;

/// <summary>The image of the ESP32-C3 as the boot ROM and the two buses need it, read by GNU's tools.</summary>
[TestClass]
public sealed partial class Esp32C3ImageTests
{
    private const string BoardName = "esp32-c3", Tools = "riscv64-unknown-elf-";

    private const int Bytes = 48;

    /// <summary>The two words and the address of a direct boot, as Espressif's example gives them.</summary>
    [TestMethod]
    public async Task TheFlashBeginsAsTheBootRomWantsIt()
    {
        using var project = new TemporaryProject();
        string elf = await BuildAsync(project);
        byte[] flash = await FlashAsync(project, elf);
        CollectionAssert.AreEqual(Convert.FromHexString("1d04dbae1d04dbae"), flash[..8]);
        StringAssert.Contains(await RunAsync("readelf", "-h", elf), "Entry point address:               0x42000008");
        string code = await RunAsync("objdump", "-d", "--start-address=0x42000008", "--stop-address=0x42000010", elf);
        StringAssert.Contains(code, "<mcuai_riscv_reset>");
    }

    /// <summary>What the flasher writes holds the pack and the variables' values where the data bus looks.</summary>
    [TestMethod]
    public async Task TheFlashHoldsWhatIsReadThroughTheDataBus()
    {
        using var project = new TemporaryProject();
        Board board = project.Board(BoardName);
        string elf = await BuildAsync(project);
        byte[] flash = await FlashAsync(project, elf);
        Dictionary<string, long> symbols = await SymbolsAsync(elf);
        byte[] pack = CopyPack.Make(Bytes);
        int place = (int)(symbols["mcuai_pack_begin"] - board.Memory.Pack!.Base);
        CollectionAssert.AreEqual(pack, flash[place..(place + pack.Length)]);
        int value = (int)(symbols["__data_load"] - board.Memory.Pack.Base + symbols["preset"] - symbols["__data_start"]);
        Assert.AreEqual(0x12345678u, BinaryPrimitives.ReadUInt32LittleEndian(flash.AsSpan(value)));
        Assert.AreEqual(flash.Length, (int)(symbols["mcuai_inputs"] - board.Memory.Pack.Base));
    }

    /// <summary>The instruction bus reads words only, so no constant may have its addresses, and no two segments one place:
    /// a loader would write the second over the first.</summary>
    [TestMethod]
    public async Task ConstantsAreOnTheDataBusAndSegmentsApart()
    {
        using var project = new TemporaryProject();
        Board board = project.Board(BoardName);
        string elf = await BuildAsync(project);
        foreach ((string name, long address, char kind) in await ListAsync(elf))
        {
            MemoryRegion? region = char.ToLowerInvariant(kind) switch
            {
                'r' => board.Memory.Pack,
                't' => board.Memory.Flash,
                'd' or 'b' => board.Memory.Ram,
                _ => null,
            };
            bool isIn = region is null || (address >= region.Base && address <= region.Base + region.Size);
            Assert.IsTrue(isIn, $"{name} {kind}");
        }

        (long Begin, long End)[] places = [.. SegmentPattern().Matches(await RunAsync("readelf", "-lW", elf))
            .Select(match => (Hex(match.Groups[1].Value), Hex(match.Groups[1].Value) + Hex(match.Groups[2].Value))).Order()];
        Assert.IsGreaterThanOrEqualTo(3, places.Length);
        for (int i = 1; i < places.Length; i++)
            Assert.IsGreaterThanOrEqualTo(places[i - 1].End, places[i].Begin, $"segment {i}");
    }

    /// <summary>mcycle, minstret and what user mode sees of them are illegal instructions there; mtvec has no bits below 256.
    /// </summary>
    [TestMethod]
    public async Task OnlyTheCountersOfThisCpuAreRead()
    {
        using var project = new TemporaryProject();
        string elf = await BuildAsync(project);
        string code = await RunAsync("objdump", "-d", elf);
        Assert.IsFalse(AbsentCounterPattern().IsMatch(code), AbsentCounterPattern().Match(code).Value);
        StringAssert.Contains(code, "0x7e2");
        Assert.AreEqual(0, (await SymbolsAsync(elf))["mcuai_esp32c3_vectors"] % 256);
        Assert.AreEqual(0, (await SymbolsAsync(elf))["mcuai_riscv_trap"] % 256);
    }

    private static async Task<string> BuildAsync(TemporaryProject project)
    {
        project.Write("apps/probe/main.c", """
            #include <mcuai/mcuai.h>
            #include "pack.h"
            #include "port.h"
            #include "report.h"
            int main(void);
            extern volatile uint32_t preset;
            volatile uint32_t preset = 0x12345678;
            static mcuai_model model;
            int main(void) {
                mcuai_port_leds(preset);
                mcuai_port_ticks_start();
                const mcuai_status status = mcuai_pack_open(&model, NULL, NULL);
                preset = (uint32_t)mcuai_port_ticks();
                report_done(status, NULL);
                for (;;)
                    mcuai_port_idle();
            }

            """);
        FirmwareImage image = await new FirmwareBuilder(project.Folder, project.Board(BoardName))
            .BuildAsync(CopyPack.Make(Bytes), CopyPack.Info(Bytes), "probe");
        return image.ElfPath;
    }

    private static async Task<byte[]> FlashAsync(TemporaryProject project, string elf)
    {
        string path = Path.Combine(project.Folder.Root, "flash.bin");
        await RunAsync("objcopy", "-O", "binary", elf, path);
        return await File.ReadAllBytesAsync(path);
    }

    private static async Task<Dictionary<string, long>> SymbolsAsync(string elf) =>
        (await ListAsync(elf)).DistinctBy(symbol => symbol.Name)
            .ToDictionary(symbol => symbol.Name, symbol => symbol.Address);

    private static async Task<IEnumerable<(string Name, long Address, char Kind)>> ListAsync(string elf) =>
        SymbolPattern().Matches(await RunAsync("nm", elf))
            .Select(match => (match.Groups[3].Value, Hex(match.Groups[1].Value), match.Groups[2].Value[0]));

    private static Task<string> RunAsync(string tool, params string[] arguments) =>
        ToolProcess.RunAsync(Tools + tool, arguments, "/", [], default);

    private static long Hex(string digits) => long.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^([0-9a-f]{8}) (\w) (\S+)$", RegexOptions.Multiline)]
    private static partial Regex SymbolPattern();

    /// <summary>Physical address and size in memory.</summary>
    [GeneratedRegex(@"LOAD\s+0x[0-9a-f]+ 0x[0-9a-f]+ 0x([0-9a-f]+) 0x[0-9a-f]+ 0x([0-9a-f]+)")]
    private static partial Regex SegmentPattern();

    [GeneratedRegex(@"\b(m?cycleh?|m?instreth?|timeh?|rdcycleh?|rdinstreth?|rdtimeh?)\b.*$", RegexOptions.Multiline)]
    private static partial Regex AbsentCounterPattern();
}
