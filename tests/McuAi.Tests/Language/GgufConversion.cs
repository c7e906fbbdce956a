using System.Text.Json.Nodes;

namespace McuAi.Tests.Language;

/// <summary>What llama.cpp's convert_hf_to_gguf makes of a checkpoint: entries without the architecture's name, and tensors.</summary>
internal static class GgufConversion
{
    private static readonly (string From, string To)[] Names =
    [
        ("model.embed_tokens", "token_embd"), ("model.norm", "output_norm"), ("lm_head", "output"), ("model.layers.", "blk."),
        ("input_layernorm", "attn_norm"), ("post_attention_layernorm", "ffn_norm"), ("self_attn.q_a_layernorm", "attn_q_a_norm"),
        ("self_attn.kv_a_layernorm", "attn_kv_a_norm"), ("self_attn.kv_a_proj_with_mqa", "attn_kv_a_mqa"),
        ("self_attn.o_proj", "attn_output"), ("self_attn.", "attn_"), ("mlp.gate.e_score_correction_bias", "exp_probs_b.bias"),
        ("mlp.gate.weight", "ffn_gate_inp.weight"), ("mlp.shared_experts.gate_proj", "ffn_gate_shexp"),
        ("mlp.shared_experts.up_proj", "ffn_up_shexp"), ("mlp.shared_experts.down_proj", "ffn_down_shexp"), ("mlp.", "ffn_"),
        ("_proj", ""),
    ];

    public static IEnumerable<(string Key, object Value)> Entries(RandomCheckpoint checkpoint, bool splits)
    {
        int heads = checkpoint.Integer("num_attention_heads");
        yield return ("block_count", checkpoint.Integer("num_hidden_layers"));
        yield return ("embedding_length", checkpoint.Integer("hidden_size"));
        yield return ("feed_forward_length", checkpoint.Integer("intermediate_size"));
        yield return ("context_length", checkpoint.Integer("max_position_embeddings"));
        yield return ("attention.head_count", heads);
        yield return ("attention.layer_norm_rms_epsilon", (float)(double)checkpoint.Config["rms_norm_eps"]!);
        yield return ("rope.freq_base", (float)(double)checkpoint.Config["rope_theta"]!);
        foreach ((string, object) entry in checkpoint.IsDeepSeek ? Latent(checkpoint, splits) : Grouped(checkpoint))
            yield return entry;
        foreach ((string, object) entry in Experts(checkpoint).Concat(Scaling(checkpoint.Config["rope_scaling"])))
            yield return entry;
    }

    public static IEnumerable<(string Name, int[] Shape, float[] Values)> Tensors(string architecture, RandomCheckpoint checkpoint,
        bool splits)
    {
        int heads = checkpoint.Integer("num_attention_heads"), shared = checkpoint.Integer("num_key_value_heads");
        foreach ((string name, (int[] shape, float[] values)) in checkpoint.Tensors)
        {
            if (name.Contains(".experts.0.", StringComparison.Ordinal))
            {
                int count = checkpoint.Integer("n_routed_experts", checkpoint.Integer("num_experts"));
                float[] all = [.. Enumerable.Range(0, count).SelectMany(expert =>
                    checkpoint.Tensors[name.Replace(".experts.0.", $".experts.{expert}.")].Values)];
                yield return (Renamed(name.Replace("experts.0.", "")).Replace(".weight", "_exps.weight"), [count, .. shape], all);
            }
            else if (splits && name.Contains("kv_b_proj", StringComparison.Ordinal))
            {
                foreach ((string, int[], float[]) part in KeysAndValues(Renamed(name), checkpoint, values))
                    yield return part;
            }
            else if (!name.Contains(".experts.", StringComparison.Ordinal))
            {
                yield return (Renamed(name), shape, architecture != "llama" ? values
                    : name.Contains("q_proj", StringComparison.Ordinal) ? Permuted(values, heads, shape[0])
                    : name.Contains("k_proj", StringComparison.Ordinal) ? Permuted(values, shared, shape[0]) : values);
            }
        }

        if (architecture == "llama" && (string?)checkpoint.Config["rope_scaling"]?["rope_type"] == "llama3")
            yield return Divisors(checkpoint);
    }

    private static IEnumerable<(string Key, object Value)> Grouped(RandomCheckpoint checkpoint)
    {
        yield return ("attention.head_count_kv", checkpoint.Integer("num_key_value_heads"));
        if (checkpoint.Integer("head_dim") is > 0 and var size)
        {
            yield return ("attention.key_length", size);
            yield return ("attention.value_length", size);
        }
    }

    private static IEnumerable<(string Key, object Value)> Latent(RandomCheckpoint checkpoint, bool splits)
    {
        int plain = checkpoint.Integer("qk_nope_head_dim"), rotated = checkpoint.Integer("qk_rope_head_dim");
        int latent = checkpoint.Integer("kv_lora_rank"), value = checkpoint.Integer("v_head_dim");
        yield return ("attention.head_count_kv", splits ? 1 : checkpoint.Integer("num_attention_heads"));
        if (checkpoint.Integer("q_lora_rank") is > 0 and var rank)
            yield return ("attention.q_lora_rank", rank);
        yield return ("attention.kv_lora_rank", latent);
        yield return ("rope.dimension_count", rotated);
        yield return ("attention.key_length", splits ? latent + rotated : plain + rotated);
        yield return ("attention.value_length", splits ? latent : value);
        if (splits)
        {
            yield return ("attention.key_length_mla", plain + rotated);
            yield return ("attention.value_length_mla", value);
        }
    }

    private static IEnumerable<(string Key, object Value)> Experts(RandomCheckpoint checkpoint)
    {
        if (checkpoint.Integer("n_routed_experts", checkpoint.Integer("num_experts")) is not (> 0 and var experts))
            yield break;
        yield return ("expert_count", experts);
        yield return ("expert_used_count", checkpoint.Integer("num_experts_per_tok"));
        yield return ("expert_feed_forward_length", checkpoint.Integer("moe_intermediate_size"));
        if (!checkpoint.IsDeepSeek)
            yield break;
        yield return ("leading_dense_block_count", checkpoint.Integer("first_k_dense_replace"));
        yield return ("expert_shared_count", checkpoint.Integer("n_shared_experts"));
        yield return ("expert_weights_scale", (float)(double)checkpoint.Config["routed_scaling_factor"]!);
        yield return ("expert_weights_norm", checkpoint.Flag("norm_topk_prob"));
        yield return ("expert_gating_func", (string?)checkpoint.Config["scoring_func"] == "sigmoid" ? 2 : 1);
        if (checkpoint.Integer("n_group") is > 0 and var groups)
        {
            yield return ("expert_group_count", groups);
            yield return ("expert_group_used_count", checkpoint.Integer("topk_group"));
        }
    }

    private static IEnumerable<(string Key, object Value)> Scaling(JsonNode? scaling)
    {
        string? type = (string?)scaling?["type"] ?? (string?)scaling?["rope_type"];
        if (type is not ("linear" or "yarn"))
            yield break;
        yield return ("rope.scaling.type", type);
        yield return ("rope.scaling.factor", (float)(double)scaling!["factor"]!);
        if (type == "yarn")
            yield return ("rope.scaling.original_context_length", (int)scaling["original_max_position_embeddings"]!);
        if ((double?)scaling["mscale_all_dim"] is { } all)
            yield return ("rope.scaling.yarn_log_multiplier", (float)(0.1 * all));
    }

    private static string Renamed(string name) => Names.Aggregate(name, (renamed, pair) => renamed.Replace(pair.From, pair.To));

    /// <summary>reshape(heads, 2, half, columns).swapaxes(1, 2)</summary>
    private static float[] Permuted(float[] values, int heads, int rows)
    {
        int columns = values.Length / rows, half = rows / heads / 2;
        var permuted = new float[values.Length];
        for (int head = 0; head < heads; head++)
            for (int part = 0; part < 2; part++)
                for (int i = 0; i < half; i++)
                    Array.Copy(values, ((head * 2 * half) + (part * half) + i) * columns, permuted,
                        ((head * 2 * half) + (i * 2) + part) * columns, columns);
        return permuted;
    }

    /// <summary>The keys' matrices are transposed.</summary>
    private static IEnumerable<(string Name, int[] Shape, float[] Values)> KeysAndValues(string name, RandomCheckpoint checkpoint,
        float[] both)
    {
        int heads = checkpoint.Integer("num_attention_heads"), plain = checkpoint.Integer("qk_nope_head_dim");
        int latent = checkpoint.Integer("kv_lora_rank"), value = checkpoint.Integer("v_head_dim");
        float[][][] rows = [.. both.Chunk(latent).Chunk(plain + value)];
        yield return (name.Replace("kv_b", "k_b"), [heads, latent, plain], [.. rows.SelectMany(head =>
            Enumerable.Range(0, latent).SelectMany(i => head[..plain].Select(row => row[i])))]);
        yield return (name.Replace("kv_b", "v_b"), [heads, value, latent], [.. rows.SelectMany(head => head[plain..].SelectMany(row => row))]);
    }

    private static (string Name, int[] Shape, float[] Values) Divisors(RandomCheckpoint checkpoint)
    {
        int size = checkpoint.Integer("head_dim");
        double theta = (double)checkpoint.Config["rope_theta"]!;
        double[] scaled = PublishedRotation.Of(checkpoint.Config, size).Frequencies;
        return ("rope_freqs.weight", [size / 2], [.. scaled.Select((f, i) => (float)(Math.Pow(theta, -2.0 * i / size) / f))]);
    }
}
