using System.Text.Json;
using System.Text.RegularExpressions;
using McuAi.HostTools.Listening;
using McuAi.ModelConverter.Pack;
using McuAi.Tests.Commands;

namespace McuAi.Tests.Learning;

/// <summary>The keyword spotters that are shipped do what their cards say.</summary>
[TestClass]
public sealed partial class ModelCardTests
{
    private const double Clip = 100.0 / 300; // percent: one clip of the test may fall on another side elsewhere

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task DigitsAreAsRightAsTheCardSays()
    {
        string speech = SharedData.Path("speech/free-spoken-digits/recordings");
        string[] renamed = [.. "zero one two three four five six seven eight nine".Split(' ').Select((word, i) => $"{i}={word}")];
        using var tool = new CommandLine();
        CommandResult result = await tool.RunAsync(["eval", ModelCard.Path("digits.tsk"), "--data", speech, "--pattern",
            "{label}_{speaker}_{take}.wav", "--test-takes", "0-4", "--rename", .. renamed, "--json"]);
        result.IsSuccess();
        JsonElement figures = JsonDocument.Parse(result.Output).RootElement;
        Assert.AreEqual(300, figures.GetProperty("samples").GetInt32());
        Assert.AreEqual(ModelCard.Stated("digits.md", Accuracy()), 100 * figures.GetProperty("value").GetDouble(), Clip + 0.01);
    }

    [TestMethod]
    [DataRow("digits")]
    [DataRow("commands")]
    public void WeightsAndArenaAreThoseOfTheCard(string name)
    {
        SpotterPack pack = SpotterPack.Read(ModelCard.Path(name + ".tsk"));
        PackModel model = pack.Model;
        Assert.AreEqual(ModelCard.Stated(name + ".md", Weights()), model.WeightBytes);
        Assert.AreEqual(ModelCard.Stated(name + ".md", Arena()), model.ArenaBytes);
        Assert.Contains("unknown", pack.Labels);
        Assert.Contains("silence", pack.Labels);
    }

    [GeneratedRegex(@"\*\*([0-9.]+) %\*\* of the integer model")]
    private static partial Regex Accuracy();

    [GeneratedRegex(@"\| weights \| ([0-9,]+) bytes")]
    private static partial Regex Weights();

    [GeneratedRegex(@"\| arena \| ([0-9,]+) bytes")]
    private static partial Regex Arena();
}
