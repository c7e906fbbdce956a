using McuAi.ModelConverter.Data;

namespace McuAi.Tests.Data;

/// <summary>Folders of words, file name patterns, and what is found in the sound of clips.</summary>
[TestClass]
public sealed class SpeechDatasetTests : IDisposable
{
    private readonly DatasetFiles files = new();

    public void Dispose() => files.Dispose();

    [TestMethod]
    public void FoldersAreWords()
    {
        foreach (string speaker in (string[])["ab12", "cd34", "ef56"])
            files.Clips($"yes/{speaker}_nohash_0.wav", $"no/{speaker}_nohash_0.wav", $"_unknown_/{speaker}_nohash_1.wav");
        files.Clips("_background_noise_/hum.wav", "yes/readme/ab12_nohash_2.WAV").Write("yes/notes.txt", "not a clip");
        SpeechDataset data = files.Load();
        Assert.AreEqual("no, yes, unknown", string.Join(", ", data.Labels), "unknown is last");
        Assert.HasCount(10, data.Clips);
        Assert.HasCount(1, data.Noise);
        Assert.AreEqual(SplitRule.Speaker, data.Rule);
        Assert.AreEqual("ab12", data.Clips.First(clip => clip.Path.EndsWith(".WAV", StringComparison.Ordinal)).Speaker);
        Assert.IsTrue(data.Clips.All(clip => data.Labels[clip.Class] == clip.Label));
    }

    /// <summary>A single word cannot be trained, but it can come to others and judge a model.</summary>
    [TestMethod]
    public void ASingleWordIsEnoughBesideOthersAndForJudging()
    {
        files.Clips("own/yes/ab12_0.wav", "own/yes/cd34_0.wav", "own/no/ab12_0.wav", "own/no/cd34_0.wav",
            "other/unknown/ef56_0.wav", "other/unknown/ef56_1.wav");
        files.Refuses("other", null, "the one word 'unknown'");
        SpeechDataset data = files.Load("own", new DatasetOptions { Also = [files["other"]], Split = SplitRule.Clip });
        Assert.AreEqual("no, yes, unknown", string.Join(", ", data.Labels));
        Assert.AreEqual(2, data.Of(Split.Train).Count(clip => clip.Label == SpeechDataset.Unknown));
        Assert.HasCount(2, SpeechDataset.LoadToJudge(files["other"], ["yes", "unknown"], new DatasetOptions()));
    }

    [TestMethod]
    public void PrefixesThatTellNobodyApartAreNoSpeakers()
    {
        files.Clips("yes/yes_1.wav", "yes/yes_2.wav", "yes/yes_3.wav", "no/no_1.wav", "no/no_2.wav", "no/no_3.wav");
        SpeechDataset data = files.Load();
        Assert.IsTrue(data.Clips.All(clip => clip.Speaker is null));
        Assert.AreEqual(SplitRule.Clip, data.Rule);
        Assert.IsTrue(data.Warnings.Any(warning => warning.Contains("--speaker", StringComparison.Ordinal)));
        files.Refuses("", new DatasetOptions { Split = SplitRule.Speaker }, "--split clip");
    }

    [TestMethod]
    public void SpeakersCanBeCutFromPaths()
    {
        files.Clips("yes/1-ann.wav", "yes/2-bob.wav", "yes/3-cid.wav", "no/4-ann.wav", "no/5-bob.wav", "no/6-cid.wav");
        SpeechDataset data = files.Load(options: new DatasetOptions { Speaker = "-([a-z]+)" });
        Assert.AreEqual("ann, bob, cid", string.Join(", ", data.Clips.Select(clip => clip.Speaker).Distinct().Order(StringComparer.Ordinal)));
        files.Refuses("", new DatasetOptions { Speaker = "-(a)" }, "--speaker", "4 of 6", "2-bob.wav");
        files.Refuses("", new DatasetOptions { Speaker = "(" }, "no regular expression");
    }

    [TestMethod]
    public void PatternsSayWhatFileNamesMean()
    {
        foreach (string speaker in (string[])["ann", "bob"])
            for (int take = 0; take < 6; take++)
                files.Clips($"recordings/0_{speaker}_{take}.wav", $"recordings/1_{speaker}_{take}.wav");
        var options = new DatasetOptions { Pattern = "{label}_{speaker}_{take}.wav", TestTakes = "0-1,5", ValidationTakes = "2" };
        SpeechDataset data = files.Load(options: options);
        Assert.HasCount(12, data.Of(Split.Test));
        Assert.HasCount(4, data.Of(Split.Validation));
        Assert.AreEqual(SplitRule.Given, data.Rule);
        Assert.IsTrue(data.Warnings.Any(warning => warning.Contains("ann, bob", StringComparison.Ordinal)), "speakers overlap");
        files.Refuses("", options with { Split = SplitRule.Speaker }, "Speaker 'ann'", "train", "test", "--split given");
        files.Refuses("", options with { TestTakes = "4-x" }, "'4-x'");
        files.Refuses("", options with { Pattern = "{word}_*.wav" }, "{word}", "{label}");
        files.Refuses("", options with { Pattern = "*_{speaker}.wav" }, "names no {label}");
        files.Refuses("", options with { Pattern = "{label}-{speaker}.wav" }, "24", "recordings/0_ann_0.wav");
        files.Refuses("", options with { Pattern = "{label}_{speaker}_*.wav" }, "{take}");
        Assert.HasCount(24, files.Load(options: options with { Pattern = "recordings/{label}_{speaker}_{take}.wav" }).Clips);
        files.Refuses("", null, "the one word 'recordings'", "--pattern");
    }

    [TestMethod]
    public void OtherWordsBecomeUnknown()
    {
        files.Clips("a/1.wav", "a/2.wav", "a/3.wav", "b/1.wav", "b/2.wav", "b/3.wav", "c/1.wav", "c/2.wav", "c/3.wav");
        SpeechDataset data = files.Load(options: new DatasetOptions { Words = ["c"] });
        Assert.AreEqual("c, unknown", string.Join(", ", data.Labels));
        files.Refuses("", new DatasetOptions { Words = ["d"] }, "no clips of d", "a, b, c");
    }

    [TestMethod]
    public void SilentAndClippedAndSlowClipsAreWarnedOf()
    {
        files.Clips("a/1.wav", "a/2.wav", "a/3.wav", "b/1.wav", "b/2.wav")
            .Write("b/silent.wav", WavBytes.Of(new float[4000]))
            .Write("a/silent.wav", WavBytes.Of(new float[4000]))
            .Write("b/loud.wav", WavBytes.Of([.. WavBytes.Tone(300, 8000, 1, 2).Select(x => Math.Clamp(x, -1, 0.9999f))]))
            .Write("noise/silent.wav", WavBytes.Of(new float[4000]));
        SpeechDataset data = files.Load(options: new DatasetOptions { Rate = 16000 });
        string warnings = string.Join('\n', data.Warnings);
        Assert.Contains($"silent: nothing can be learnt from: {Path.Combine("a", "silent.wav")}, {Path.Combine("b", "silent.wav")}", warnings);
        Assert.Contains(Path.Combine("b", "loud.wav"), warnings);
        Assert.Contains("less than 16,000 Hz", warnings);
        Assert.Contains("noise recordings are silent", warnings);
        Assert.IsEmpty(data.Noise);
        Assert.HasCount(3200, data.Clips[0].Samples, "resampled");
        Assert.HasCount(1600, files.Load(options: new DatasetOptions { Rate = 0 }).Clips[0].Samples, "not resampled");
    }

    [TestMethod]
    public void ClipsOfAnyKindAreLoaded()
    {
        files.Clips("a/1.wav", "a/2.wav", "b/1.wav")
            .Write("a/stereo.wav", new WavBytes { Channels = 2, Rate = 44100 }.Write(WavBytes.Tone(300, 44100, 1)))
            .Write("b/eight.wav", new WavBytes { Bits = 8, Rate = 11025 }.Write(WavBytes.Tone(300, 11025, 0.5)));
        SpeechDataset data = files.Load();
        Clip stereo = data.Clips.Single(clip => clip.Path.EndsWith("stereo.wav", StringComparison.Ordinal));
        Assert.AreEqual(44100, stereo.FileRate);
        Assert.AreEqual(4000, stereo.Samples.Length, 1);
        Assert.AreEqual(4000, data.Clips.Single(clip => clip.Path.EndsWith("eight.wav", StringComparison.Ordinal)).Samples.Length, 1);
    }

    [TestMethod]
    public void FilesThatCannotBeUsedAreNamed()
    {
        files.Clips("a/1.wav", "a/2.wav", "b/1.wav", "b/2.wav").Write("b/3.wav", "text");
        files.Refuses("", null, Path.Combine("b", "3.wav"), "no WAV file");
        files.Write("b/4.wav", "");
        files.Refuses("", null, Path.Combine("b", "3.wav"), Path.Combine("b", "4.wav"), "1 more of the 6 files");
    }

    [TestMethod]
    public void FoldersThatAreNoDataSetAreRefused()
    {
        files.Refuses("absent", null, "There is no file or folder");
        files.Refuses("", null, "no .wav file", "manifest");
        files.Write("notes.txt", "text").Refuses("notes.txt", null, "neither a folder nor a .csv");
        files.Clips("a/1.wav", "a/2.wav", "b/1.wav");
        files.Refuses("", null, "'b'", "single clip");
        files.Clips("b/2.wav").Refuses("", new DatasetOptions { Noise = [files["hum"]] }, "hum");
        files.Refuses("", new DatasetOptions { TestShare = 1.5 }, "1.5 is no share");
        files.Clips("loose.wav").Refuses("", null, "loose.wav lies in no word's folder");
    }
}
