using System.Text.Json.Nodes;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;

namespace McuAi.Tests.Language;

/// <summary>Random checkpoints, written as llama.cpp's convert_hf_to_gguf writes them, their logits against those of the published
/// code.</summary>
[TestClass]
public sealed class GgufModelTests
{
    public required TestContext TestContext { get; init; }

    [TestMethod]
    [DataRow("llama", "LlamaForCausalLM", "{}")]
    [DataRow("llama", "LlamaForCausalLM", """{"tie_word_embeddings": true, "rope_scaling": {"type": "linear", "factor": 3.0}}""")]
    [DataRow("llama", "LlamaForCausalLM", """{"head_dim": 8, "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 64}}""")]
    [DataRow("llama", "LlamaForCausalLM", """{"attention_bias": true, "head_dim": 8, "rope_scaling": {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 64}}""")]
    [DataRow("qwen2", "Qwen2ForCausalLM", "{}")]
    [DataRow("qwen3", "Qwen3ForCausalLM", """{"head_dim": 10}""")]
    [DataRow("qwen3moe", "Qwen3MoeForCausalLM", """{"head_dim": 10, "num_experts": 6, "num_experts_per_tok": 2, "norm_topk_prob": true, "moe_intermediate_size": 7}""")]
    public void GroupedLogitsAreThoseOfThePublishedCode(string name, string architecture, string changes) =>
        Compare(name, HuggingFaceModelTests.Grouped(architecture, changes), splits: false);

    [TestMethod]
    [DataRow("DeepseekV2ForCausalLM", """{"topk_method": "greedy"}""", false)]
    [DataRow("DeepseekV2ForCausalLM", """{"topk_method": "greedy", "n_routed_experts": null, "q_lora_rank": 11}""", true)]
    [DataRow("DeepseekV2ForCausalLM", """{"topk_method": "group_limited_greedy", "n_group": 4, "topk_group": 2}""", true)]
    [DataRow("DeepseekV3ForCausalLM", """{"q_lora_rank": 11, "n_group": 4, "topk_group": 2}""", true)]
    [DataRow("DeepseekV3ForCausalLM", """{"n_group": 4, "topk_group": 3, "rope_scaling": {"type": "yarn", "factor": 40, "mscale": 0.7, "mscale_all_dim": 0.7, "original_max_position_embeddings": 64}}""", true)]
    public void LatentLogitsAreThoseOfThePublishedCode(string architecture, string changes, bool splits) =>
        Compare("deepseek2", HuggingFaceModelTests.Latent(architecture, changes), splits);

    [TestMethod]
    [DataRow("general.architecture", "mamba", "mamba")]
    [DataRow("llama.expert_count", 4, "experts")]
    [DataRow("llama.attention.head_count", 0, "heads")]
    [DataRow("llama.rope.dimension_count", 4, "rotates a part")]
    [DataRow("llama.embedding_length", 32, "[24] and not [32]")]
    [DataRow("llama.embedding_length", -1, "embedding_length is 4,294,967,295")]
    [DataRow("llama.block_count", 3, "no tensor blk.2.attn_norm.weight")]
    [DataRow("llama.rope.freq_base", float.NaN, "finite")]
    [DataRow("llama.rope.freq_base", 0f, "freq_base")]
    [DataRow("llama.rope.scaling.factor", -2f, "scaling.factor is -2")]
    public void MetadataThatCannotBeIsRefused(string key, object value, string word)
    {
        string path = Write(Converted("llama", HuggingFaceModelTests.Grouped("LlamaForCausalLM", "{}"), false, (key, value)));
        ModelException error = Assert.ThrowsExactly<ModelException>(() =>
        {
            using var file = new GgufFile(path);
            var model = new GgufModel(file);
            for (int layer = 0; layer < model.Shape.Layers; layer++)
                model.Layer(layer);
        });
        Assert.Contains(word, error.Message);
    }

    /// <summary>As llama.cpp reads it.</summary>
    [TestMethod]
    public void AFactorOf0StretchesNothing()
    {
        RandomCheckpoint checkpoint = HuggingFaceModelTests.Grouped("LlamaForCausalLM", "{}");
        using var file = new GgufFile(Write(Converted("llama", checkpoint, false, ("llama.rope.scaling.factor", 0f))));
        HuggingFaceModelTests.Compare(new GgufModel(file), checkpoint);
    }

    [TestMethod]
    [DataRow("blk.1.attn_output.bias", 24)]
    [DataRow("blk.0.ffn_gate.bias", 20)]
    [DataRow("blk.1.ffn_down.bias", 24)]
    [DataRow("output_norm.bias", 24)]
    [DataRow("blk.1.attn_q.bias", 24)]
    public void BiasesThatAreNotReadAreRefusedUnlessZero(string name, int numbers)
    {
        RandomCheckpoint checkpoint = HuggingFaceModelTests.Grouped("LlamaForCausalLM", "{}");
        float[] bias = new float[numbers];
        checkpoint.Tensors[name] = ([numbers], bias);
        using (var file = new GgufFile(Write(Converted("llama", checkpoint, false))))
            Assert.AreEqual(2, new GgufModel(file).Shape.Layers);
        bias[3] = 1;
        using var biased = new GgufFile(Write(Converted("llama", checkpoint, false)));
        Assert.Contains(name, Assert.ThrowsExactly<ModelException>(() => new GgufModel(biased)).Message);
    }

    /// <summary>Experts are parts of a tensor.</summary>
    [TestMethod]
    public void APartOfATensorIsThatOfTheWhole()
    {
        var bytes = new GgufBytes();
        bytes.Tensor("x", [700, 1000], [.. Enumerable.Range(0, 700_000).Select(i => (float)i)]);
        using var file = new GgufFile(Write(bytes.ToArray()));
        float[] whole = file.Read("x");
        Assert.AreEqual(699_999f, whole[^1]);
        CollectionAssert.AreEqual(whole[123_000..456_000], file.Read("x", 123_000, 333_000));
    }

    private void Compare(string name, RandomCheckpoint checkpoint, bool splits)
    {
        using var file = new GgufFile(Write(Converted(name, checkpoint, splits)));
        HuggingFaceModelTests.Compare(new GgufModel(file), checkpoint);
    }

    /// <param name="splits">Whether the keys' and values' matrices of latent attention are stored apart.</param>
    /// <param name="change">Takes the place of an entry, or is added.</param>
    private static byte[] Converted(string name, RandomCheckpoint checkpoint, bool splits, (string Key, object Value)? change = null)
    {
        var bytes = new GgufBytes();
        Dictionary<string, object> entries = new() { ["general.architecture"] = name };
        foreach ((string key, object value) in GgufConversion.Entries(checkpoint, splits))
            entries[$"{name}.{key}"] = value;
        if (change is { } changed)
            entries[changed.Key] = changed.Value;
        foreach ((string key, object value) in entries)
            bytes.Entry(key, value);
        foreach ((string tensor, int[] shape, float[] values) in GgufConversion.Tensors(name, checkpoint, splits))
            bytes.Tensor(tensor, shape, values);
        return bytes.ToArray();
    }

    private string Write(byte[] bytes)
    {
        string path = Path.Combine(TestContext.TestRunDirectory ?? Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
