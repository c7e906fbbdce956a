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
                StringAssert.Contains(platform, $"@ sysbus 0x{region.Base:X8}\n    size: 0x{region.Size:X}\n", board.Name);
            }
            StringAssert.Contains(platform, $"\n{board.Emulators.Renode.Console}: UART.", board.Name);
            StringAssert.Contains(platform, $"systickFrequency: {board.Emulators.Renode.Ticks.Hz}\n", board.Name);
            foreach (string ending in (string[])["resc", "robot"])
            {
                Assert.IsTrue(File.Exists(Path.Combine(Project.Renode, $"{board.Name}.{ending}")), $"{board.Name}.{ending}");
            }
        }
    }

    /// <summary>Robot Framework finds out only when a test runs.</summary>
    [TestMethod]
    public void TestsUseKeywordsThatThereAre()
    {
        string resource = File.ReadAllText(Path.Combine(Project.Renode, "apps.resource"));
        string[] tests = [.. Directory.GetFiles(Project.Renode, "*.robot").Where(path =>
            File.ReadAllText(path).Contains("/apps.resource", StringComparison.Ordinal))];
        Assert.AreNotEqual(0, tests.Length);
        foreach (string path in tests)
        {
            string[] keywords = [.. File.ReadAllText(path).Split("*** Test Cases ***")[1].Split('\n')
                .Where(line => line.StartsWith("    ", StringComparison.Ordinal))];
            Assert.IsGreaterThanOrEqualTo(5, keywords.Length);
            foreach (string keyword in keywords)
            {
                StringAssert.Contains(resource, "\n" + keyword.Trim() + "\n", path);
            }
        }
    }

    [TestMethod]
    public void ListsAreWrittenAsRobotFrameworkReadsThem()
    {
        var variables = new RobotVariables();
        variables.Add("PIECES", ["4f6e", "", "1200 nine 226"]);
        const string Expected = "*** Variables ***\n@{PIECES}\n...    4f6e\n...    ${EMPTY}\n...    1200 nine 226\n";
        Assert.AreEqual(Expected, variables.ToString());
    }
}
