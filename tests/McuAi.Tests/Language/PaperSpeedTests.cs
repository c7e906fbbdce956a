using McuAi.HostTools.Boards;
using McuAi.HostTools.Inspection;
using McuAi.HostTools.Language;
using McuAi.HostTools.Models;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Pack;

namespace McuAi.Tests.Language;

/// <summary>docs/tinyseek.md, "28 M on an ESP32-S3, on paper": counted instructions and bytes.</summary>
[TestClass]
public sealed class PaperSpeedTests
{
    private const double PublishedTokensPerSecond = 9.5, OctalMemory = 38e6;

    /// <summary>One core, an instruction a cycle, whose slowest memory is read before anything is computed.</summary>
    [TestMethod]
    public async Task TwentyEightMillionOutrunThePublishedModel()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("mcuai-paper-").FullName, "28m.tsk");
        PackModel model = LanguageConversion.Run(TinySeekSizes.RandomPrefix + "tinyseek-28m", new LanguageOptions("int4"));
        ModelFile.WriteAtomically(path, PackWriter.Write(model));
        Board board = new BoardCatalog(ProjectFolder.Find().Boards).Find("riscv32-virt-s3");
        (_, BoardTelling telling) = await new BoardStory(ProjectFolder.Find(), board).TellAsync(LanguagePack.Read(path),
            new StoryRequest("Once upon a time", 20, 0, 0, 1, 1), CancellationToken.None);
        long bytes = TokenReads.Of(model)!.Parts.Sum(part => part.Bytes);
        Assert.IsInRange(27_500_000, 28_499_999, TinySeekSizes.All["tinyseek-28m"].Parameters);
        Assert.IsInRange(10e6, 12.6e6, telling.InstructionsPerToken);
        Assert.IsInRange(1_500_000, 1_830_000, bytes);
        double seconds = (telling.InstructionsPerToken / board.ClockHz) + (bytes / OctalMemory);
        Assert.IsGreaterThan(PublishedTokensPerSecond, 1 / seconds);
    }
}
