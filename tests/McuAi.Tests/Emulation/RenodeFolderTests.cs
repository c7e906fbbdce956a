using System.Text.RegularExpressions;
using McuAi.HostTools.Boards;
using McuAi.HostTools.RobotTests;

namespace McuAi.Tests.Emulation;

/// <summary>The files of the folder renode, as far as they can be judged without Renode.</summary>
[TestClass]
public sealed class RenodeFolderTests
{
    private static readonly ProjectFolder Project = ProjectFolder.Find();

    /// <summary>Renode's own platforms load others, or the names of registers from the network.</summary>
    [TestMethod]
    public void PlatformsLoadOffline()
    {
        string[] platforms = Directory.GetFiles(Project.Renode, "*.repl");
        Assert.AreNotEqual(0, platforms.Length);
        foreach (string path in platforms)
        {
            string text = File.ReadAllText(path);
            Assert.IsFalse(text.Contains("using ", StringComparison.Ordinal), path);
            Assert.IsFalse(text.Contains("http", StringComparison.OrdinalIgnoreCase), path);
        }
    }

    /// <summary>What a board's file names is there, has the board's memory, its console and a script with tests.</summary>
    [TestMethod]
    public void EveryBoardWithAPlatformHasItsMemoryAndTests()
    {
        Board[] boards = [.. new BoardCatalog(Project.Boards).All().Where(board => board.Emulators.Renode is not null)];
        CollectionAssert.Contains(boards.Select(board => board.Name).ToArray(), "stm32f4-discovery");
        foreach (Board board in boards)
        {
            string platform = File.ReadAllText(Path.Combine(Project.Renode, board.Emulators.Renode!.Platform));
            foreach (MemoryRegion region in (MemoryRegion[])[board.Memory.Flash, board.Memory.Ram])
            {
                // At one place or at several: the first is the board's.
                StringAssert.Matches(platform, new Regex(
                    $@"@ (sysbus 0x{region.Base:X8}|{{\s+sysbus 0x{region.Base:X8};[^}}]+}})\n    size: 0x{region.Size:X}\n"), board.Name);
            }
            StringAssert.Contains(platform, $"\n{board.Emulators.Renode.Console}: UART.", board.Name);
            if (board.Emulators.Renode.Ticks.Source == "SysTick")
                StringAssert.Contains(platform, $"systickFrequency: {board.Emulators.Renode.Ticks.Hz}\n", board.Name);
            foreach (string ending in (string[])["resc", "robot"])
            {
                Assert.IsTrue(File.Exists(Path.Combine(Project.Renode, $"{board.Name}.{ending}")), $"{board.Name}.{ending}");
            }
        }
    }

    /// <summary>A script names the models one by one, and `emulate` takes all of the folder.</summary>
    [TestMethod]
    public void ScriptsIncludeEveryModelOfTheirBoard()
    {
        foreach (Board board in new BoardCatalog(Project.Boards).All().Where(board => board.Emulators.Renode?.Models is not null))
        {
            string folder = board.Emulators.Renode!.Models!;
            string script = File.ReadAllText(Path.Combine(Project.Renode, board.Name + ".resc"));
            string[] models = [.. Directory.GetFiles(Path.Combine(Project.Renode, folder), "*.cs").Select(p => Path.GetFileName(p)!)];
            Assert.AreNotEqual(0, models.Length, board.Name);
            string include = script.Split('\n').Single(line => line.StartsWith("include ", StringComparison.Ordinal));
            CollectionAssert.AreEquivalent(models.Select(model => $"$ORIGIN/{folder}/{model}").ToArray(),
                include.Split(' ').Skip(1).ToArray(), board.Name);
        }
    }

    /// <summary>Robot Framework finds out only when a test runs.</summary>
    [TestMethod]
    public void TestsUseKeywordsThatThereAre()
    {
        string resource = string.Concat(Directory.GetFiles(Project.Renode, "*.resource").Select(File.ReadAllText));
        string[] tests = [.. Directory.GetFiles(Project.Renode, "*.robot").Where(path =>
            File.ReadAllText(path).Contains("/apps.resource", StringComparison.Ordinal))];
        Assert.AreNotEqual(0, tests.Length);
        foreach (string path in tests)
        {
            string[] parts = File.ReadAllText(path).Split("*** Test Cases ***");
            string[] keywords = [.. parts[1].Split('\n')
                .Where(line => line.StartsWith("    ", StringComparison.Ordinal))];
            Assert.IsGreaterThanOrEqualTo(5, keywords.Length);
            foreach (string keyword in keywords)
            {
                StringAssert.Contains(resource + parts[0], "\n" + keyword.Trim() + "\n", path);
            }
        }
    }

    /// <summary>Every app that fits a board is run on it, and what start-up sets up is looked at.</summary>
    [TestMethod]
    public void EveryBoardHasACaseForEveryApp()
    {
        string[] always =
        [
            "Inference Should Give The Bytes Of The Host", "Keywords Should Be Heard And Light LEDs",
            "Vibration Should Be Judged As On The Host", "Damaged Weights Should Be Refused",
            "Damaged Manifest Should Be Refused", "Button Should Stop And Start Listening", "Clock And Console Should Be Set Up",
        ];
        string[] stories = ["Story Should Be Told As On The Host", "Button Should Have Another Story Told"];
        string[] streams = ["Story Should Be Told From The Flash Chip", "Damaged Flash Chip Should Be Noticed"];
        long story = new FileInfo(Path.Combine(Project.Root, "models", "stories.tsk")).Length;
        foreach (Board board in new BoardCatalog(Project.Boards).All().Where(board => board.Emulators.Renode is not null))
        {
            string cases = File.ReadAllText(Path.Combine(Project.Renode, board.Name + ".robot")).Split("*** Test Cases ***")[1];
            string[] expected =
            [
                .. always, .. board.Memory.Flash.Size > story ? stories : [], .. board.SpiFlash is null ? [] : streams,
            ];
            string[] missing = [.. expected.Where(keyword => !cases.Contains($"\n    {keyword}\n", StringComparison.Ordinal))];
            Assert.HasCount(0, missing, $"{board.Name}: {string.Join(", ", missing)}");
        }
    }

    [TestMethod]
    public void ListsAreWrittenAsRobotFrameworkReadsThem()
    {
        var variables = new RobotVariables();
        variables.Add("PIECES", ["4f6e", "", "1200 nine 226"]);
        variables.Add("DAMAGED_WEIGHT", 12896);
        const string Expected = "*** Variables ***\n@{PIECES}\n...    4f6e\n...    ${EMPTY}\n...    1200 nine 226\n${DAMAGED_WEIGHT}    12896\n";
        Assert.AreEqual(Expected, variables.ToString());
    }
}
