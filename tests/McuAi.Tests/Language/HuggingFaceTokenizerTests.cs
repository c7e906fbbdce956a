using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;

namespace McuAi.Tests.Language;

/// <summary>Vocabularies of llama.cpp as tokenizer.json, and small ones made by hand.</summary>
[TestClass]
public sealed class HuggingFaceTokenizerTests
{
    private const string Separator = "\n__ggml_vocab_test__\n";
    private const string Spm = """
        {"normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"},
        {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}, "pre_tokenizer": null}
        """;

    private const string ByteLevel = """{"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false}}""";

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public required TestContext TestContext { get; init; }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void ByteLevelTokensAreThoseOfLlamaCpp(bool pairs)
    {
        using GgufFile file = Restored("deepseek-llm");
        JsonObject words = JsonNode.Parse($$"""{"pre_tokenizer": {{PublishedCuts.DeepSeekLlm}}}""")!.AsObject();
        string[][] merges = [.. file.Texts("tokenizer.ggml.merges").Select(merge => merge.Split(' '))];
        CompareWithLlamaCpp("deepseek-llm", Folder(file, words, merges, pairs, byteFallback: false));
    }

    /// <summary>Merges as transformers' converter makes them of a SentencePiece model: all ways to cut a piece in two, by the piece's
    /// score.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void SentencePieceTokensAreThoseOfLlamaCpp(bool pairs)
    {
        using GgufFile file = Restored("llama-spm");
        string[] texts = file.Texts("tokenizer.ggml.tokens");
        double[] scores = file.Reals("tokenizer.ggml.scores");
        var numbers = new Dictionary<string, int>();
        for (int token = 0; token < texts.Length; token++)
            numbers.TryAdd(texts[token], token);
        string[][] merges = [.. texts.SelectMany((text, token) => Enumerable.Range(1, Math.Max(0, text.Length - 1))
            .Select(at => (Parts: (string[])[text[..at], text[at..]], Token: token))
            .Where(cut => cut.Parts.All(numbers.ContainsKey))
            .OrderBy(cut => (numbers[cut.Parts[0]], numbers[cut.Parts[1]])))
            .OrderByDescending(cut => scores[cut.Token]).Select(cut => cut.Parts)];
        CompareWithLlamaCpp("llama-spm", Folder(file, JsonNode.Parse(Spm)!.AsObject(), merges, pairs, byteFallback: true));
    }

    public static IEnumerable<object[]> Cuts =>
    [
        [PublishedCuts.Gpt2, WordPattern.Gpt2], [PublishedCuts.Gpt2Split, WordPattern.Gpt2],
        [PublishedCuts.SmolLm, WordPattern.SmolLm], [PublishedCuts.Llama3, WordPattern.Llama3],
        [PublishedCuts.Llama3Letters, WordPattern.Llama3], [PublishedCuts.Llama3Removed, WordPattern.Llama3],
        [PublishedCuts.Qwen2, WordPattern.Qwen2], [PublishedCuts.DeepSeekLlm, WordPattern.DeepSeekLlm],
        [PublishedCuts.DeepSeekCoder, WordPattern.DeepSeekCoder], [PublishedCuts.DeepSeekV3, WordPattern.DeepSeekV3],
    ];

    [TestMethod]
    [DynamicData(nameof(Cuts))]
    public void KnownCutsAreRecognised(string cuts, WordPattern expected)
    {
        string folder = Small(["a", "<s>", "</s>"], [], $$"""{"pre_tokenizer": {{cuts}}}""", "{}");
        Assert.AreEqual(expected, ((BytePairTokenizer)HuggingFaceTokenizer.Read(folder, 3)!).Words);
    }

    /// <summary>What transformers' documentation says of Prepend and of Metaspace's schemes.</summary>
    [TestMethod]
    [DataRow("""{"normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}}""", " a<s>b", "▁▁|a|<s>|▁|b")]
    [DataRow("""{"normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}}""", " a<s>b", "▁|a|<s>|b")]
    [DataRow("""{"pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": false}}""", " a<s>b", "▁|a|<s>|▁|b")]
    [DataRow("""{"pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": false}}""", "a<s>b", "▁|a|<s>|b")]
    [DataRow("""{"pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": false}}""", "<s>b", "<s>|b")]
    [DataRow("""{"pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never", "split": false}}""", "a  b", "a|▁▁|b")]
    [DataRow("""{"pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "add_prefix_space": true}}""", "a  b", "▁|a|▁|▁|b")]
    [DataRow("""{"pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never"}}""", "ab?ü?!a", "ab|<0x3F>|<0xC3>|<0xBC>|<0x3F>|<0x21>|a")]
    public void SpacesAreAddedAsTheFileSays(string rules, string text, string expected)
    {
        string[] bytes = [.. Enumerable.Range(0, 256).Select(i => $"<0x{i:X2}>")];
        string[] vocabulary = ["<s>", "<unk>", "▁", "a", "b", "ab", "▁▁", .. bytes, "</s>"];
        string folder = Small(vocabulary, ["a b", "▁ ▁"], rules, """{"byte_fallback": true, "fuse_unk": true, "unk_token": "<unk>"}""");
        ITokenizer tokenizer = HuggingFaceTokenizer.Read(folder, vocabulary.Length)!;
        Assert.AreEqual(expected, string.Join('|', tokenizer.Encode(text).Select(token => vocabulary[token])));
        Assert.AreEqual((0, vocabulary.Length - 1), (tokenizer.Begin, tokenizer.End));
    }

    /// <summary>Without merges, "abc" is a token only as a whole.</summary>
    [TestMethod]
    [DataRow("""{"ignore_merges": true}""", "abc|1|ab|d")]
    [DataRow("""{"ignore_merges": false}""", "ab|c|1|ab|d")]
    public void WholeWordsAreTakenIfTheFileSaysSo(string model, string expected)
    {
        string[] vocabulary = ["a", "b", "c", "d", "ab", "abc", "1", "<s>", "</s>"];
        string folder = Small(vocabulary, ["a b"], ByteLevel, model);
        int[] tokens = HuggingFaceTokenizer.Read(folder, 9)!.Encode("abc1abd");
        Assert.AreEqual(expected, string.Join('|', tokens.Select(token => vocabulary[token])));
    }

    /// <summary>Tokens that are special are found, and are no text; others that were added are.</summary>
    [TestMethod]
    public void AddedTokensAreFound()
    {
        string folder = Small(["a", "b", "<s>", "</s>", "<b>"], [], """
            {"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false}, "added_tokens": [
            {"id": 2, "content": "<s>", "special": true}, {"id": 3, "content": "</s>", "special": true, "rstrip": true}, {"id": 4, "content": "<b>", "special": false}]}
            """, "{}");
        ITokenizer tokenizer = HuggingFaceTokenizer.Read(folder, 5)!;
        Assert.AreEqual("0 2 4 1", string.Join(' ', tokenizer.Encode("a<s><b>b")));
        Assert.DoesNotContain(2, tokenizer.Encode("</s>")); // 3 is also that of unknown bytes
        Assert.AreEqual("0 3", $"{tokenizer.Decode(2, 0).Length} {tokenizer.Decode(4, 0).Length}");
    }

    [TestMethod]
    [DataRow("tokenizer_config.json", """{"bos_token": "a", "eos_token": {"content": "b"}}""", 0, 1)]
    [DataRow("config.json", """{"bos_token_id": 1, "eos_token_id": [3, 2]}""", 1, 3)]
    [DataRow("generation_config.json", """{"eos_token_id": 2}""", 2, 2)]
    public void BeginAndEndAreWhatTheFolderSays(string file, string json, int begin, int end)
    {
        string folder = Small(["a", "b", "c", "d"], [], ByteLevel, "{}");
        File.Delete(Path.Combine(folder, "tokenizer_config.json"));
        File.WriteAllText(Path.Combine(folder, file), json);
        ITokenizer tokenizer = HuggingFaceTokenizer.Read(folder, 10)!;
        Assert.AreEqual((begin, end), (tokenizer.Begin, tokenizer.End));
    }

    [TestMethod]
    [DataRow("""{"type": "Unigram"}""", Spm, "Unigram")]
    [DataRow("""{"merges": ["a c"]}""", Spm, "make no token")]
    [DataRow("""{"merges": ["ab"]}""", Spm, "list of pairs")]
    [DataRow("""{"merges": [["a"]]}""", Spm, "list of pairs")]
    [DataRow("""{"vocab": {"a": -1}}""", Spm, "'a' the number -1")]
    [DataRow("""{"vocab": {"a": 2000000000}}""", Spm, "only 8 tokens")]
    [DataRow("""{"vocab": []}""", Spm, "vocab is not an object")]
    [DataRow("""{"end_of_word_suffix": "</w>"}""", Spm, "end_of_word_suffix")]
    [DataRow("{}", """{"normalizer": {"type": "Lowercase"}}""", "Lowercase")]
    [DataRow("{}", "{}", "leaves spaces")]
    [DataRow("{}", Spm, "byte_fallback")]
    [DataRow("{}", """{"pre_tokenizer": {"type": "Whitespace"}}""", "Whitespace")]
    [DataRow("{}", """{"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": true}}""", "ByteLevel")]
    [DataRow("{}", """{"pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Split", "behavior": "Removed", "pattern": {"Regex": "a"}}, {"type": "ByteLevel", "add_prefix_space": false}]}}""", "Split")]
    [DataRow("{}", """{"pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Split", "behavior": "Isolated", "pattern": {"Regex": "(a"}}, {"type": "ByteLevel", "add_prefix_space": false}]}}""", "'(a'")]
    [DataRow("{}", """{"added_tokens": [{"id": 5, "content": "x", "lstrip": true, "special": false}], "normalizer": null}""", "lstrip")]
    public void FilesThatAreNotSupportedAreRefused(string model, string rules, string word)
    {
        string folder = Small(["a", "b", "ab", "<s>", "</s>"], ["a b"], rules, model);
        ModelException error = Assert.ThrowsExactly<ModelException>(() => HuggingFaceTokenizer.Read(folder, 8));
        Assert.Contains(word, error.Message);
    }

    private static void CompareWithLlamaCpp(string name, string folder)
    {
        ITokenizer tokenizer = HuggingFaceTokenizer.Read(folder, 110_000)!;
        string path = SharedData.Path($"language/gguf-vocab/ggml-vocab-{name}.gguf");
        string[] texts = File.ReadAllText(path + ".inp").Split(Separator), lines = File.ReadAllLines(path + ".out");
        Assert.IsGreaterThan(40, lines.Length);
        for (int i = 0; i < lines.Length; i++)
        {
            int[] expected = [.. lines[i].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
            CollectionAssert.AreEqual(expected, tokenizer.Encode(texts[i]), $"text {i}: '{texts[i]}'");
            int before = tokenizer.Begin;
            var bytes = new List<byte>();
            foreach (int token in expected)
            {
                bytes.AddRange(tokenizer.Decode(token, before).Span);
                before = token;
            }

            Assert.AreEqual(texts[i], System.Text.Encoding.UTF8.GetString([.. bytes]));
        }
    }

    private GgufFile Restored(string name)
    {
        string path = Path.Combine(TestContext.TestRunDirectory ?? Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllBytes(path, RestoredGguf.Of(SharedData.Bytes($"language/gguf-vocab/ggml-vocab-{name}.gguf")));
        return new GgufFile(path);
    }

    private string Folder(GgufFile file, JsonObject rules, string[][] merges, bool pairs, bool byteFallback)
    {
        string[] texts = file.Texts("tokenizer.ggml.tokens");
        long[] types = file.Integers("tokenizer.ggml.token_type");
        var added = new JsonArray();
        for (int token = 0; token < texts.Length; token++)
            if (types[token] is 2 or 3 or 4) // unknown, control, user-defined
                added.Add((JsonNode)new JsonObject { ["id"] = token, ["content"] = texts[token], ["special"] = types[token] != 4 });
        rules["added_tokens"] = added;
        JsonNode[] list = [.. merges.Select(merge => pairs
            ? (JsonNode)new JsonArray(merge[0], merge[1]) : JsonValue.Create($"{merge[0]} {merge[1]}"))];
        var model = new JsonObject { ["type"] = "BPE", ["byte_fallback"] = byteFallback, ["unk_token"] = byteFallback ? "<unk>" : null };
        return Written(texts, new JsonArray(list), rules, model, texts[1], texts[2]);
    }

    private string Small(string[] vocabulary, string[] merges, string rules, string model)
    {
        JsonObject file = JsonNode.Parse(rules)!.AsObject();
        file["added_tokens"] ??= new JsonArray([.. vocabulary.Select((text, token) => (text, token)).Where(pair => pair.text is "<s>" or "</s>" or "<unk>")
            .Select(pair => (JsonNode)new JsonObject { ["id"] = pair.token, ["content"] = pair.text, ["special"] = true })]);
        return Written(vocabulary, new JsonArray([.. merges.Select(merge => JsonValue.Create(merge))]), file, JsonNode.Parse(model)!.AsObject(),
            "<s>", "</s>");
    }

    private string Written(string[] vocabulary, JsonArray merges, JsonObject file, JsonObject model, string begin, string end)
    {
        var numbers = new JsonObject();
        for (int token = 0; token < vocabulary.Length; token++)
            numbers.TryAdd(vocabulary[token], token);
        model.TryAdd("vocab", numbers);
        model.TryAdd("merges", merges);
        file["model"] = model;
        string folder = Path.Combine(TestContext.TestRunDirectory ?? Path.GetTempPath(), Path.GetRandomFileName());
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), file.ToJsonString(Json));
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"),
            new JsonObject { ["bos_token"] = begin, ["eos_token"] = end }.ToJsonString(Json));
        return folder;
    }
}
