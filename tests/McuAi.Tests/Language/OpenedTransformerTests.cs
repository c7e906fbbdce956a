using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;

namespace McuAi.Tests.Language;

[TestClass]
public sealed class OpenedTransformerTests
{
    private const string Vocabulary = """
        {"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]},
         "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false}}
        """;

    public required TestContext TestContext { get; init; }

    [TestMethod]
    public void FoldersAndTheirFilesAreTheSame()
    {
        string folder = Folder();
        using (OpenedTransformer bare = OpenedTransformer.Open(folder))
            Assert.IsNull(bare.Tokenizer);
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), Vocabulary);
        File.WriteAllText(Path.Combine(folder, "generation_config.json"), """{"eos_token_id": 1}""");
        foreach (string path in (string[])[folder, Path.Combine(folder, "model.safetensors")])
        {
            using OpenedTransformer opened = OpenedTransformer.Open(path);
            Assert.AreEqual(31, opened.Source.Shape.Vocabulary);
            Assert.AreEqual("2 1", string.Join(' ', opened.Tokenizer!.Encode("abb")));
        }
    }

    /// <summary>Whatever it is called, and whatever else lies beside it.</summary>
    [TestMethod]
    public void ANamedFileIsOpenedItself()
    {
        string folder = Folder(), named = Path.Combine(folder, "finetuned.safetensors");
        File.Move(Path.Combine(folder, "model.safetensors"), named);
        File.WriteAllText(Path.Combine(folder, "model.safetensors"), "another model");
        using (OpenedTransformer opened = OpenedTransformer.Open(named))
            Assert.HasCount(24, opened.Source.FinalNorm());
        Refused(() => OpenedTransformer.Open(folder), "model.safetensors");
    }

    [TestMethod]
    public void AShardIsTheWholeModel()
    {
        string folder = HuggingFaceModelTests.Grouped("LlamaForCausalLM", "{}").Write(NewPath(), shards: 2);
        string shard = Path.Combine(folder, "model-00001-of-00002.safetensors");
        using (OpenedTransformer opened = OpenedTransformer.Open(shard))
            ReadAll(opened.Source);
        File.Delete(Path.Combine(folder, "model.safetensors.index.json"));
        using OpenedTransformer alone = OpenedTransformer.Open(shard);
        Refused(() => ReadAll(alone.Source), $"{shard} has no tensor");
    }

    [TestMethod]
    public void GgufFilesBringTheirTokenizers()
    {
        using OpenedTransformer opened = OpenedTransformer.Open(Gguf(["a", "b", "ab"]));
        Assert.AreEqual("2 1", string.Join(' ', opened.Tokenizer!.Encode("abb")));
        Refused(() => OpenedTransformer.Open(Gguf(["a", "b", "ab", .. Enumerable.Range(3, 37).Select(i => $"{i}")])), "40 tokens");
    }

    [TestMethod]
    public void CheckpointsOfLlama2cFindTheirTokenizer()
    {
        using OpenedTransformer opened = OpenedTransformer.Open(SharedData.Path("language/stories260k/stories260K.bin"));
        Assert.AreEqual((512, 512), (opened.Source.Shape.Vocabulary, opened.Tokenizer!.Count));
    }

    [TestMethod]
    public void WhatIsNoModelIsRefused()
    {
        string folder = Folder();
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), Vocabulary.Replace("\"ab\": 2", "\"ab\": 2, \"c\": 31"));
        Refused(() => OpenedTransformer.Open(folder), "'c' the number 31");
        Refused(() => OpenedTransformer.Open(Path.Combine(folder, "other")), "is not there");
        Refused(() => OpenedTransformer.Open(Path.Combine(folder, "tokenizer.json")), "'.json'");
    }

    private static void ReadAll(ITransformerSource source)
    {
        source.Embedding();
        source.FinalNorm();
        for (int layer = 0; layer < source.Shape.Layers; layer++)
            source.Layer(layer);
    }

    private static void Refused(Action action, string word) =>
        Assert.Contains(word, Assert.ThrowsExactly<ModelException>(action).Message);

    private string Folder() => HuggingFaceModelTests.Grouped("LlamaForCausalLM", "{}").Write(NewPath());

    private string Gguf(string[] tokens)
    {
        RandomCheckpoint checkpoint = HuggingFaceModelTests.Grouped("LlamaForCausalLM", "{}");
        var bytes = new GgufBytes();
        bytes.Entry("general.architecture", "llama");
        foreach ((string key, object value) in GgufConversion.Entries(checkpoint, splits: false))
            bytes.Entry($"llama.{key}", value);
        bytes.Entry("tokenizer.ggml.model", "gpt2");
        bytes.Entry("tokenizer.ggml.tokens", tokens);
        bytes.Entry("tokenizer.ggml.eos_token_id", 1);
        string[] merges = ["a b"];
        bytes.Entry("tokenizer.ggml.merges", merges);
        foreach ((string name, int[] shape, float[] values) in GgufConversion.Tensors("llama", checkpoint, splits: false))
            bytes.Tensor(name, shape, values);
        string path = NewPath() + ".gguf";
        File.WriteAllBytes(path, bytes.ToArray());
        return path;
    }

    private string NewPath() => Path.Combine(TestContext.TestRunDirectory ?? Path.GetTempPath(), Path.GetRandomFileName());
}
