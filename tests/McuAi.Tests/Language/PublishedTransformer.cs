using System.Text.Json.Nodes;

namespace McuAi.Tests.Language;

/// <summary>What transformers' modeling code computes (modeling_llama, modeling_qwen2, modeling_qwen3, modeling_qwen3_moe,
/// modeling_deepseek of V2 and V3), step by step in float64, with whole keys and values for each head and everything computed anew
/// for each position.</summary>
internal sealed class PublishedTransformer(RandomCheckpoint checkpoint)
{
    private readonly double _epsilon = (double)checkpoint.Config["rms_norm_eps"]!;
    private readonly int _heads = checkpoint.Integer("num_attention_heads");

    /// <summary>Logits after each token.</summary>
    public double[][] Logits(int[] tokens)
    {
        int width = checkpoint.Integer("hidden_size");
        double[] embedding = Weights("model.embed_tokens.weight");
        double[][] hidden = [.. tokens.Select(token => embedding[(token * width)..((token + 1) * width)])];
        for (int layer = 0; layer < checkpoint.Integer("num_hidden_layers"); layer++)
        {
            string name = $"model.layers.{layer}.";
            double[][] normed = [.. hidden.Select(x => Norm(x, $"{name}input_layernorm.weight"))];
            double[][] attended = checkpoint.IsDeepSeek ? Latent(normed, $"{name}self_attn.") : Grouped(normed, $"{name}self_attn.");
            hidden = [.. hidden.Zip(attended, Sum)];
            bool sparse = checkpoint.Tensors.ContainsKey($"{name}mlp.gate.weight");
            hidden = [.. hidden.Select(x => Sum(x, Norm(x, $"{name}post_attention_layernorm.weight") is var y && sparse
                ? Experts(y, $"{name}mlp.") : Mlp(y, $"{name}mlp.")))];
        }

        string head = checkpoint.Flag("tie_word_embeddings") ? "model.embed_tokens" : "lm_head";
        return [.. hidden.Select(x => Linear(Norm(x, "model.norm.weight"), head))];
    }

    private double[][] Grouped(double[][] x, string name)
    {
        int shared = checkpoint.Integer("num_key_value_heads"), size = checkpoint.Integer("head_dim", x[0].Length / _heads);
        double[][][] q = Heads("q", _heads), k = Heads("k", shared), v = Heads("v", shared);
        if (checkpoint.Tensors.ContainsKey($"{name}q_norm.weight"))
        {
            q = [.. q.Select(line => line.Select(head => Norm(head, $"{name}q_norm.weight")).ToArray())];
            k = [.. k.Select(line => line.Select(head => Norm(head, $"{name}k_norm.weight")).ToArray())];
        }

        (double[] frequencies, double scaling) = PublishedRotation.Of(checkpoint.Config, size);
        q = [.. q.Select((line, t) => line.Select(head => Rotate(head, frequencies, scaling, t)).ToArray())];
        k = [.. k.Select((line, t) => line.Select(head => Rotate(head, frequencies, scaling, t)).ToArray())];
        k = [.. k.Select(RepeatKv)];
        v = [.. v.Select(RepeatKv)];
        return Attention(q, k, v, 1 / Math.Sqrt(size), name);

        double[][][] Heads(string part, int count) => [.. x.Select(line => Linear(line, $"{name}{part}_proj").Chunk(size).ToArray())];

        double[][] RepeatKv(double[][] line) => [.. line.SelectMany(head => Enumerable.Repeat(head, _heads / shared))];
    }

    private double[][] Latent(double[][] x, string name)
    {
        int plain = checkpoint.Integer("qk_nope_head_dim"), rotated = checkpoint.Integer("qk_rope_head_dim");
        int latent = checkpoint.Integer("kv_lora_rank"), value = checkpoint.Integer("v_head_dim");
        bool interleaves = (bool?)checkpoint.Config["rope_interleave"] ?? true;
        (double[] frequencies, double scaling) = PublishedRotation.Of(checkpoint.Config, rotated);
        var q = new double[x.Length][][];
        var k = new double[x.Length][][];
        var v = new double[x.Length][][];
        for (int t = 0; t < x.Length; t++)
        {
            double[] query = checkpoint.Integer("q_lora_rank") == 0
                ? Linear(x[t], $"{name}q_proj")
                : Linear(Norm(Linear(x[t], $"{name}q_a_proj"), $"{name}q_a_layernorm.weight"), $"{name}q_b_proj");
            double[] compressed = Linear(x[t], $"{name}kv_a_proj_with_mqa");
            double[][] kv = [.. Linear(Norm(compressed[..latent], $"{name}kv_a_layernorm.weight"), $"{name}kv_b_proj").Chunk(plain + value)];
            double[] rope = Turn(compressed[latent..], t);
            q[t] = [.. query.Chunk(plain + rotated).Select(head => (double[])[.. head[..plain], .. Turn(head[plain..], t)])];
            k[t] = [.. kv.Select(head => (double[])[.. head[..plain], .. rope])];
            v[t] = [.. kv.Select(head => head[plain..])];
        }

        return Attention(q, k, v, PublishedRotation.ScoreFactor(checkpoint.Config) / Math.Sqrt(plain + rotated), name);

        // view(d // 2, 2).transpose, then as the others
        double[] Turn(double[] head, int t) => Rotate(interleaves
            ? [.. head.Where((_, i) => i % 2 == 0), .. head.Where((_, i) => i % 2 == 1)]
            : head, frequencies, scaling, t);
    }

    private double[][] Attention(double[][][] q, double[][][] k, double[][][] v, double scale, string name) => [.. q.Select((line, t) =>
    {
        var output = new List<double>();
        for (int head = 0; head < _heads; head++)
        {
            double[] weights = Softmax([.. Enumerable.Range(0, t + 1).Select(s => scale * Dot(line[head], k[s][head]))]);
            output.AddRange(Enumerable.Range(0, v[0][head].Length).Select(i => weights.Select((weight, s) => weight * v[s][head][i]).Sum()));
        }

        return Linear([.. output], $"{name}o_proj");
    })];

    /// <summary>q * cos + rotate_half(q) * sin</summary>
    private static double[] Rotate(double[] x, double[] frequencies, double scaling, int t)
    {
        int half = x.Length / 2;
        double[] rotated = [.. x[half..].Select(value => -value), .. x[..half]];
        return [.. x.Select((value, i) => scaling * ((value * Math.Cos(t * frequencies[i % half]))
            + (rotated[i] * Math.Sin(t * frequencies[i % half]))))];
    }

    private double[] Experts(double[] x, string name)
    {
        var output = new double[x.Length];
        foreach ((int expert, double weight) in PublishedGate.Choose(checkpoint, Linear(x, $"{name}gate"),
            checkpoint.Tensors.ContainsKey($"{name}gate.e_score_correction_bias") ? Weights($"{name}gate.e_score_correction_bias") : null))
            output = Sum(output, [.. Mlp(x, $"{name}experts.{expert}.").Select(value => weight * value)]);
        return checkpoint.Integer("n_shared_experts") > 0 ? Sum(output, Mlp(x, $"{name}shared_experts.")) : output;
    }

    private double[] Mlp(double[] x, string name) => Linear([.. Linear(x, $"{name}gate_proj").Zip(Linear(x, $"{name}up_proj"),
        (gate, up) => gate / (1 + Math.Exp(-gate)) * up)], $"{name}down_proj");

    private double[] Linear(double[] x, string name)
    {
        double[] product = [.. Weights($"{name}.weight").Chunk(x.Length).Select(row => Dot(row, x))];
        return checkpoint.Tensors.ContainsKey($"{name}.bias") ? Sum(product, Weights($"{name}.bias")) : product;
    }

    private double[] Norm(double[] x, string name)
    {
        double root = Math.Sqrt((Dot(x, x) / x.Length) + _epsilon);
        return [.. x.Zip(Weights(name), (value, gain) => value / root * gain)];
    }

    private double[] Weights(string name) => [.. checkpoint.Tensors[name].Values.Select(value => (double)value)];

    public static double[] Softmax(double[] x)
    {
        double[] powers = [.. x.Select(value => Math.Exp(value - x.Max()))];
        return [.. powers.Select(power => power / powers.Sum())];
    }

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}

/// <summary>modeling_rope_utils, and the softmax scale of modeling_deepseek.</summary>
internal static class PublishedRotation
{
    public static (double[] Frequencies, double AttentionScaling) Of(JsonObject config, int size)
    {
        JsonNode? scaling = config["rope_parameters"] ?? config["rope_scaling"];
        double theta = (double?)config["rope_theta"] ?? (double?)scaling?["rope_theta"] ?? 10_000;
        double[] plain = [.. Enumerable.Range(0, size / 2).Select(i => 1 / Math.Pow(theta, 2.0 * i / size))];
        double Value(string key, double fallback = double.NaN) => (double?)scaling?[key] ?? fallback;
        double factor = Value("factor", 1), context = Value("original_max_position_embeddings");
        switch ((string?)scaling?["rope_type"] ?? (string?)scaling?["type"] ?? "default")
        {
            case "linear":
                return ([.. plain.Select(f => f / factor)], 1);
            case "llama3":
                double low = Value("low_freq_factor"), high = Value("high_freq_factor");
                return ([.. plain.Select(f =>
                {
                    double length = 2 * Math.PI / f;
                    if (length < context / high)
                        return f;
                    if (length > context / low)
                        return f / factor;
                    double smooth = ((context / length) - low) / (high - low);
                    return ((1 - smooth) * f / factor) + (smooth * f);
                })], 1);
            case "yarn":
                double Dimension(double turns) => size * Math.Log(context / (turns * 2 * Math.PI)) / (2 * Math.Log(theta));
                double first = Math.Max(Math.Floor(Dimension(Value("beta_fast", 32))), 0);
                double last = Math.Min(Math.Ceiling(Dimension(Value("beta_slow", 1))), size - 1);
                if (first == last)
                    last += 0.001;
                double m = Value("mscale", 0), all = Value("mscale_all_dim", 0);
                return ([.. plain.Select((f, i) =>
                {
                    double kept = 1 - Math.Clamp((i - first) / (last - first), 0, 1);
                    return (f / factor * (1 - kept)) + (f * kept);
                })], m != 0 && all != 0 ? Mscale(factor, m) / Mscale(factor, all) : Mscale(factor, 1));
            default:
                return (plain, 1);
        }
    }

    public static double ScoreFactor(JsonObject config)
    {
        JsonNode? scaling = config["rope_parameters"] ?? config["rope_scaling"];
        return (double?)scaling?["mscale_all_dim"] is { } all ? Math.Pow(Mscale((double)scaling["factor"]!, all), 2) : 1;
    }

    private static double Mscale(double scale, double m) => scale <= 1 ? 1 : (0.1 * m * Math.Log(scale)) + 1;
}

/// <summary>MoEGate of modeling_deepseek (V2, V3) and Qwen3MoeSparseMoeBlock.</summary>
internal static class PublishedGate
{
    public static IEnumerable<(int Expert, double Weight)> Choose(RandomCheckpoint checkpoint, double[] logits, double[]? bias)
    {
        int topK = checkpoint.Integer("num_experts_per_tok"), groups = checkpoint.Integer("n_group", 1);
        string method = (string?)checkpoint.Config["topk_method"] ?? "greedy";
        bool norm = checkpoint.Flag("norm_topk_prob");
        double factor = (double?)checkpoint.Config["routed_scaling_factor"] ?? 1;
        double[] scores = bias is null ? PublishedTransformer.Softmax(logits) : [.. logits.Select(x => 1 / (1 + Math.Exp(-x)))];
        double[] choice = bias is null ? [.. scores] : [.. scores.Zip(bias, (score, b) => score + b)];
        if (method != "greedy")
        {
            int size = choice.Length / groups;
            int best = method == "noaux_tc" ? 2 : 1;
            double[] ranks = [.. choice.Chunk(size).Select(group => group.OrderDescending().Take(best).Sum())];
            int[] kept = [.. Enumerable.Range(0, groups).OrderByDescending(group => ranks[group]).Take(checkpoint.Integer("topk_group"))];
            choice = [.. choice.Select((score, i) => kept.Contains(i / size) ? score : double.NegativeInfinity)];
        }

        int[] chosen = [.. Enumerable.Range(0, choice.Length).OrderByDescending(i => choice[i]).Take(topK)];
        double sum = chosen.Sum(i => scores[i]);
        foreach (int i in chosen)
            yield return (i, bias is null
                ? (norm && topK > 1 ? scores[i] / sum : scores[i] * factor) // V2: one or the other
                : (norm ? scores[i] / sum : scores[i]) * factor);
    }
}
