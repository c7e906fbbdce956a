using System.Text.Json;
using McuAi.HostTools.Listening;
using McuAi.ModelConverter.Audio;
using McuAi.ModelConverter.Data;
using McuAi.ModelConverter.Pack;
using McuAi.Tests.Commands;
using McuAi.Tests.Fuzz;

namespace McuAi.Tests.Listening;

/// <summary>mcuai listen as people see it.</summary>
[TestClass]
public sealed class ListenCommandTests : IDisposable
{
    private const int Rate = 8000;

    private readonly CommandLine tool = new();

    public void Dispose() => tool.Dispose();

    [TestMethod]
    public async Task ListeningTellsEventsAndTheirScore()
    {
        SpotterPack pack = WriteFiles();
        CommandResult run = await tool.RunAsync("listen", tool["x.tsk"], tool["x.wav"], "--threshold", "0.25", "--json",
            "-o", tool["y.tsk"]);
        run.IsSuccess();
        using JsonDocument json = JsonDocument.Parse(run.Output);
        JsonElement[] events = [.. json.RootElement.GetProperty("events").EnumerateArray()];
        Assert.IsGreaterThan(1, events.Length);
        Assert.AreEqual(64, SpotterPack.Read(tool["y.tsk"]).Settings.Threshold);
        Assert.Contains(events[0].GetProperty("label").GetString()!, pack.Labels);

        File.WriteAllText(tool["x.csv"], "time,label\n" + string.Concat(events.Skip(1).Select(heard =>
            FormattableString.Invariant($"{heard.GetProperty("time").GetDouble()},{heard.GetProperty("label")}\n"))));
        run = await tool.RunAsync("listen", tool["y.tsk"], tool["x.wav"], "--truth", tool["x.csv"], "--tolerance", "0");
        run.IsSuccess();
        Assert.Contains($"{events.Length - 1} of {events.Length - 1} words found (100.0 %), 1 false events", run.Output);
    }

    [TestMethod]
    public async Task WhatIsWrongIsSaidInASentence()
    {
        WriteFiles();
        File.WriteAllBytes(tool["other.tsk"], SeedPacks.All()[0]);
        File.WriteAllText(tool["stranger.csv"], "time,label\n1,up\n2,sideways\n");
        File.WriteAllText(tool["bad.csv"], "time,label\n1,up\nsoon,up\n");
        (await tool.RunAsync("listen", tool["other.tsk"], tool["x.wav"])).IsRefusal("no keyword spotter");
        (await tool.RunAsync("listen", tool["x.tsk"])).IsRefusal("nothing to listen to");
        (await tool.RunAsync("listen", tool["x.tsk"], tool["absent.wav"])).IsRefusal("There is no file");
        (await tool.RunAsync("listen", tool["x.tsk"], tool["x.wav"], "--truth", tool["stranger.csv"])).IsRefusal("'sideways'");
        (await tool.RunAsync("listen", tool["x.tsk"], tool["x.wav"], "--truth", tool["bad.csv"])).IsRefusal("line 3", "soon");
        (await tool.RunAsync("listen", tool["x.tsk"], tool["x.wav"], "--threshold", "2")).IsRefusal("threshold of 512/256");
        (await tool.RunAsync("listen", tool["x.tsk"], "--image", tool["x.elf"])).IsRefusal("--board");
    }

    [TestMethod]
    public async Task TheDemoSaysWhatItLacks()
    {
        CommandResult run = await tool.RunAsync("demo", "--spotter", tool["absent.tsk"]);
        Assert.AreEqual(1, run.Status);
        Assert.Contains("absent.tsk, so no words are spoken", run.Output);
    }

    private SpotterPack WriteFiles()
    {
        SpotterPack pack = SpotterPacks.Make(FrontEndSettings.KeywordSpotting, null);
        File.WriteAllBytes(tool["x.tsk"], PackWriter.Write(pack.Model));
        File.WriteAllBytes(tool["x.wav"], WavWriter.Encode([.. SpotterPacks.Sound(20, Rate, 5).Select(x => x / 32768f)], Rate));
        return pack;
    }
}
