using McuAi.ModelConverter.Data;
using McuAi.ModelConverter.Graph;

namespace McuAi.Tests.Data;

[TestClass]
public sealed class WavReaderTests
{
    private static readonly float[] Samples = [0, 0.5f, -0.5f, 0.25f, -1, 0.75f];

    [TestMethod]
    [DataRow(WavBytes.Integer, 8)]
    [DataRow(WavBytes.Integer, 16)]
    [DataRow(WavBytes.Integer, 24)]
    [DataRow(WavBytes.Integer, 32)]
    [DataRow(WavBytes.Float, 32)]
    [DataRow(WavBytes.Float, 64)]
    public void EveryWidthIsRead(int format, int bits)
    {
        Recording recording = WavReader.Decode(
            new WavBytes { Format = format, Bits = bits, Rate = 22050, WithChunks = true }.Write(Samples), "x.wav");
        CollectionAssert.AreEqual(Samples, recording.Samples);
        Assert.AreEqual(22050, recording.Rate);
        Assert.AreEqual(bits, recording.Bits);
    }

    [TestMethod]
    [DataRow(WavBytes.Integer, 16)]
    [DataRow(WavBytes.Integer, 24)]
    [DataRow(WavBytes.Float, 32)]
    public void ExtensibleHeadersAreRead(int format, int bits)
    {
        byte[] file = new WavBytes { Format = WavBytes.Extensible, SubFormat = format, Bits = bits }.Write(Samples);
        CollectionAssert.AreEqual(Samples, WavReader.Decode(file, "x.wav").Samples);
    }

    [TestMethod]
    [DataRow(2, new[] { 0.25f, -0.125f, -0.125f })]
    [DataRow(3, new[] { 0f, 0f })]
    public void ChannelsAreMixedDown(int channels, float[] mixed)
    {
        Recording recording = WavReader.Decode(new WavBytes { Channels = channels }.Write(Samples), "x.wav");
        CollectionAssert.AreEqual(mixed, recording.Samples);
        Assert.AreEqual(channels, recording.Channels);
    }

    /// <summary>As espeak-ng, sox and ffmpeg announce when they write into a pipe.</summary>
    [TestMethod]
    [DataRow(0x7ffff000u)]
    [DataRow(0x7fffffffu)]
    [DataRow(0xffffffffu)]
    public void StreamedHeadersAnnounceTooMuch(uint announced) => CollectionAssert.AreEqual(Samples,
        WavReader.Decode(new WavBytes { AnnouncedBytes = announced }.Write(Samples), "x.wav").Samples);

    [TestMethod]
    [DataRow("mulaw", "MuLaw", "sox")]
    [DataRow("none", "no samples")]
    [DataRow("cut", "truncated", "12", "8")]
    [DataRow("cut header", "damaged")]
    [DataRow("empty", "empty")]
    [DataRow("text", "no WAV file")]
    [DataRow("nan", "sample 1", "no finite number")]
    [DataRow("rate", "1 Hz")]
    public void BadFilesAreRefused(string kind, params string[] words)
    {
        byte[] file = kind switch
        {
            "mulaw" => new WavBytes { Format = WavBytes.MuLaw, Bits = 8 }.Write(Samples),
            "none" => new WavBytes().Write(),
            "cut" => new WavBytes().Write(Samples)[..^4],
            "cut header" => new WavBytes().Write(Samples)[..30],
            "empty" => [],
            "text" => "yes,no,up,down,left,right"u8.ToArray(),
            "nan" => new WavBytes { Format = WavBytes.Float, Bits = 32 }.Write(0, float.NaN),
            _ => new WavBytes { Rate = 1 }.Write(Samples),
        };
        var error = Assert.ThrowsExactly<ModelException>(() => WavReader.Decode(file, "clips/x.wav"));
        Assert.StartsWith("clips/x.wav", error.Message);
        Assert.EndsWith(".", error.Message);
        foreach (string word in words)
            Assert.Contains(word, error.Message);
    }

    [TestMethod]
    public void EveryCutIsAnErrorOfOneSentence()
    {
        byte[] whole = new WavBytes { Format = WavBytes.Extensible, WithChunks = true }.Write(Samples);
        for (int bytes = 0; bytes < whole.Length; bytes++)
            Assert.ThrowsExactly<ModelException>(() => WavReader.Decode(whole[..bytes], "x.wav"), $"{bytes} bytes");
    }

    /// <summary>Whatever a header says, the reader reads or refuses.</summary>
    [TestMethod]
    public void DamagedHeadersDoNoHarm()
    {
        var random = new Random(1);
        byte[] whole = new WavBytes { WithChunks = true }.Write(Samples);
        for (int trial = 0; trial < 20_000; trial++)
        {
            byte[] damaged = [.. whole];
            for (int change = random.Next(1, 4); change > 0; change--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                WavReader.Decode(damaged, "x.wav");
            }
            catch (ModelException error)
            {
                Assert.StartsWith("x.wav", error.Message);
            }
        }
    }

    [TestMethod]
    public void WhatIsWrittenIsRead()
    {
        Recording recording = WavReader.Decode(WavWriter.Encode([0, 0.5f, -1, 2], 16000), "x.wav");
        CollectionAssert.AreEqual(new[] { 0, 0.5f, -1, 32767 / 32768f }, recording.Samples);
        Assert.AreEqual(16000, recording.Rate);
    }
}
