using McuAi.HostTools.Boards;
using McuAi.HostTools.Language;
using McuAi.ModelConverter.Language;

namespace McuAi.Tests.Language;

/// <summary>docs/tinyseek.md says what the packs are.</summary>
[TestClass]
public sealed class TinySeekPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(ProjectFolder.Find().Root, "docs/tinyseek.md"));

    public static IEnumerable<object[]> Names => TinySeekSizes.All.Keys.Select(name => (object[])[name]);

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void PageHasTheFiguresOfThePack(string name)
    {
        string line = TinySeekFigures.Of(name).ToString();
        Assert.IsTrue(Page.Contains(line, StringComparison.Ordinal), $"docs/tinyseek.md lacks\n{line}");
    }

    [TestMethod]
    public void TheLargestFitsItsDeviceAndReadsLittle()
    {
        TinySeekFigures figures = TinySeekFigures.Of("tinyseek-96m");
        Assert.IsInRange(95_500_000, 96_499_999, figures.Shape.Parameters);
        Assert.IsLessThanOrEqualTo(52_000_000, figures.PackBytes);
        Assert.IsLessThanOrEqualTo(5_000_000, figures.MostPerToken);
    }
}
