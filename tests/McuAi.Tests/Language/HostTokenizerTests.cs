using System.Text;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Anomaly;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Pack;
using McuAi.Tests.Core;

namespace McuAi.Tests.Language;

/// <summary>The core's tokenizers against those of the converter.</summary>
[TestClass]
public sealed class HostTokenizerTests
{
    private static IEnumerable<object[]> Patterns =>
        Enum.GetValues<WordPattern>().SelectMany(words => (object[][])[[words, false], [words, true]]);

    [TestMethod]
    [DataRow("llama-spm")]
    [DataRow("deepseek-llm")]
    public void TokensAreThoseOfLlamaCpp(string name)
    {
        ITokenizer reference = TokenizerCases.OfLlamaCpp(name);
        byte[] record = TokenizerTables.Make(reference);
        Console.WriteLine($"{name}: {record.Length:N0} bytes");
        using var tokenizer = new HostTokenizer(CoreRun.Library, record);
        string path = SharedData.Path($"language/gguf-vocab/ggml-vocab-{name}.gguf");
        string[] texts = File.ReadAllText(path + ".inp").Split("\n__ggml_vocab_test__\n");
        string[] lines = File.ReadAllLines(path + ".out");
        for (int i = 0; i < lines.Length; i++)
        {
            int[] expected = [.. lines[i].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
            CollectionAssert.AreEqual(expected, tokenizer.Encode(texts[i]), $"text {i}: '{texts[i]}'");
        }

        CompareRandom(tokenizer, reference, 300);
    }

    /// <summary>Models may have more tokens than their tokenizers, and choose them.</summary>
    [TestMethod]
    public void TokensOutsideAreNothing()
    {
        foreach (ITokenizer tokenizer in (ITokenizer[])[TokenizerCases.Stories(), TokenizerCases.MergedPieces(AddedSpace.Each),
            TokenizerCases.BytePairs(WordPattern.Llama3, false)])
            foreach (int token in (int[])[tokenizer.Count, int.MaxValue, -1])
                Assert.AreEqual(0, tokenizer.Decode(token, 0).Length);
    }

    [TestMethod]
    [DynamicData(nameof(Patterns))]
    public void BytePairsAreThoseOfTheConverter(WordPattern words, bool keepsKnownWords)
    {
        BytePairTokenizer reference = TokenizerCases.BytePairs(words, keepsKnownWords);
        using var tokenizer = new HostTokenizer(CoreRun.Library, TokenizerTables.Make(reference));
        CompareRandom(tokenizer, reference, 1000);
    }

    [TestMethod]
    [DataRow(AddedSpace.Never)]
    [DataRow(AddedSpace.First)]
    [DataRow(AddedSpace.EachWithout)]
    [DataRow(AddedSpace.Each)]
    public void MergedPiecesAreThoseOfTheConverter(AddedSpace space)
    {
        MergedPieceTokenizer reference = TokenizerCases.MergedPieces(space);
        using var tokenizer = new HostTokenizer(CoreRun.Library, TokenizerTables.Make(reference));
        CompareRandom(tokenizer, reference, 1000);
        foreach (string text in (string[])["<|end|>", "<|end|>a", " a<|end|> b<<|end|>c'' d'", "a''b"])
            CompareText(tokenizer, reference, text);
    }

    [TestMethod]
    public void PiecesAreThoseOfTheConverter()
    {
        foreach (SentencePieceTokenizer reference in (SentencePieceTokenizer[])[TokenizerCases.Stories(),
            TokenizerCases.ByCharacter(), WithSpacesInside()])
        {
            using var tokenizer = new HostTokenizer(CoreRun.Library, TokenizerTables.Make(reference));
            CompareRandom(tokenizer, reference, 1000);
        }
    }

    /// <summary>Packs keep the record, and it can be read back.</summary>
    [TestMethod]
    public void TheRecordIsReadBackFromAPack()
    {
        foreach (ITokenizer tokenizer in (ITokenizer[])[TokenizerCases.Stories(), TokenizerCases.ByCharacter(),
            WithSpacesInside(), TokenizerCases.BytePairs(WordPattern.Llama3, true),
            TokenizerCases.BytePairs(WordPattern.DeepSeekV3, false),
            TokenizerCases.MergedPieces(AddedSpace.Never), TokenizerCases.MergedPieces(AddedSpace.Each)])
        {
            byte[] record = TokenizerTables.Make(tokenizer);
            PackModel model = DetectorModel.Identity(4);
            model.Tokenizer = record;
            byte[] pack = PackWriter.Write(model);
            byte[] read = PackReader.Read(pack).Tokenizer!;
            CollectionAssert.AreEqual(record, read);
            Assert.AreEqual(0, pack.AsSpan().IndexOf(record) % 4);
            ITokenizer again = TokenizerReader.Read(read);
            CollectionAssert.AreEqual(record, TokenizerTables.Make(again));
            var random = new Random(5);
            for (int i = 0; i < 100; i++)
                CompareText(again, tokenizer, TokenizerCases.RandomText(random));
        }
    }

    [TestMethod]
    public void BuffersThatAreTooSmallAreRefused()
    {
        using var tokenizer = new HostTokenizer(CoreRun.Library, TokenizerTables.Make(TokenizerCases.Stories()));
        byte[] text = Encoding.UTF8.GetBytes("Once upon a time");
        int[] tokens = tokenizer.Encode(text);
        CollectionAssert.AreEqual(tokens, tokenizer.Encode(text, tokens.Length, 128)); // words are short
        foreach ((int most, int scratch) in (ReadOnlySpan<(int, int)>)[(tokens.Length - 1, 4096), (0, 4096), (99, 89), (99, 10)])
            Assert.Contains("too small",
                Assert.ThrowsExactly<ModelException>(() => tokenizer.Encode(text, most, scratch)).Message);
        Assert.ThrowsExactly<ModelException>(() => tokenizer.Encode(new byte[70_000]));
        Assert.HasCount(65_534 - 1, tokenizer.Encode(new byte[65_533])[1..]); // zeros are bytes, behind a space
    }

    /// <summary>64 kB without a space: what the merging takes grows little faster than the text.</summary>
    [TestMethod]
    public void LongWordsAreMerged()
    {
        SentencePieceTokenizer reference = TokenizerCases.Stories();
        using var tokenizer = new HostTokenizer(CoreRun.Library, TokenizerTables.Make(reference));
        string text = string.Concat(Enumerable.Repeat("theandonceuponatime", 3000));
        CollectionAssert.AreEqual(reference.Encode(text), tokenizer.Encode(text));
    }

    [TestMethod]
    public void DamagedRecordsAreRefused()
    {
        byte[] record = TokenizerTables.Make(TokenizerCases.BytePairs(WordPattern.Gpt2, false));
        var random = new Random(6);
        int refused = 0;
        for (int i = 0; i < 300; i++)
        {
            byte[] damaged = record[..];
            int at = 4 * random.Next(TokenizerTables.HeaderBytes / 4);
            BitConverter.TryWriteBytes(damaged.AsSpan(at), random.Next(int.MinValue, int.MaxValue));
            try
            {
                _ = TokenizerReader.Read(damaged).Encode("text");
            }
            catch (ModelException)
            {
                refused++;
            }
        }

        Assert.IsGreaterThan(150, refused);
        Assert.ThrowsExactly<ModelException>(() => TokenizerReader.Read([]));
        Assert.ThrowsExactly<ModelException>(() => new HostTokenizer(CoreRun.Library, record.AsSpan(0, record.Length - 4)));
    }

    private static void CompareRandom(HostTokenizer tokenizer, ITokenizer reference, int texts)
    {
        Assert.AreEqual((reference.Count, reference.Begin, reference.End), (tokenizer.Count, tokenizer.Begin, tokenizer.End));
        var random = new Random(3);
        for (int i = 0; i < texts; i++)
        {
            CompareText(tokenizer, reference, TokenizerCases.RandomText(random));
            byte[] bytes = TokenizerCases.RandomBytes(random);
            CollectionAssert.AreEqual(reference.Encode(Encoding.UTF8.GetString(bytes)), tokenizer.Encode(bytes),
                Convert.ToHexString(bytes));
        }
    }

    private static void CompareText(ITokenizer tokenizer, ITokenizer reference, string text)
    {
        int[] expected = reference.Encode(text), tokens = tokenizer.Encode(text);
        CollectionAssert.AreEqual(expected, tokens, $"'{text}': {string.Join(' ', expected)}, not {string.Join(' ', tokens)}");
        int before = reference.Begin;
        foreach (int token in tokens)
        {
            CollectionAssert.AreEqual(reference.Decode(token, before).ToArray(), tokenizer.Decode(token, before).ToArray());
            before = token;
        }
    }

    /// <summary>Texts cannot be cut at spaces.</summary>
    private static SentencePieceTokenizer WithSpacesInside() => new(
        [.. "?| |s|t|s |s t|t | s t|  |é|és".Split('|').Select((text, token) =>
            new Piece(Encoding.UTF8.GetBytes(text), -(token % 4), PieceKind.Text))], begin: -1, end: 0, unknown: 0);
}
