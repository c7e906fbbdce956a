using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>The sizes in a GGUF file's metadata.</summary>
internal static class GgufShape
{
    private static readonly string[] Architectures = ["llama", "qwen2", "qwen3", "qwen3moe", "deepseek2"];

    /// <exception cref="ModelException">The model does something that is not supported, or the sizes cannot be.</exception>
    public static TransformerShape Read(GgufFile file)
    {
        string architecture = file.Text("general.architecture");
        if (!Architectures.Contains(architecture))
            throw new ModelException($"{file.Path} is of a model of the architecture {architecture}, which is not supported; " +
                $"give one of {string.Join(", ", Architectures)}.");
        var keys = new GgufKeys(file, architecture);
        TransformerShape shape = architecture == "deepseek2" ? Latent(keys) : Grouped(keys);
        shape.Check(file.Path);
        return GgufRotation.Apply(keys, shape);
    }

    private static TransformerShape Grouped(GgufKeys keys)
    {
        TransformerShape shape = Common(keys);
        bool isSparse = keys.Architecture == "qwen3moe";
        if (!isSparse && keys.Integer("expert_count", 0) != 0)
            throw new ModelException($"{keys.Path} has experts in a model of the architecture {keys.Architecture}, which is " +
                "not supported; give a dense one, Qwen3-MoE or DeepSeek's.");
        int headWidth = keys.Integer("attention.key_length", shape.Width / shape.Heads);
        if (keys.Integer("attention.value_length", headWidth) != headWidth ||
            keys.Integer("rope.dimension_count", headWidth) != headWidth)
            throw new ModelException($"{keys.Path} has values of another width than keys, or rotates a part of them only; such " +
                "models are not supported.");
        return shape with
        {
            Context = Math.Min(shape.Context, keys.Integer("attention.sliding_window", shape.Context) is > 0 and var window
                ? window : shape.Context),
            KeyValueHeads = keys.Integer("attention.head_count_kv", shape.Heads),
            HeadWidth = headWidth,
            HasBiases = keys.Has("blk.0.attn_q.bias"),
            NormsHeads = keys.Architecture is "qwen3" or "qwen3moe",
            Experts = isSparse ? Experts(keys) : null,
        };
    }

    private static TransformerShape Latent(GgufKeys keys)
    {
        TransformerShape shape = Common(keys);
        // Where keys are kept as latents, key_length is the latent's, and that of heads has another name.
        int headWidth = keys.Integer("attention.key_length_mla", keys.Integer("attention.key_length"));
        int value = keys.Integer("attention.value_length_mla", keys.Integer("attention.value_length"));
        int rotated = keys.Integer("rope.dimension_count");
        return shape with
        {
            KeyValueHeads = shape.Heads,
            HeadWidth = headWidth,
            Latent = new LatentShape(keys.Integer("attention.q_lora_rank", 0), keys.Integer("attention.kv_lora_rank"),
                headWidth - rotated, rotated, value),
            Experts = keys.Integer("expert_count", 0) == 0 || keys.Integer("leading_dense_block_count", 0) >= shape.Layers
                ? null : Experts(keys),
        };
    }

    private static TransformerShape Common(GgufKeys keys)
    {
        GgufTensor embedding = keys.Tensor("token_embd.weight");
        int heads = keys.Integer("attention.head_count");
        if (heads < 1 || embedding.Shape.Count != 2)
            throw new ModelException($"{keys.Path} has {heads} heads and an embedding of {embedding.Shape.Count} dimensions; " +
                "it is damaged.");
        return new TransformerShape
        {
            Width = keys.Integer("embedding_length"),
            Layers = keys.Integer("block_count") - keys.Integer("nextn_predict_layers", 0),
            Heads = heads, KeyValueHeads = 1, HeadWidth = 2, Hidden = keys.Integer("feed_forward_length"),
            Vocabulary = embedding.Shape[0], Context = keys.Integer("context_length"), IsTied = !keys.Has("output.weight"),
            Epsilon = keys.Real("attention.layer_norm_rms_epsilon"), RotaryBase = keys.Real("rope.freq_base", 10_000),
        };
    }

    private static ExpertShape Experts(GgufKeys keys)
    {
        int dense = keys.Integer("leading_dense_block_count", 0), hidden = keys.Integer("expert_feed_forward_length");
        bool isQwen = keys.Architecture == "qwen3moe";
        double scale = keys.Real("expert_weights_scale", 1);
        return new ExpertShape
        {
            DenseLayers = dense,
            Count = keys.Integer("expert_count"),
            Chosen = keys.Integer("expert_used_count"),
            Hidden = hidden,
            SharedHidden = isQwen ? 0
                : (int)Math.Clamp((long)keys.Integer("expert_shared_count", 0) * hidden, -1, int.MaxValue - 1),
            Scoring = keys.Integer("expert_gating_func", 1) switch
            {
                1 => RouterScoring.Softmax,
                2 => RouterScoring.Sigmoid,
                var other => throw new ModelException($"{keys.Path} scores experts in a way ({other}) that is not supported; " +
                    "softmax (1) and sigmoid (2) are."),
            },
            HasBiases = keys.Has($"blk.{dense}.exp_probs_b.bias"),
            Groups = Math.Max(1, keys.Integer("expert_group_count", 1)),
            ChosenGroups = Math.Max(1, keys.Integer("expert_group_used_count", 1)),
            Normalises = isQwen || keys.Integer("expert_weights_norm", 0) != 0, // llama.cpp always divides for Qwen3
            Scale = scale == 0 ? 1 : scale,
        };
    }
}
