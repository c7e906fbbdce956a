using McuAi.ModelConverter.Data;

namespace McuAi.Tests.Data;

/// <summary>Recordings that people made.</summary>
[TestClass]
public sealed class RealSpeechTests
{
    [TestMethod]
    public void FreeSpokenDigits()
    {
        string path = SharedData.Path("speech/free-spoken-digits");
        var options = new DatasetOptions { Pattern = "{label}_{speaker}_{take}.wav" };
        SpeechDataset data = SpeechDataset.Load(path, options);
        Assert.HasCount(3000, data.Clips);
        Assert.HasCount(10, data.Labels);
        Assert.HasCount(6, data.Clips.Select(clip => clip.Speaker).Distinct());
        Assert.AreEqual((2000, 500, 500),
            (data.Of(Split.Train).Count, data.Of(Split.Validation).Count, data.Of(Split.Test).Count));
        Assert.IsEmpty(data.Warnings);

        SpeechDataset official = SpeechDataset.Load(path, options with { TestTakes = "0-4" });
        Assert.HasCount(300, official.Of(Split.Test));
        Assert.AreEqual(6, official.Of(Split.Test).Select(clip => clip.Speaker).Distinct().Count());
        Assert.HasCount(1, official.Warnings, "speakers overlap");
    }

    [TestMethod]
    public void ArabicCommands()
    {
        SpeechDataset data = SpeechDataset.Load(SharedData.Path("speech/arabic-commands"),
            new DatasetOptions { AllowMissing = true, Rate = 8000 });
        Assert.AreEqual((360, 120, 120),
            (data.Of(Split.Train).Count, data.Of(Split.Validation).Count, data.Of(Split.Test).Count));
        Assert.HasCount(10, data.Labels);
        Assert.HasCount(30, data.Clips.Select(clip => clip.Speaker).Distinct());
        Assert.HasCount(1, data.Noise);
        Assert.HasCount(1, data.Warnings);
        Assert.Contains("11,400 of the 12,000 files", data.Warnings[0]);
        Assert.IsTrue(data.Clips.All(clip => clip is { FileRate: 16000, Samples.Length: 8000 }));
    }
}
