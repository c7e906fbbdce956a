using System.Text.Json;
using McuAi.Tests.Commands;
using McuAi.Tests.Data;

namespace McuAi.Tests.Compression;

/// <summary>The verb compress, as people call it, on words that are tones.</summary>
[TestClass]
public sealed class CompressCommandTests : IDisposable
{
    private readonly CommandLine tool = new();
    private readonly DatasetFiles files = new();

    public CompressCommandTests()
    {
        for (int speaker = 0; speaker < 12; speaker++)
            files.Write($"low/s{speaker}_0.wav", WavBytes.Of(WavBytes.Tone(300 + (9 * speaker), 8000, 0.4)))
                .Write($"high/s{speaker}_0.wav", WavBytes.Of(WavBytes.Tone(1500 + (9 * speaker), 8000, 0.4)));
    }

    public void Dispose()
    {
        tool.Dispose();
        files.Dispose();
    }

    [TestMethod]
    public async Task AQuickSearchWritesPackPageAndTable()
    {
        CommandResult result = await tool.RunAsync("compress", files.Root, "--board", "mps2-an386", "--flash", "32k", "--ram",
            "16k", "--latency", "0.1s", "--quick", "--json", "--out", tool["x.tsk"], "--html", tool["x.html"]);
        Assert.AreEqual(0, result.Status, result.Errors);
        JsonElement report = JsonDocument.Parse(result.Output).RootElement;
        JsonElement[] candidates = [.. report.GetProperty("candidates").EnumerateArray()];
        JsonElement chosen = candidates.Single(candidate => candidate.GetProperty("chosen").GetBoolean());
        Assert.AreEqual(report.GetProperty("chosen").GetString(), chosen.GetProperty("name").GetString());
        Assert.IsTrue(chosen.GetProperty("fits").GetBoolean());
        Assert.IsLessThanOrEqualTo(32768, chosen.GetProperty("flash_bytes").GetInt32());
        Assert.IsGreaterThan(0, chosen.GetProperty("instructions").GetInt64());
        Assert.AreEqual(chosen.GetProperty("validation").GetDouble(), chosen.GetProperty("core_validation").GetDouble(), 0.1);
        JsonElement parts = report.GetProperty("parts");
        Assert.AreEqual(chosen.GetProperty("flash_bytes").GetInt32(), parts.EnumerateObject().Sum(part => part.Value.GetInt32()));
        Assert.AreEqual(1744, parts.GetProperty("front_end").GetInt32());
        foreach (string kind in (string[])["Float", "UniformInt8", "Rounded", "Trained"])
            Assert.Contains(kind, candidates.Select(candidate => candidate.GetProperty("kind").GetString()));
        Assert.IsTrue(candidates.Any(candidate => candidate.GetProperty("front").GetBoolean()));
        JsonElement[] uniform = [.. candidates.Where(candidate => candidate.GetProperty("kind").GetString() == "UniformInt8")];
        double accuracy = chosen.GetProperty("validation").GetDouble();
        JsonElement[] equal = [.. uniform.Where(candidate => candidate.GetProperty("validation").GetDouble() >= accuracy)];
        Assert.HasCount(3, uniform);
        Assert.AreEqual(equal.Length > 0, report.GetProperty("uniform_is_as_accurate").GetBoolean());
        int compared = uniform.Single(candidate => candidate.GetProperty("name").GetString() ==
            report.GetProperty("uniform_int8").GetString()).GetProperty("flash_bytes").GetInt32();
        Assert.AreEqual((double)compared / chosen.GetProperty("flash_bytes").GetInt32(),
            report.GetProperty("flash_ratio").GetDouble(), 1e-9);
        double most = uniform.Max(candidate => candidate.GetProperty("validation").GetDouble());
        JsonElement[] best = equal.Length > 0
            ? equal
            : [.. uniform.Where(candidate => candidate.GetProperty("validation").GetDouble() == most)];
        Assert.AreEqual(best.Min(candidate => candidate.GetProperty("flash_bytes").GetInt32()), compared);
        Assert.Contains("<svg", File.ReadAllText(tool["x.html"]));
        (await tool.RunAsync("emulate", tool["x.tsk"], "--board", "mps2-an386", "--no-estimate")).IsSuccess();
    }

    [TestMethod]
    [DataRow("--flash", "4k", "bytes of flash")]
    [DataRow("--latency", "1us", "the nearest is")]
    [DataRow("--flash", "many", "give bytes")]
    [DataRow("--flash", "0", "give bytes")]
    [DataRow("--latency", "100", "with its unit")]
    [DataRow("--board", "nowhere", "nowhere")]
    public async Task BudgetsThatCannotBeMetAreRefusedBeforeTraining(string option, string value, string words)
    {
        string[] board = option == "--board" ? [] : ["--board", "mps2-an386"];
        (await tool.RunAsync(["compress", files.Root, "--quick", option, value, .. board])).IsRefusal(words);
        Assert.AreEqual("", tool.Files);
    }
}
