using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using McuAi.HostTools.Anomaly;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Language;
using McuAi.HostTools.Listening;
using McuAi.HostTools.Models;
using McuAi.HostTools.RobotTests;
using McuAi.HostTools.Speech;
using McuAi.ModelConverter.Pack;
using McuAi.Tests.Commands;

namespace McuAi.Tests.Emulation;

/// <summary>Images of the STM32 boards, as far as they can be judged without an emulator.</summary>
[TestClass]
public sealed class Stm32BoardTests
{
    private const string Discovery = "stm32f4-discovery", NucleoH7 = "nucleo-h753zi", NucleoWba = "nucleo-wba52cg",
        DiscoveryL0 = "b-l072z-lrwan1";

    private static readonly ProjectFolder Project = ProjectFolder.Find();

    /// <summary>The whole image with the stack that the linker script leaves.</summary>
    [TestMethod]
    [DataRow(Discovery)]
    [DataRow(NucleoH7)]
    [DataRow(NucleoWba)]
    [DataRow(DiscoveryL0)]
    public async Task AKeywordSpotterFits(string name)
    {
        Board board = Find(name);
        FirmwareImage image = await new BoardListening(Project, board)
            .BuildAsync(SpotterPack.Read(Model("digits")), FirmwareSound.Recording, CancellationToken.None);
        Assert.IsInRange(20_000, board.Memory.Flash.Size, image.Sizes.Code + image.Sizes.Pack);
        Assert.IsInRange(10_000, board.Memory.Ram.Size - PackSources.StackBytes, image.Sizes.Ram);
    }

    [TestMethod]
    [DataRow(Discovery)]
    [DataRow(NucleoH7)]
    [DataRow(NucleoWba)]
    [DataRow(DiscoveryL0)]
    public async Task AnAnomalyNodeFits(string name)
    {
        Board board = Find(name);
        FirmwareImage image = await NodeEmulation.BuildAsync(board, PackWriter.Write(ModelFile.ReadPack(Model("bearing"))),
            CancellationToken.None);
        Assert.IsInRange(10_000, board.Memory.Flash.Size, image.Sizes.Code + image.Sizes.Pack);
        Assert.IsInRange(5_000, board.Memory.Ram.Size - PackSources.StackBytes, image.Sizes.Ram);
    }

    [TestMethod]
    [DataRow(Discovery)]
    [DataRow(NucleoH7)]
    [DataRow(NucleoWba)]
    public async Task AStoryTellerFits(string name)
    {
        Board board = Find(name);
        (FirmwareImage image, _) = await new BoardStory(Project, board)
            .BuildAsync(LanguagePack.Read(Model("stories")), CancellationToken.None);
        Assert.IsInRange(900_000, board.Memory.Flash.Size, image.Sizes.Code + image.Sizes.Pack);
    }

    /// <summary>The image has the manifest and not the weights.</summary>
    [TestMethod]
    [DataRow(Discovery)]
    [DataRow(NucleoH7)]
    public async Task AStoryTellerReadsItsWeightsFromTheFlashChip(string name)
    {
        LanguagePack pack = LanguagePack.Read(Model("shakespeare"));
        var story = new BoardStory(Project, Find(name))
        {
            CacheBytes = (int)pack.Model.CacheSizes.Least, Device = FirmwareDevice.SpiFlash,
        };
        (FirmwareImage image, BoardPack laidOut) = await story.BuildAsync(pack, CancellationToken.None);
        Assert.IsLessThan(laidOut.Bytes.Length / 4, image.Sizes.Code + image.Sizes.Pack);
        string symbols = await ToolProcess.RunAsync("arm-none-eabi-nm", [image.ElfPath], "/", [], default);
        StringAssert.Contains(symbols, "mcuai_spi_exchange");
        Assert.DoesNotContain("mcuai_port_semihosting", symbols);
    }

    [TestMethod]
    public async Task ABoardWithoutAFlashChipIsRefusedByName()
    {
        LanguagePack pack = LanguagePack.Read(Model("shakespeare"));
        var story = new BoardStory(Project, Find(NucleoWba)) { CacheBytes = 60_000, Device = FirmwareDevice.SpiFlash };
        BoardException error = await Assert.ThrowsExactlyAsync<BoardException>(() => story.BuildAsync(pack, CancellationToken.None));
        StringAssert.Contains(error.Message, "nucleo-wba52cg has no flash chip");
    }

    /// <summary>The numbers are those of the reference manuals' vector tables: RM0090 table 61, RM0433 19.1, RM0493, RM0376.</summary>
    [TestMethod]
    [DataRow(Discovery, 6, "mcuai_stm32f4_exti0")]
    [DataRow(NucleoH7, 40, "mcuai_stm32h7_exti15_10")]
    [DataRow(NucleoWba, 24, "mcuai_stm32wba_exti13")]
    [DataRow(DiscoveryL0, 6, "mcuai_stm32l0_exti2_3")]
    public async Task TheButtonsInterruptHasItsVector(string name, int interrupt, string handler)
    {
        const int bytes = 48, wordBytes = 4, systemVectors = 16;
        FirmwareImage image = await new FirmwareBuilder(Project, Find(name)).BuildAsync(CopyPack.Make(bytes), CopyPack.Info(bytes));
        string symbols = await ToolProcess.RunAsync("arm-none-eabi-nm", [image.ElfPath], "/", [], default);
        string line = symbols.Split('\n').Single(text => text.TrimEnd().EndsWith(" T " + handler, StringComparison.Ordinal));
        uint address = uint.Parse(line.Split(' ')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        string vectors = Path.GetTempFileName();
        try
        {
            await ToolProcess.RunAsync("arm-none-eabi-objcopy", ["-O", "binary", "-j", ".vectors", image.ElfPath, vectors], "/", [],
                default);
            byte[] table = await File.ReadAllBytesAsync(vectors);
            // Thumb code: the lowest bit is set.
            Assert.AreEqual(address | 1, BitConverter.ToUInt32(table, (systemVectors + interrupt) * wordBytes));
        }
        finally
        {
            File.Delete(vectors);
        }
    }

    /// <summary>OpenOCD writes only to the banks that its script declares: STM32L0 of 192 KB and STM32H7 of 2 MB have two (RM0376
    /// 3.3.1, RM0433 4.3.4). The others' one bank is all of the flash.</summary>
    [TestMethod]
    [DataRow(Discovery, "0x00000000")]
    [DataRow(NucleoH7, "0x08000000 0x08100000")]
    [DataRow(DiscoveryL0, "0x08000000 0x00000000")]
    public async Task TheFlashersScriptHasEveryBankOfTheFlash(string name, string expected)
    {
        var start = new ProcessStartInfo("openocd", ["-f", Find(name).Flasher!.Config!, "-c", "flash banks", "-c", "shutdown"])
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        };
        try
        {
            using Process openocd = Process.Start(start)!;
            Task<string> output = openocd.StandardOutput.ReadToEndAsync(), errors = openocd.StandardError.ReadToEndAsync();
            await openocd.WaitForExitAsync();
            MatchCollection banks = Regex.Matches(await output + await errors, @"^#\d+ : (?!\S+otp)\S+ \(\w+\) at (0x\w+)",
                RegexOptions.Multiline);
            // At 0, the driver asks the chip where it is.
            Assert.AreEqual(expected, string.Join(' ', banks.Select(bank => bank.Groups[1].Value)));
        }
        catch (Win32Exception)
        {
            Assert.Inconclusive("Needs openocd.");
        }
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task AStoryThatIsTooLargeIsAnErrorOnlyWhereItIsAsked(bool isAsked)
    {
        string folder = Directory.CreateTempSubdirectory("mcuai-robot-").FullName;
        try
        {
            var request = new StoryRequest("Once", Tokens: 1, Temperature: 0, TopK: 0, TopP: 1, Seed: 1);
            RobotPack story = new(Model("stories"), isAsked), spotter = new(Model("digits"), false),
                detector = new(Model("bearing"), false);
            var packs = new RobotPacks(detector.Path, null, story, request, spotter, detector, story with { IsAsked = false });
            if (!isAsked)
                NeedsVoices();
            string stale = Directory.CreateDirectory(Path.Combine(folder, "story")).FullName;
            await File.WriteAllTextAsync(Path.Combine(stale, "image.elf"), "of an earlier pack");
            Task<IReadOnlyList<string>> writing = new RobotImages(Project, Find(DiscoveryL0))
                .WriteAsync(packs, folder, CancellationToken.None);
            if (isAsked)
            {
                BoardException error = await Assert.ThrowsExactlyAsync<BoardException>(() => writing);
                StringAssert.Contains(error.Message, "196,608");
                return;
            }

            string sentence = (await writing).Single();
            StringAssert.StartsWith(sentence, "story is left out:");
            StringAssert.Contains(sentence, "196,608");
            string expected = await File.ReadAllTextAsync(Path.Combine(folder, "expected.resource"));
            StringAssert.Contains(expected, "@{KEYWORD_EVENTS}");
            StringAssert.Contains(expected, "@{ANOMALY_FRAMES}");
            // Offset of the only shard of bearing.tsk, and the half of its bytes.
            PackShard shard = ModelFile.ReadPack(detector.Path).Shards.Single();
            StringAssert.Contains(expected, $"${{DAMAGED_WEIGHT}}    {shard.Offset + (shard.Bytes / 2)}\n");
            Assert.DoesNotContain("STORY", expected);
            Assert.IsFalse(Directory.Exists(stale));
            Assert.IsTrue(File.Exists(Path.Combine(folder, "keywords", "image.elf")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Only a size is a reason to leave an app out.</summary>
    [TestMethod]
    public async Task ImagesWithoutACompilerAreAnError()
    {
        using var project = new TemporaryProject(sharesArtifacts: false);
        string path = Path.Combine(project.Folder.Boards, DiscoveryL0 + ".yaml");
        string text = await File.ReadAllTextAsync(path);
        await File.WriteAllTextAsync(path, text.Replace("arm-none-eabi-", "absent-", StringComparison.Ordinal));
        var request = new StoryRequest("Once", Tokens: 1, Temperature: 0, TopK: 0, TopP: 1, Seed: 1);
        RobotPack detector = new(Model("bearing"), false), story = new(Model("stories"), false);
        var packs = new RobotPacks(detector.Path, null, story, request, new(Model("digits"), false), detector, story);
        BoardException error = await Assert.ThrowsExactlyAsync<BoardException>(() => new RobotImages(project.Folder,
            project.Board(DiscoveryL0)).WriteAsync(packs, Path.Combine(project.Folder.Root, "images"), CancellationToken.None));
        StringAssert.Contains(error.Message, "absent-gcc is not installed");
    }

    [TestMethod]
    public async Task WhatHasNoImagesIsRefused()
    {
        using var tool = new CommandLine();
        (await tool.RunAsync("robot-images", "-b", "riscv32-virt")).IsRefusal("riscv32-virt", "Renode");
        (await tool.RunAsync("robot-images", "-b", DiscoveryL0, "--tokens", "-5", "-o", tool["images"])).IsRefusal("--tokens -5");
        Assert.IsFalse(Directory.Exists(tool["images"]));
    }

    private static void NeedsVoices()
    {
        if (!Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
            .Any(place => File.Exists(Path.Combine(place, EspeakNg.Program))))
            Assert.Inconclusive($"Needs {EspeakNg.Program}.");
    }

    private static Board Find(string name) => new BoardCatalog(Project.Boards).Find(name);

    private static string Model(string name) => Path.Combine(Project.Root, "models", name + ".tsk");
}
