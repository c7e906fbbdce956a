using System.Text.Json.Nodes;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Reals;

namespace McuAi.Tests.Language;

/// <summary>Random checkpoints, their logits against those of the published code.</summary>
[TestClass]
public sealed class HuggingFaceModelTests
{
    private const double MostError = 2e-4;
    private static readonly int[] Tokens = [3, 30, 7, 7, 0, 12, 5, 21, 19, 2, 28, 11, 3, 3];

    public required TestContext TestContext { get; init; }

    [TestMethod]
    [DataRow("LlamaForCausalLM", "{}")]
    [DataRow("LlamaForCausalLM", """{"tie_word_embeddings": true, "rope_scaling": {"type": "linear", "factor": 3.0}}""")]
    [DataRow("LlamaForCausalLM", """{"head_dim": 8, "num_key_value_heads": 4, "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 64}}""")]
    [DataRow("LlamaForCausalLM", """{"rope_theta": null, "head_dim": 16, "rope_parameters": {"rope_theta": 300.0, "rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 64, "beta_fast": 4.0, "beta_slow": 1.0}}""")]
    [DataRow("LlamaForCausalLM", """{"attention_bias": true}""")]
    [DataRow("MistralForCausalLM", """{"sliding_window": 20, "head_dim": null}""")]
    [DataRow("Qwen2ForCausalLM", """{"use_sliding_window": false, "sliding_window": 4}""")]
    [DataRow("Qwen3ForCausalLM", """{"head_dim": 10}""")]
    [DataRow("Qwen3MoeForCausalLM", """{"head_dim": 10, "num_experts": 6, "num_experts_per_tok": 2, "norm_topk_prob": true, "moe_intermediate_size": 7}""")]
    public void GroupedLogitsAreThoseOfThePublishedCode(string architecture, string changes) => Compare(Grouped(architecture, changes));

    [TestMethod]
    [DataRow("DeepseekV2ForCausalLM", """{"topk_method": "greedy"}""")]
    [DataRow("DeepseekV2ForCausalLM", """{"topk_method": "greedy", "norm_topk_prob": true, "q_lora_rank": 11}""")]
    [DataRow("DeepseekV2ForCausalLM", """{"topk_method": "group_limited_greedy", "n_group": 4, "topk_group": 2}""")]
    [DataRow("DeepseekV2ForCausalLM", """{"n_routed_experts": null, "n_shared_experts": null}""")]
    [DataRow("DeepseekV2ForCausalLM", """{"topk_method": "greedy", "rope_scaling": {"type": "yarn", "factor": 40, "mscale": 0.707, "mscale_all_dim": 0.707, "beta_fast": 8, "beta_slow": 1, "original_max_position_embeddings": 64}}""")]
    [DataRow("DeepseekV3ForCausalLM", """{"q_lora_rank": 11, "n_group": 4, "topk_group": 2}""")]
    [DataRow("DeepseekV3ForCausalLM", """{"n_group": 1, "topk_group": 1, "norm_topk_prob": false, "rope_interleave": false}""")]
    [DataRow("DeepseekV3ForCausalLM", """{"n_group": 4, "topk_group": 3, "rope_scaling": {"type": "yarn", "factor": 40, "mscale": 1.0, "mscale_all_dim": 0.5, "beta_fast": 8, "beta_slow": 1, "original_max_position_embeddings": 64}}""")]
    public void LatentLogitsAreThoseOfThePublishedCode(string architecture, string changes) => Compare(Latent(architecture, changes));

    /// <summary>So that a wrong order of rows or a wrong factor cannot hide behind small scores.</summary>
    [TestMethod]
    public void LogitsDependOnTheOrderOfTokens()
    {
        RandomCheckpoint checkpoint = Latent("DeepseekV3ForCausalLM", """{"n_group": 4, "topk_group": 2}""");
        double[] last = new PublishedTransformer(checkpoint).Logits(Tokens)[^1];
        int[] swapped = [.. Tokens];
        (swapped[1], swapped[5]) = (swapped[5], swapped[1]);
        double[] other = new PublishedTransformer(checkpoint).Logits(swapped)[^1];
        Assert.IsGreaterThan(100 * MostError, last.Zip(other, (a, b) => Math.Abs(a - b)).Max());
    }

    [TestMethod]
    public void ShardedModelsAreAsWhole()
    {
        RandomCheckpoint checkpoint = Latent("DeepseekV3ForCausalLM", """{"n_group": 4, "topk_group": 2}""");
        using var whole = new HuggingFaceModel(checkpoint.Write(Folder()));
        using var sharded = new HuggingFaceModel(checkpoint.Write(Folder(), shards: 3));
        foreach (float[][] pair in (float[][][])[[whole.Head(), sharded.Head()], [whole.Embedding(), sharded.Embedding()],
            [((LatentAttention)whole.Layer(1).Attention).KeyUp, ((LatentAttention)sharded.Layer(1).Attention).KeyUp]])
            CollectionAssert.AreEqual(pair[0], pair[1]);
        CollectionAssert.AreEqual(Run(whole)[^1], Run(sharded)[^1]);
    }

    /// <summary>A layer beyond num_hidden_layers, as DeepSeek-V3 has it for more tokens, is left out.</summary>
    [TestMethod]
    public void LayersBeyondTheConfigAreLeftOut()
    {
        RandomCheckpoint checkpoint = Latent("DeepseekV3ForCausalLM", """{"n_group": 4, "topk_group": 2, "num_hidden_layers": 3}""");
        checkpoint.Config["num_hidden_layers"] = 2;
        Compare(checkpoint);
    }

    /// <summary>Within the window, attention is the same; the context ends there.</summary>
    [TestMethod]
    public void AWindowCutsTheContext()
    {
        using var mistral = new HuggingFaceModel(Grouped("MistralForCausalLM", """{"sliding_window": 20}""").Write(Folder()));
        Assert.AreEqual(20, mistral.Shape.Context);
        using var open = new HuggingFaceModel(Grouped("MistralForCausalLM", """{"sliding_window": null}""").Write(Folder()));
        Assert.AreEqual(256, open.Shape.Context);
        using var layers = new HuggingFaceModel(Grouped("Qwen3ForCausalLM",
            """{"sliding_window": 30, "layer_types": ["full_attention", "sliding_attention"]}""").Write(Folder()));
        Assert.AreEqual(30, layers.Shape.Context);
    }

    [TestMethod]
    [DataRow("""{"architectures": ["GPT2LMHeadModel"]}""", "GPT2LMHeadModel")]
    [DataRow("""{"architectures": ["GPT2LMHeadModel"]}""", "LlamaForCausalLM, MistralForCausalLM")]
    [DataRow("""{"hidden_act": "gelu"}""", "gelu")]
    [DataRow("""{"mlp_bias": true}""", "mlp_bias")]
    [DataRow("""{"hidden_size": "many"}""", "hidden_size is not a whole number")]
    [DataRow("""{"hidden_size": null}""", "nothing of hidden_size")]
    [DataRow("""{"hidden_size": 25}""", "evenly")]
    [DataRow("""{"hidden_size": 32}""", "input_layernorm.weight has the shape [24] and not [32]")]
    [DataRow("""{"num_hidden_layers": -1}""", "layers")]
    [DataRow("""{"num_hidden_layers": 3}""", "no tensor model.layers.2.input_layernorm.weight")]
    [DataRow("""{"num_attention_heads": 16777216, "head_dim": 16777216}""", "damaged")]
    [DataRow("""{"head_dim": 5}""", "rotated in pairs")]
    [DataRow("""{"rope_scaling": {"rope_type": "longrope", "factor": 2}}""", "longrope")]
    [DataRow("""{"rope_scaling": {"rope_type": "linear", "factor": 0}}""", "factor")]
    [DataRow("""{"rope_scaling": {"rope_type": "llama3", "factor": 2}}""", "low_freq_factor")]
    [DataRow("""{"partial_rotary_factor": 0.5}""", "partial_rotary_factor")]
    [DataRow("""{"rope_theta": 0}""", "rope_theta")]
    [DataRow("""{"quantization_config": {"quant_method": "gptq"}}""", "gptq")]
    public void ConfigsThatAreNotSupportedAreRefused(string changes, string word)
    {
        RandomCheckpoint checkpoint = Grouped("LlamaForCausalLM", "{}");
        Change(checkpoint.Config, changes);
        Refused(() => ReadAll(checkpoint.Write(Folder())), word);
    }

    [TestMethod]
    [DataRow("""{"topk_method": "noaux_tc", "scoring_func": "softmax"}""", "noaux_tc with softmax")]
    [DataRow("""{"moe_layer_freq": 2}""", "moe_layer_freq")]
    [DataRow("""{"n_group": 3}""", "cannot be chosen")]
    [DataRow("""{"attention_bias": true}""", "attention_bias")]
    [DataRow("""{"qk_rope_head_dim": 3}""", "rotated in pairs")]
    [DataRow("""{"kv_lora_rank": 0}""", "latent width")]
    public void ConfigsOfExpertsThatAreNotSupportedAreRefused(string changes, string word)
    {
        RandomCheckpoint checkpoint = Latent("DeepseekV3ForCausalLM", """{"n_group": 4, "topk_group": 2}""");
        Change(checkpoint.Config, changes);
        Refused(() => ReadAll(checkpoint.Write(Folder())), word);
    }

    [TestMethod]
    public void FilesThatAreMissingAreNamed()
    {
        RandomCheckpoint checkpoint = Grouped("LlamaForCausalLM", "{}");
        string folder = checkpoint.Write(Folder(), shards: 3);
        File.Delete(Path.Combine(folder, "model-00002-of-00003.safetensors"));
        Refused(() => ReadAll(folder), "model-00002-of-00003.safetensors is missing");
        folder = checkpoint.Write(Folder());
        File.Delete(Path.Combine(folder, "model.safetensors"));
        Refused(() => ReadAll(folder), "neither model.safetensors nor");
        File.Delete(Path.Combine(folder, "config.json"));
        Refused(() => OpenedTransformer.Open(folder).Dispose(), "no config.json");
        folder = checkpoint.Write(Folder(), shards: 2);
        string index = Path.Combine(folder, "model.safetensors.index.json");
        File.WriteAllText(index, File.ReadAllText(index).Replace("model-00001-of-00002.safetensors", "../x.safetensors"));
        Refused(() => ReadAll(folder), "no file's name");
        checkpoint.Write(folder, shards: 2);
        File.WriteAllText(index, File.ReadAllText(index).Replace("model.norm.weight", "model.norm.other"));
        Refused(() => ReadAll(folder), "has no tensor model.norm.other");
    }

    /// <summary>The output's biases are only those of models that have none in truth.</summary>
    [TestMethod]
    public void BiasesOfAttentionsOutputAreRefusedUnlessZero()
    {
        RandomCheckpoint checkpoint = Grouped("LlamaForCausalLM", """{"attention_bias": true}""");
        checkpoint.Tensors["model.layers.0.self_attn.o_proj.bias"] = ([24], new float[24]);
        ReadAll(checkpoint.Write(Folder()));
        checkpoint.Tensors["model.layers.0.self_attn.o_proj.bias"].Values[3] = 1;
        Refused(() => ReadAll(checkpoint.Write(Folder())), "o_proj.bias");
    }

    internal static RandomCheckpoint Grouped(string architecture, string changes) => new(Merged($$"""
        {"architectures": ["{{architecture}}"], "hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 4,
         "num_key_value_heads": 2, "intermediate_size": 20, "vocab_size": 31, "max_position_embeddings": 256, "hidden_act": "silu",
         "rms_norm_eps": 1e-5, "rope_theta": 500.0, "tie_word_embeddings": false}
        """, changes));

    internal static RandomCheckpoint Latent(string architecture, string changes) => new(Merged($$"""
        {"architectures": ["{{architecture}}"], "hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 3,
         "num_key_value_heads": 3, "intermediate_size": 20, "vocab_size": 31, "max_position_embeddings": 256, "hidden_act": "silu",
         "rms_norm_eps": 1e-6, "rope_theta": 500.0, "q_lora_rank": null, "kv_lora_rank": 10, "qk_nope_head_dim": 6,
         "qk_rope_head_dim": 8, "v_head_dim": 5, "n_routed_experts": 8, "n_shared_experts": 2, "num_experts_per_tok": 3,
         "moe_intermediate_size": 7, "first_k_dense_replace": 1, "moe_layer_freq": 1, "routed_scaling_factor": 2.5,
         "norm_topk_prob": {{(architecture.Contains("V3", StringComparison.Ordinal) ? "true" : "false")}},
         "scoring_func": "{{(architecture.Contains("V3", StringComparison.Ordinal) ? "sigmoid" : "softmax")}}",
         "topk_method": "noaux_tc"}
        """, changes));

    internal static void Compare(ITransformerSource source, RandomCheckpoint checkpoint, double most = MostError)
    {
        double[][] expected = new PublishedTransformer(checkpoint).Logits(Tokens);
        float[][] logits = Run(source);
        for (int t = 0; t < Tokens.Length; t++)
            for (int i = 0; i < logits[t].Length; i++)
                Assert.AreEqual(expected[t][i], logits[t][i], most, $"position {t}, token {i}");
    }

    private static float[][] Run(ITransformerSource source)
    {
        var model = new FloatTransformer(source);
        return [.. Tokens.Select(model.Next)];
    }

    private static string Merged(string config, string changes)
    {
        JsonObject merged = JsonNode.Parse(config)!.AsObject();
        Change(merged, changes);
        return merged.ToJsonString();
    }

    private static void Change(JsonObject config, string changes)
    {
        foreach ((string key, JsonNode? value) in JsonNode.Parse(changes)!.AsObject())
            config[key] = value?.DeepClone();
    }

    private static void ReadAll(string folder)
    {
        using var model = new HuggingFaceModel(folder);
        _ = new FloatTransformer(model);
    }

    private static void Refused(Action action, string word) =>
        Assert.Contains(word, Assert.ThrowsExactly<ModelException>(action).Message);

    private void Compare(RandomCheckpoint checkpoint)
    {
        using var model = new HuggingFaceModel(checkpoint.Write(Folder()));
        Compare(model, checkpoint);
    }

    private string Folder() => Path.Combine(TestContext.TestRunDirectory ?? Path.GetTempPath(), Path.GetRandomFileName());
}
