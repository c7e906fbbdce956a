using McuAi.ModelConverter.Data;

namespace McuAi.Tests.Data;

[TestClass]
public sealed class ManifestTests : IDisposable
{
    private const string Good = "path,label,speaker\n1.wav,a,x\n2.wav,a,y\n3.wav,b,x\n4.wav,b,y\n";

    private readonly DatasetFiles files = new();

    public ManifestTests()
    {
        files.Clips("1.wav", "2.wav", "3.wav", "4.wav");
    }

    public void Dispose() => files.Dispose();

    [TestMethod]
    public void ColumnsStandInAnyOrder()
    {
        SpeechDataset data = files.Write("m.csv", "\ufefflabel,\"path\",Speaker\r\n\"a\",1.wav,x\r\na, 2.wav ,y\r\nb,3.wav,x\r\nb,4.wav,y\r\n\r\n")
            .Load("m.csv");
        Assert.HasCount(4, data.Clips);
        Assert.AreEqual("x, y, x, y", string.Join(", ", data.Clips.Select(clip => clip.Speaker)));
    }

    [TestMethod]
    [DataRow("path,label,gender\n1.wav,a,x\n", "line 1", "'gender'", "path, label, speaker, split and take")]
    [DataRow("path,label,file\n1.wav,a,1.wav\n", "line 1", "path is there twice")]
    [DataRow("path,speaker\n1.wav,a\n", "line 1", "no column label")]
    [DataRow("Dear reader, this is a letter.\n", "line 1", "'Dear reader' is no column")]
    [DataRow("", "empty")]
    [DataRow("\n\n", "empty")]
    [DataRow("path,label\n1.wav,a\n\n2.wav,a\n", "line 3 is empty")]
    [DataRow("path,label\n1.wav,a\n,\n2.wav,a\n", "line 3 is empty")]
    [DataRow("path,label,speaker\n1.wav,a,x\n2.wav,a,\n", "line 3", "speaker has no value")]
    [DataRow("path,label,speaker\n1.wav,a,x\n2.wav,NaN,x\n", "line 3", "label has no value")]
    [DataRow("path,label\n1.wav,a\n2.wav\n", "line 3", "1 cells", "2")]
    [DataRow("path,label\n1.wav,a,b\n", "line 2", "3 cells")]
    [DataRow("path,label,split\n1.wav,a,train\n2.wav,a,later\n", "line 3", "'later'", "train, validation or test")]
    [DataRow("path,label\n1.wav,a\n./1.wav,b\n", "line 3", "line 2", "1.wav is listed already")]
    [DataRow("path,label\n1.wav,a\n\"2.wav,a\n3.wav,a\n", "line")]
    [DataRow("path,label\n1.wav,a\nmissing/5.wav,a\nmissing/6.wav,b\n", "2 of the 3 files", "missing/5.wav, missing/6.wav", "--allow-missing")]
    [DataRow("path,label\n5.wav,a\n", "5.wav")]
    [DataRow("path,label\n", "no .wav file")]
    public void BadManifestsAreRefused(string text, params string[] words) =>
        files.Write("m.csv", text).Refuses("m.csv", null, words);

    [TestMethod]
    public void TextOfAnotherEncodingIsRefused()
    {
        byte[] latin = [.. "path,label\n1.wav,a\n2.wav,\u00e4\n"u8];
        files.Write("m.csv", System.Text.Encoding.Latin1.GetBytes(System.Text.Encoding.UTF8.GetString(latin)))
            .Refuses("m.csv", null, "line 3", "UTF-8");
    }

    [TestMethod]
    public void MissingFilesAreListedUpToTen()
    {
        string rows = string.Concat(Enumerable.Range(10, 25).Select(i => $"gone/{i}.wav,a\n"));
        files.Write("m.csv", Good.Replace(",speaker", "", StringComparison.Ordinal).Replace(",x", "", StringComparison.Ordinal)
            .Replace(",y", "", StringComparison.Ordinal) + rows);
        files.Refuses("m.csv", null, "25 of the 29 files", "gone/10.wav", "gone/19.wav and 15 more");
        SpeechDataset data = files.Load("m.csv", new DatasetOptions { AllowMissing = true });
        Assert.HasCount(4, data.Clips);
        Assert.Contains("25 of the 29 files", data.Warnings[0]);
        files.Write("m.csv", "path,label\n" + rows).Refuses("m.csv", new DatasetOptions { AllowMissing = true }, "None of the 25");
    }

    [TestMethod]
    public void FoldersMayHaveAManifestForEachSplit()
    {
        files.Clips("a/s1_1.wav", "b/s1_1.wav", "a/s2_1.wav", "b/s2_1.wav", "a/s3_1.wav", "b/s3_1.wav", "noise/hum.wav")
            .Write("train.csv", "file,class\na/s1_1.wav,a\nb/s1_1.wav,b\n")
            .Write("val.csv", "file,class\na/s2_1.wav,a\nb/s2_1.wav,b\n")
            .Write("test.csv", "file,class\na/s3_1.wav,a\nb/s3_1.wav,b\n");
        SpeechDataset data = files.Load();
        Assert.HasCount(2, data.Of(Split.Validation));
        Assert.AreEqual("s3", data.Of(Split.Test)[0].Speaker);
        Assert.HasCount(1, data.Noise);
        files.Write("test.csv", "file,class\na/s3_1.wav,a\nb/s1_1.wav,b\n").Refuses("", null, "test.csv, line 3", "train.csv, line 3");
    }

    [TestMethod]
    public void WhatIsWrittenIsRead()
    {
        files.Clips("x,\"y\"/1.wav", "x,\"y\"/2.wav");
        files.Write("manifest.csv", ManifestWriter.Write([("x,\"y\"/1.wav", "x,\"y\"", "s"), ("x,\"y\"/2.wav", "x,\"y\"", "t")]));
        Assert.AreEqual("x,\"y\"", files.Load().Labels.Single());
    }
}
