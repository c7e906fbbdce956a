using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Listening;
using McuAi.HostTools.Models;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Pack;
using McuAi.Tests.Listening;

namespace McuAi.Tests.Emulation;

/// <summary>The portable kernels on Armv6-M, which faults at unaligned accesses and cannot divide: QEMU's micro:bit has a Cortex-M0,
/// 256 KB of flash and 16 KB of RAM. It is no board of the project, so its file and port are written here.</summary>
[TestClass]
public sealed class ArmV6MTests
{
    private const string BoardFile = """
        name: microbit
        description: QEMU's micro:bit (Cortex-M0)
        cpu: cortex-m0
        kernels: portable
        ports: [cortex-m, nrf51]
        clock_hz: 16000000
        memory:
          flash: { base: 0x00000000, size: 0x40000 }
          ram: { base: 0x20000000, size: 0x4000 }
        compiler:
          prefix: arm-none-eabi-
          packages: [gcc-arm-none-eabi, libnewlib-arm-none-eabi]
          flags: [-mcpu=cortex-m0plus, -mthumb, -mfloat-abi=soft]
        emulators:
          qemu:
            system: qemu-system-arm
            machine: microbit
            ticks: { source: SysTick, hz: 16000000 }

        """;

    /// <summary>nRF51 Series Reference Manual, chapter UART.</summary>
    private const string Port = """
        #include "port.h"

        #define REGISTER(offset) (*(volatile uint32_t *)(0x40002000 + (offset)))

        void mcuai_port_init(void) {
            REGISTER(0x500) = 4; /* ENABLE */
            REGISTER(0x008) = 1; /* STARTTX */
        }

        void mcuai_port_write(const char *text, size_t bytes) {
            for (size_t i = 0; i < bytes; i++) {
                REGISTER(0x11C) = 0; /* TXDRDY */
                REGISTER(0x51C) = (uint8_t)text[i];
                while (!REGISTER(0x11C))
                    continue;
            }
        }

        void mcuai_port_leds(uint32_t lit) {
            (void)lit;
        }

        """;

    [TestMethod]
    [DataRow("commands.tsk")]
    [DataRow("digits.tsk")]
    [DataRow("bearing.tsk")]
    public async Task AModelGivesTheBytesOfTheHost(string name)
    {
        using TemporaryProject project = MakeProject();
        PackModel model = ModelFile.ReadPack(Path.Combine(ProjectFolder.Find().Root, "models", name));
        byte[] plain = PackWriter.Write(model);
        byte[] inputs = new byte[ModelInput.Bytes(model)];
        new Random(5).NextBytes(inputs);
        Board board = project.Board("microbit");
        BoardPack pack = BoardPack.For(model, board);
        EmulationResult result = await new Emulator(project.Folder).RunAsync(board, pack.Bytes, pack.Info, inputs);
        using var core = new HostCore(HostLibraryBuilder.Load(ProjectFolder.Find().Root), plain);
        CollectionAssert.AreEqual(core.Run(inputs), result.Outputs);
    }

    /// <summary>The front end and the spotter, with the pack that fits the 16 KB of RAM: 10 seconds of sound.</summary>
    [TestMethod]
    public async Task AKeywordSpotterHearsAsTheHost()
    {
        using TemporaryProject project = MakeProject();
        SpotterPack pack = SpotterPack.Read(Path.Combine(ProjectFolder.Find().Root, "models", "commands.tsk"));
        short[] samples = SpotterPacks.Sound(10, pack.FrontEnd.SampleRate, 5);
        Hearing host = HostListening.Run(pack, samples);
        Assert.IsGreaterThan(2, host.Inferences);
        BoardHearing board = await new BoardListening(project.Folder, project.Board("microbit"))
            .RunAsync(pack, samples, estimates: false, CancellationToken.None);
        CollectionAssert.AreEqual(host.Words.ToArray(), board.Hearing(pack.Labels).Words.ToArray());
        Assert.AreEqual(host.Inferences, board.Figures.Inferences);
    }

    /// <summary>A core that read a word from an odd address would be caught.</summary>
    [TestMethod]
    public async Task AnUnalignedAccessFaults()
    {
        using TemporaryProject project = MakeProject();
        project.Write("apps/unaligned/main.c", """
            #include <stdint.h>
            #include "report.h"

            static uint8_t bytes[8] __attribute__((aligned(4)));

            int main(void);
            int main(void) {
                static volatile uintptr_t address; /* which the compiler cannot know to be odd */
                address = (uintptr_t)bytes + 1;
                report_figure("read", *(volatile uint32_t *)address);
                report_done(0, 0);
                for (;;)
                    continue;
            }

            """);
        Board board = project.Board("microbit");
        FirmwareImage image = await new FirmwareBuilder(project.Folder, board)
            .BuildAsync(CopyPack.Make(16), CopyPack.Info(16), "unaligned", CancellationToken.None);
        BoardException error = await Assert.ThrowsExactlyAsync<BoardException>(
            () => new QemuEmulator(board).RunAsync(image, new byte[16], 16, CancellationToken.None));
        StringAssert.Contains(error.Message, "fault");
    }

    private static TemporaryProject MakeProject()
    {
        var project = new TemporaryProject();
        File.WriteAllText(Path.Combine(project.Folder.Boards, "microbit.yaml"), BoardFile);
        project.Write("ports/nrf51/board.c", Port);
        return project;
    }
}
