using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Listening;
using McuAi.ModelConverter.Audio;
using McuAi.Tests.Core;

namespace McuAi.Tests.Listening;

/// <summary>firmware/apps/keyword-spotter on emulated boards hears what the host hears.</summary>
[TestClass]
public sealed class BoardListeningTests
{
    private static readonly SpotterSettings Eager = new() { Threshold = 60, Release = 40 };

    [TestMethod]
    [DataRow("mps2-an386")]
    [DataRow("stm32f4-discovery")]
    [DataRow("mps3-an547")]
    [DataRow("riscv32-virt")]
    public async Task BoardsHearWhatTheHostHears(string name)
    {
        SpotterPack pack = SpotterPacks.Make(FrontEndSettings.KeywordSpotting, Eager);
        short[] samples = SpotterPacks.Sound(20, 8000, 5);
        Hearing host = HostListening.Run(pack, samples);
        Assert.IsGreaterThan(2, host.Words.Count);
        foreach (bool fromFile in (bool[])[false, true])
        {
            BoardHearing board = await Listening(name).RunAsync(pack, samples, estimates: false, CancellationToken.None, fromFile);
            CollectionAssert.AreEqual(host.Words.ToArray(), board.Hearing(pack.Labels).Words.ToArray());
            Assert.AreEqual(host.Inferences, board.Figures.Inferences);
            Assert.AreEqual(host.Windows, board.Figures.Windows);
        }
    }

    /// <summary>78 seconds do not fit beside the image in 1 MB of flash.</summary>
    [TestMethod]
    public async Task LongRecordingsGoOnWhereTheyWere()
    {
        SpotterPack pack = SpotterPacks.Make(FrontEndSettings.KeywordSpotting, Eager);
        short[] samples = SpotterPacks.Sound(78, 8000, 6);
        BoardHearing board = await Listening("stm32f4-discovery").RunAsync(pack, samples, estimates: false,
            CancellationToken.None);
        CollectionAssert.AreEqual(HostListening.Run(pack, samples).Words.ToArray(),
            board.Hearing(pack.Labels).Words.ToArray());
    }

    /// <summary>QEMU's machine has no crystal, without which the microphone's clock would be wrong: the image starts and says
    /// so.</summary>
    [TestMethod]
    public async Task TheImageForTheMicrophoneHasItsInterrupt()
    {
        SpotterPack pack = SpotterPacks.Make(FrontEndSettings.KeywordSpotting, null);
        FirmwareImage image = await Listening("stm32f4-discovery").BuildAsync(pack, FirmwareSound.Microphone,
            CancellationToken.None);
        string symbols = await ToolProcess.RunAsync("arm-none-eabi-nm", [image.ElfPath], "/", [], default);
        Assert.Contains("08000040 R mcuai_stm32f4_interrupts", symbols);
        Assert.Contains("mcuai_stm32f4_dma1_stream3", symbols);
        Assert.DoesNotContain("mcuai_port_semihosting", symbols);
        Board board = new BoardCatalog(ProjectFolder.Find().Boards).Find("stm32f4-discovery");
        BoardException silence = await Assert.ThrowsExactlyAsync<BoardException>(() => new QemuEmulator(board).RunAsync(image,
            new byte[2], 2, CancellationToken.None));
        Assert.Contains("source of sound does not start", silence.Message);
        BoardException refusal = await Assert.ThrowsExactlyAsync<BoardException>(() => Listening("mps2-an386").BuildAsync(pack,
            FirmwareSound.Microphone, CancellationToken.None));
        Assert.Contains("no microphone", refusal.Message);
    }

    private static BoardListening Listening(string name) => new(ProjectFolder.Find(),
        new BoardCatalog(ProjectFolder.Find().Boards).Find(name));
}
