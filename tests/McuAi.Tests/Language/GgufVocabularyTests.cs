using System.Text;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;

namespace McuAi.Tests.Language;

/// <summary>Vocabularies of llama.cpp: the tokens that it gives for texts that were chosen to be hard.</summary>
[TestClass]
public sealed class GgufVocabularyTests
{
    [TestMethod]
    [DataRow("llama-spm", 32_000)]
    [DataRow("deepseek-llm", 102_400)]
    public void TokensAreThoseOfLlamaCpp(string name, int count)
    {
        ITokenizer tokenizer = TokenizerCases.OfLlamaCpp(name);
        Assert.AreEqual(count, tokenizer.Count);
        if (name == "llama-spm") // of the other, the numbers of the two tokens are among what is lost
            Assert.AreEqual((1, 2), (tokenizer.Begin, tokenizer.End));
        string path = SharedData.Path($"language/gguf-vocab/ggml-vocab-{name}.gguf");
        string[] texts = File.ReadAllText(path + ".inp").Split("\n__ggml_vocab_test__\n");
        string[] lines = File.ReadAllLines(path + ".out");
        Assert.IsGreaterThan(40, lines.Length);
        for (int i = 0; i < lines.Length; i++)
        {
            int[] expected = [.. lines[i].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
            CollectionAssert.AreEqual(expected, tokenizer.Encode(texts[i]), $"text {i}: '{texts[i]}', " +
                string.Join(' ', tokenizer.Encode(texts[i])));
        }
    }

    [TestMethod]
    [DataRow("llama-spm")]
    [DataRow("deepseek-llm")]
    public void DecodingGivesTheTextBack(string name)
    {
        ITokenizer tokenizer = TokenizerCases.OfLlamaCpp(name);
        string path = SharedData.Path($"language/gguf-vocab/ggml-vocab-{name}.gguf.inp");
        foreach (string text in File.ReadAllText(path).Split("\n__ggml_vocab_test__\n"))
        {
            var bytes = new List<byte>();
            int before = tokenizer.Begin;
            foreach (int token in tokenizer.Encode(text))
            {
                bytes.AddRange(tokenizer.Decode(token, before).Span);
                before = token;
            }

            Assert.AreEqual(text, Encoding.UTF8.GetString([.. bytes]));
        }
    }

    /// <summary>Special tokens are found in texts, as chats need it; GPT-2's begin texts with the token that ends them.</summary>
    [TestMethod]
    public void SpecialTokensOfBytePairsAreFound()
    {
        (string, object)[] entries = BytePairs;
        ITokenizer tokenizer = Tokenizer([.. entries, ("eos_token_id", 3)]);
        Assert.AreEqual("2 3 0 4 1", string.Join(' ', tokenizer.Encode("ab<|end|>a<|tool|>b")));
        Assert.AreEqual((3, 3), (tokenizer.Begin, tokenizer.End));
        Assert.AreEqual(0, tokenizer.Decode(3, 0).Length);
        Assert.AreEqual((4, 3), (Tokenizer([.. entries, ("eos_token_id", 3), ("bos_token_id", 4)]).Begin, tokenizer.End));
        Assert.Contains("eos_token_id", Assert.ThrowsExactly<ModelException>(() => Tokenizer(entries)).Message);
    }

    [TestMethod]
    public void SpacesBeforeTextsAreAsTheFileSays()
    {
        (string, object)[] entries = Pieces(1);
        Assert.AreEqual("3 4", string.Join(' ', Tokenizer(entries).Encode("a")));
        Assert.AreEqual("3 4", string.Join(' ', Tokenizer([.. entries, ("add_space_prefix", true)]).Encode("a")));
        Assert.AreEqual("4", string.Join(' ', Tokenizer([.. entries, ("add_space_prefix", false)]).Encode("a")));
    }

    [TestMethod]
    public void PiecesThatWouldNotBeFoundAreRefused() =>
        Assert.Contains("'<|im_end|>'", Assert.ThrowsExactly<ModelException>(() => Tokenizer(Pieces(4))).Message);

    private static (string, object)[] BytePairs =>
    [
        ("model", "gpt2"), ("tokens", (string[])["a", "b", "ab", "<|end|>", "<|tool|>"]), ("token_type", (int[])[1, 1, 1, 3, 4]),
        ("merges", (string[])["a b"]),
    ];

    /// <param name="kind">Of the last piece.</param>
    private static (string, object)[] Pieces(int kind) =>
    [
        ("model", "llama"), ("tokens", (string[])["<unk>", "<s>", "</s>", "\u2581", "a", "<|im_end|>"]),
        ("token_type", (int[])[2, 3, 3, 1, 1, kind]), ("scores", (float[])[0, 0, 0, -1, -2, -3]),
    ];

    private static ITokenizer Tokenizer((string Key, object Value)[] entries)
    {
        var bytes = new GgufBytes();
        foreach ((string key, object value) in entries)
            bytes.Entry($"tokenizer.ggml.{key}", value);
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllBytes(path, bytes.ToArray());
        try
        {
            using var file = new GgufFile(path);
            return GgufVocabulary.Read(file);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
