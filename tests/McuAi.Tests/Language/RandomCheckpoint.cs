using System.Text.Json.Nodes;

namespace McuAi.Tests.Language;

/// <summary>A config.json and random tensors of the names and shapes that transformers gives a model of that config.</summary>
internal sealed class RandomCheckpoint
{
    private readonly Random _random;
    private readonly int _width;

    public RandomCheckpoint(string config, int seed = 1)
    {
        _random = new Random(seed);
        Config = JsonNode.Parse(config)!.AsObject();
        _width = Integer("hidden_size");
        Matrix("model.embed_tokens.weight", Integer("vocab_size"), _width);
        for (int layer = 0; layer < Integer("num_hidden_layers"); layer++)
            AddLayer($"model.layers.{layer}.", layer);
        Gain("model.norm.weight", _width);
        if (!Flag("tie_word_embeddings"))
            Matrix("lm_head.weight", Integer("vocab_size"), _width);
    }

    public JsonObject Config { get; }

    public Dictionary<string, (int[] Shape, float[] Values)> Tensors { get; } = [];

    private string Kind => (string)Config["architectures"]![0]!;

    public bool IsDeepSeek => Kind.StartsWith("Deepseek", StringComparison.Ordinal);

    public int Integer(string key, int fallback = 0) => (int?)Config[key] ?? fallback;

    public bool Flag(string key) => (bool?)Config[key] ?? false;

    /// <param name="shards">1: a single file.</param>
    public string Write(string folder, string type = "F32", int shards = 1)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), Config.ToJsonString());
        (string Name, int[] Shape, float[] Values)[] all = [.. Tensors.Select(pair => (pair.Key, pair.Value.Shape, pair.Value.Values))];
        var map = new JsonObject();
        for (int shard = 0; shard < shards; shard++)
        {
            string file = shards == 1 ? "model.safetensors" : $"model-{shard + 1:D5}-of-{shards:D5}.safetensors";
            (string Name, int[] Shape, float[] Values)[] own = [.. all.Where((_, i) => i % shards == shard)];
            File.WriteAllBytes(Path.Combine(folder, file), SafetensorsBytes.Of(own, type));
            foreach ((string name, _, _) in own)
                map[name] = file;
        }

        if (shards > 1)
            File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"),
                new JsonObject { ["weight_map"] = map }.ToJsonString());
        return folder;
    }

    private void AddLayer(string name, int layer)
    {
        Gain($"{name}input_layernorm.weight", _width);
        if (IsDeepSeek)
            AddLatent($"{name}self_attn.");
        else
            AddGrouped($"{name}self_attn.");
        Gain($"{name}post_attention_layernorm.weight", _width);
        int experts = Integer("n_routed_experts", Integer("num_experts"));
        if (experts == 0 || layer < Integer("first_k_dense_replace"))
        {
            AddNetwork($"{name}mlp.", Integer("intermediate_size"));
            return;
        }

        Matrix($"{name}mlp.gate.weight", experts, _width, 3);
        if (Kind == "DeepseekV3ForCausalLM")
            Add($"{name}mlp.gate.e_score_correction_bias", [experts], () => 0.3 * Normal());
        for (int expert = 0; expert < experts; expert++)
            AddNetwork($"{name}mlp.experts.{expert}.", Integer("moe_intermediate_size"));
        if (Integer("n_shared_experts") > 0)
            AddNetwork($"{name}mlp.shared_experts.", Integer("n_shared_experts") * Integer("moe_intermediate_size"));
    }

    private void AddGrouped(string name)
    {
        int heads = Integer("num_attention_heads"), shared = Integer("num_key_value_heads"), head = Integer("head_dim", _width / heads);
        foreach ((string part, int rows) in ((string, int)[])[("q", heads * head), ("k", shared * head), ("v", shared * head)])
        {
            Matrix($"{name}{part}_proj.weight", rows, _width, 2);
            if (Kind.StartsWith("Qwen2", StringComparison.Ordinal) || Flag("attention_bias"))
                Add($"{name}{part}_proj.bias", [rows], Normal);
        }

        Matrix($"{name}o_proj.weight", _width, heads * head);
        if (Kind.StartsWith("Qwen3", StringComparison.Ordinal))
        {
            Gain($"{name}q_norm.weight", head);
            Gain($"{name}k_norm.weight", head);
        }
    }

    private void AddLatent(string name)
    {
        int heads = Integer("num_attention_heads"), rank = Integer("q_lora_rank"), latent = Integer("kv_lora_rank");
        int plain = Integer("qk_nope_head_dim"), rotated = Integer("qk_rope_head_dim"), value = Integer("v_head_dim");
        if (rank == 0)
        {
            Matrix($"{name}q_proj.weight", heads * (plain + rotated), _width, 2);
        }
        else
        {
            Matrix($"{name}q_a_proj.weight", rank, _width);
            Gain($"{name}q_a_layernorm.weight", rank);
            Matrix($"{name}q_b_proj.weight", heads * (plain + rotated), rank, 2);
        }

        Matrix($"{name}kv_a_proj_with_mqa.weight", latent + rotated, _width, 2);
        Gain($"{name}kv_a_layernorm.weight", latent);
        Matrix($"{name}kv_b_proj.weight", heads * (plain + value), latent, 2);
        Matrix($"{name}o_proj.weight", _width, heads * value);
    }

    private void AddNetwork(string name, int hidden)
    {
        Matrix($"{name}gate_proj.weight", hidden, _width, 2);
        Matrix($"{name}up_proj.weight", hidden, _width, 2);
        Matrix($"{name}down_proj.weight", _width, hidden);
    }

    private void Matrix(string name, int rows, int columns, double size = 1) =>
        Add(name, [rows, columns], () => size * Normal() / Math.Sqrt(columns));

    private void Gain(string name, int count) => Add(name, [count], () => 1 + (0.3 * Normal()));

    private void Add(string name, int[] shape, Func<double> value) =>
        Tensors.Add(name, (shape, [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => (float)value())]));

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
