using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>The sizes in a config.json.</summary>
internal static class HuggingFaceShape
{
    /// <exception cref="ModelException">The model does something that is not supported, or the sizes cannot be.</exception>
    public static TransformerShape Read(JsonSettings config)
    {
        HuggingFaceArchitecture architecture = HuggingFaceArchitectures.Of(config);
        if (config.Text("hidden_act") is { } activation and not ("silu" or "swish"))
            throw new ModelException($"{config.Source} has the activation {activation}; only silu is supported.");
        if (config.Flag("mlp_bias"))
            throw new ModelException($"{config.Source} has biases in its feed-forward networks (mlp_bias), which are not " +
                "supported.");
        TransformerShape shape = architecture.IsLatent() ? Latent(config, architecture) : Grouped(config, architecture);
        shape.Check(config.Source);
        return Rotated(config, shape);
    }

    private static TransformerShape Grouped(JsonSettings config, HuggingFaceArchitecture architecture)
    {
        int width = config.Integer("hidden_size"), heads = config.Integer("num_attention_heads");
        bool normed = architecture is HuggingFaceArchitecture.Qwen3ForCausalLM or HuggingFaceArchitecture.Qwen3MoeForCausalLM;
        if (!config.Has("head_dim") && (heads < 1 || width % heads != 0))
            throw new ModelException($"{config.Source}: {heads:N0} heads do not share a width of {width:N0} evenly; the file is " +
                "damaged.");
        return Common(config) with
        {
            Context = Window(config, architecture),
            KeyValueHeads = config.Integer("num_key_value_heads", heads),
            HeadWidth = config.Has("head_dim") ? config.Integer("head_dim") : width / heads,
            HasBiases = config.Flag("attention_bias") || architecture == HuggingFaceArchitecture.Qwen2ForCausalLM,
            NormsHeads = normed,
            Experts = architecture == HuggingFaceArchitecture.Qwen3MoeForCausalLM ? HuggingFaceExperts.Qwen3(config) : null,
        };
    }

    private static TransformerShape Latent(JsonSettings config, HuggingFaceArchitecture architecture)
    {
        if (config.Flag("attention_bias"))
            throw new ModelException($"{config.Source} has latent attention with biases (attention_bias), which is not supported.");
        var latent = new LatentShape(config.Integer("q_lora_rank", 0), config.Integer("kv_lora_rank"),
            config.Integer("qk_nope_head_dim"), config.Integer("qk_rope_head_dim"), config.Integer("v_head_dim"));
        TransformerShape shape = Common(config);
        return shape with
        {
            KeyValueHeads = shape.Heads,
            HeadWidth = (int)Math.Min((long)latent.PlainWidth + latent.RotatedWidth, int.MaxValue),
            Latent = latent,
            Experts = HuggingFaceExperts.DeepSeek(config, architecture == HuggingFaceArchitecture.DeepseekV3ForCausalLM),
        };
    }

    private static TransformerShape Common(JsonSettings config) => new()
    {
        Width = config.Integer("hidden_size"), Layers = config.Integer("num_hidden_layers"),
        Heads = config.Integer("num_attention_heads"), KeyValueHeads = 1, HeadWidth = 2,
        Hidden = config.Integer("intermediate_size"), Vocabulary = config.Integer("vocab_size"),
        Context = config.Integer("max_position_embeddings"), IsTied = config.Flag("tie_word_embeddings"),
        Epsilon = config.Real("rms_norm_eps", 1e-6), RotaryBase = HuggingFaceRotation.Base(config),
    };

    /// <summary>Attention with a window is the same as without up to its length, to which the context is cut.</summary>
    private static int Window(JsonSettings config, HuggingFaceArchitecture architecture)
    {
        int context = config.Integer("max_position_embeddings");
        bool slides = config.Has("sliding_window") && (config.List("layer_types").Any()
            ? config.List("layer_types").Any(type => config.TextOf(type) == "sliding_attention")
            : config.Flag("use_sliding_window", architecture == HuggingFaceArchitecture.MistralForCausalLM));
        return slides ? Math.Min(context, config.Integer("sliding_window")) : context;
    }

    private static TransformerShape Rotated(JsonSettings config, TransformerShape shape)
    {
        RotaryScaling? scaling = HuggingFaceRotation.Read(config, shape.RotatedWidth);
        // Of latent attention, only a part of the scores grows with the amplitude: there it is in the weights.
        double factor = shape.Latent is null ? Math.Pow(scaling?.Amplitude ?? 1, 2) : HuggingFaceRotation.ScoreFactor(config);
        return shape with
        {
            Frequencies = scaling?.Frequencies,
            ScoreFactor = factor == 1 ? null : factor / Math.Sqrt(shape.HeadWidth),
        };
    }
}
