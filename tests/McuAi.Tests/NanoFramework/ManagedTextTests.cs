using System.Text;
using McuAi.HostTools.Language;
using McuAi.NanoFramework;

namespace McuAi.Tests.NanoFramework;

/// <summary>Texts are those of the C core.</summary>
[TestClass]
public sealed class ManagedTextTests
{
    [TestMethod]
    [DataRow("stories.tsk", "", 0d, 0, 1d)]
    [DataRow("stories.tsk", "Once upon a time, Lily", 0.8, 0, 1d)]
    [DataRow("stories260k.tsk", "The cat", 1d, 40, 0.9)]
    [DataRow("stories260k.tsk", "Tim said: \"é ñ 日本 😀\"", 0.7, 5, 1d)]
    [DataRow("shakespeare.tsk", "ROMEO:", 0.9, 0, 0.95)]
    public void StoriesAreThoseOfTheCore(string name, string prompt, double temperature, int topK, double topP)
    {
        const int tokens = 60, seed = 11;
        string expected = Tell(name, new StoryRequest(prompt, tokens, temperature, topK, topP, seed));
        foreach (PackSource source in (PackSource[])[new ArrayPack(ManagedRuns.ShippedBytes(name)),
            new StreamedPack(ManagedRuns.ShippedBytes(name))])
        {
            var generator = new TextGenerator(source);
            generator.SetSampling(temperature, topK, topP, seed);
            Assert.AreEqual(expected, generator.Generate(prompt, tokens));
            generator.SetSampling(temperature, topK, topP, seed);
            Assert.AreEqual(expected, generator.Generate(prompt, tokens), "once more");
        }
    }

    [TestMethod]
    public void AStoryEndsWhereTheContextIsFull()
    {
        var generator = new TextGenerator(new ArrayPack(ManagedRuns.ShippedBytes("shakespeare.tsk")));
        string expected = Tell("shakespeare.tsk", new StoryRequest("K", 10_000, 0, 0, 1, 1));
        Assert.AreEqual(expected, generator.Generate("K", 10_000));
        Assert.IsTrue(generator.IsFull);
        Assert.AreEqual(ErrorCode.Context, Assert.ThrowsExactly<McuAiException>(() => generator.Next()).Code);
    }

    [TestMethod]
    public void MisuseIsTold()
    {
        var generator = new TextGenerator(new ArrayPack(ManagedRuns.ShippedBytes("stories.tsk")));
        Assert.AreEqual(ErrorCode.Argument, Assert.ThrowsExactly<McuAiException>(() => generator.Next()).Code);
        Assert.AreEqual(ErrorCode.Argument,
            Assert.ThrowsExactly<McuAiException>(() => generator.SetSampling(-1, 0, 1, 1)).Code);
        Assert.AreEqual(ErrorCode.Argument,
            Assert.ThrowsExactly<McuAiException>(() => generator.SetSampling(double.NaN, 0, 1, 1)).Code);
        Assert.AreEqual(ErrorCode.Argument,
            Assert.ThrowsExactly<McuAiException>(() => generator.SetSampling(1, 0, 0, 1)).Code);
        Assert.AreEqual(ErrorCode.Argument,
            Assert.ThrowsExactly<McuAiException>(() => generator.SetSampling(1, 0, 1, 0)).Code);
        Assert.ThrowsExactly<ArgumentNullException>(() => generator.Begin(null!));
        Assert.AreEqual(ErrorCode.Context,
            Assert.ThrowsExactly<McuAiException>(() => generator.Begin(new string('q', 2000))).Code);
    }

    /// <summary>Against .NET's own encoding, cut anywhere.</summary>
    [TestMethod]
    public void BytesBecomeCharactersAsTheyCome()
    {
        var random = new Random(9);
        for (int round = 0; round < 2000; round++)
        {
            byte[] bytes = new byte[random.Next(1, 12)];
            for (int i = 0; i < bytes.Length; i++)
                bytes[i] = (byte)(random.Next(3) == 0 ? random.Next(0xC0, 0x100) : random.Next(0x70, 0xC0));
            if (round % 2 == 0)
                bytes = Encoding.UTF8.GetBytes(char.ConvertFromUtf32(random.Next(0x80, 0xD800)) + "a" + char.ConvertFromUtf32(0x1F600 + round));
            char[] characters = new char[16];
            var decoder = new Utf8Decoder();
            int count = 0;
            foreach (byte[] piece in bytes.Chunk(random.Next(1, 4)))
                count += decoder.Decode(piece, piece.Length, characters, count);
            count += decoder.End(characters, count);
            Assert.AreEqual(Encoding.UTF8.GetString(bytes), new string(characters, 0, count), Convert.ToHexString(bytes));
        }

        foreach (string text in (string[])["", "é", "日本", "😀a", "\uD800x", "x\uDC00", "\u07FF\u0800\uFFFF"])
            CollectionAssert.AreEqual(Encoding.UTF8.GetBytes(text), Utf8.GetBytes(text), text);
    }

    private static string Tell(string name, StoryRequest request)
    {
        using var text = new MemoryStream();
        LanguagePack pack = LanguagePack.Read(Learning.ModelCard.Path(name));
        foreach (ReadOnlyMemory<byte> piece in Story.Tell(pack, request))
            text.Write(piece.Span);
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
