using McuAi.ModelConverter.Data;

namespace McuAi.Tests.Data;

[TestClass]
public sealed class SplitTests : IDisposable
{
    private readonly DatasetFiles files = new();

    public void Dispose() => files.Dispose();

    [TestMethod]
    public void SpeakersAreHeldOutByASeed()
    {
        foreach (int speaker in Enumerable.Range(0, 20))
            files.Clips($"a/s{speaker}_1.wav", $"a/s{speaker}_2.wav", $"b/s{speaker}_1.wav", $"b/s{speaker}_2.wav");
        SpeechDataset data = files.Load();
        Assert.HasCount(16, data.Of(Split.Test));
        Assert.HasCount(8, data.Of(Split.Validation));
        foreach (var speaker in data.Clips.GroupBy(clip => clip.Speaker))
            Assert.HasCount(1, speaker.Select(clip => clip.Split).Distinct(), speaker.Key);
        Assert.AreEqual(Held(data), Held(files.Load()), "the same seed");
        Assert.AreNotEqual(Held(data), Held(files.Load(options: new DatasetOptions { Seed = 2 })));
    }

    /// <summary>One who speaks most of the clips cannot be the test.</summary>
    [TestMethod]
    public void TestsAreOfTheSizeAskedForWhereSpeakersAllow()
    {
        foreach (int take in Enumerable.Range(0, 20))
            files.Clips($"a/big_{take}.wav", $"b/big_{take}.wav");
        foreach (int speaker in Enumerable.Range(0, 5))
            files.Clips($"a/s{speaker}_1.wav", $"b/s{speaker}_1.wav");
        for (int seed = 0; seed < 5; seed++)
        {
            SpeechDataset data = files.Load(options: new DatasetOptions { Seed = seed });
            Assert.IsFalse(data.Clips.Any(clip => clip.Speaker == "big" && clip.Split != Split.Train));
            Assert.IsNotEmpty(data.Of(Split.Test));
            Assert.IsNotEmpty(data.Of(Split.Validation));
        }
    }

    [TestMethod]
    public void ASingleSpeakerCannotBeHeldOut()
    {
        string rows = "path,label,speaker\n";
        foreach (string word in (string[])["a", "b"])
            for (int take = 0; take < 10; take++)
            {
                files.Clip($"{word}{take}.wav");
                rows += $"{word}{take}.wav,{word},ann\n";
            }

        files.Write("m.csv", rows).Refuses("m.csv", null, "'ann'", "--split clip");
        SpeechDataset data = files.Load("m.csv", new DatasetOptions { Split = SplitRule.Clip });
        Assert.HasCount(4, data.Of(Split.Test));
        Assert.HasCount(2, data.Of(Split.Validation));
        Assert.IsTrue(data.Warnings.Any(warning => warning.Contains("share speakers", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void TheSameRecordingInTwoSplitsIsRefused()
    {
        byte[] copied = WavBytes.Of(files.NextTone());
        files.Clips("a/x_1.wav", "a/y_1.wav", "a/z_1.wav", "b/x_1.wav", "b/y_1.wav", "b/z_1.wav");
        foreach (string speaker in (string[])["x", "y", "z"])
            files.Write($"a/{speaker}_2.wav", copied);
        files.Refuses("", null, "same recording", "(train)", "(test)", "_2.wav");
    }

    /// <summary>The samples count, not the header around them.</summary>
    [TestMethod]
    public void ACopyWithAnotherHeaderIsTheSameRecording()
    {
        float[] tone = files.NextTone();
        files.Clips("a1.wav", "b1.wav", "b2.wav").Write("a2.wav", WavBytes.Of(tone))
            .Write("a3.wav", new WavBytes { WithChunks = true }.Write(tone))
            .Write("m.csv", "path,label,split\na1.wav,a,train\na2.wav,a,train\na3.wav,a,test\nb1.wav,b,train\nb2.wav,b,test\n")
            .Refuses("m.csv", new DatasetOptions { ValidationShare = 0 }, "a2.wav (train)", "a3.wav (test)");
    }

    [TestMethod]
    public void CopiesWithinASplitAreWarnedOf()
    {
        byte[] copied = WavBytes.Of(files.NextTone());
        files.Clips("1.wav", "2.wav", "5.wav", "6.wav").Write("3.wav", copied).Write("4.wav", copied)
            .Write("m.csv", "file,class,split\n1.wav,a,train\n2.wav,a,test\n3.wav,a,train\n4.wav,b,train\n5.wav,b,train\n6.wav,b,test\n");
        Assert.IsTrue(files.Load("m.csv", new DatasetOptions { ValidationShare = 0 }).Warnings.Any(warning =>
            warning.Contains("more than one label", StringComparison.Ordinal) && warning.Contains("4.wav", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void GivenSplitsAreKeptAndValidationIsTakenFromTraining()
    {
        string rows = "split,speaker,label,path\n";
        for (int i = 0; i < 40; i++)
        {
            files.Clip($"{i}.wav");
            rows += $"{(i < 10 ? "test" : "Training")},s{i / 2},{(i % 2 == 0 ? "a" : "b")},{i}.wav\n";
        }

        SpeechDataset data = files.Write("m.csv", rows).Load("m.csv");
        Assert.HasCount(10, data.Of(Split.Test));
        Assert.HasCount(4, data.Of(Split.Validation));
        Assert.IsEmpty(data.Of(Split.Validation).Select(clip => clip.Speaker).Intersect(data.Of(Split.Train).Select(clip => clip.Speaker)));
        Assert.IsEmpty(files.Load("m.csv", new DatasetOptions { ValidationShare = 0 }).Of(Split.Validation));
        files.Refuses("m.csv", new DatasetOptions { TestTakes = "0" }, "which take", "{take}");
    }

    [TestMethod]
    public void EveryLabelHasToBeTrained()
    {
        files.Clips("1.wav", "2.wav", "3.wav", "4.wav")
            .Write("m.csv", "path,label,split\n1.wav,a,train\n2.wav,a,test\n3.wav,b,test\n4.wav,b,test\n")
            .Refuses("m.csv", null, "No clip of 'b'", "training");
        SpeechDataset data = files
            .Write("m.csv", "path,label,split\n1.wav,a,train\n2.wav,a,test\n3.wav,b,train\n4.wav,b,train\n")
            .Load("m.csv", new DatasetOptions { ValidationShare = 0 });
        Assert.IsTrue(data.Warnings.Any(warning => warning.Contains("test split has no clip of b", StringComparison.Ordinal)));
    }

    private static string Held(SpeechDataset data) => string.Join(' ', data.Clips.Where(clip => clip.Split != Split.Train)
        .Select(clip => $"{clip.Speaker}{clip.Split}").Distinct().Order(StringComparer.Ordinal));
}
