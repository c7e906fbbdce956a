using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>The mixture of experts that a config.json asks for.</summary>
internal static class HuggingFaceExperts
{
    /// <returns>null: the model is dense.</returns>
    /// <exception cref="ModelException">Experts are chosen in a way that is not supported.</exception>
    public static ExpertShape? DeepSeek(JsonSettings config, bool isV3)
    {
        int dense = config.Integer("first_k_dense_replace", 0);
        if (!config.Has("n_routed_experts") || dense >= config.Integer("num_hidden_layers"))
            return null;
        if (config.Integer("moe_layer_freq", 1) != 1)
            throw new ModelException($"{config.Source} has dense layers between those of experts (moe_layer_freq), which is " +
                "not supported; they have to be below.");
        string method = config.Text("topk_method") ?? (isV3 ? "noaux_tc" : "greedy");
        string scoring = config.Text("scoring_func") ?? (isV3 ? "sigmoid" : "softmax");
        bool isGrouped = method != "greedy", normalises = config.Flag("norm_topk_prob", isV3);
        if ((method, scoring) is not (("greedy", "softmax" or "sigmoid") or ("group_limited_greedy", "softmax") or
            ("noaux_tc", "sigmoid")))
            throw new ModelException($"{config.Source} chooses experts by {method} with {scoring}, which is not supported; " +
                "greedy, group_limited_greedy with softmax, and noaux_tc with sigmoid are.");
        int chosen = config.Integer("num_experts_per_tok"), hidden = config.Integer("moe_intermediate_size");
        // DeepSeek's code for V2 either divides by the sum or scales, and does not divide for one expert.
        bool divides = normalises && (isV3 || chosen > 1);
        return new ExpertShape
        {
            DenseLayers = dense,
            Count = config.Integer("n_routed_experts"),
            Chosen = chosen,
            Hidden = hidden,
            SharedHidden = (int)Math.Clamp((long)config.Integer("n_shared_experts", 0) * hidden, -1, int.MaxValue - 1),
            Scoring = scoring == "softmax" ? RouterScoring.Softmax : RouterScoring.Sigmoid,
            HasBiases = method == "noaux_tc",
            Groups = isGrouped ? config.Integer("n_group", 1) : 1,
            ChosenGroups = isGrouped ? config.Integer("topk_group", 1) : 1,
            Normalises = divides,
            Scale = divides && !isV3 ? 1 : config.Real("routed_scaling_factor", 1),
        };
    }

    public static ExpertShape? Qwen3(JsonSettings config)
    {
        int layers = config.Integer("num_hidden_layers"), experts = config.Integer("num_experts", 0);
        int[] dense = [.. config.Integers("mlp_only_layers").Where(layer => layer < layers).Distinct().Order()];
        if (experts == 0 || dense.Length >= layers)
            return null;
        if (config.Integer("decoder_sparse_step", 1) != 1 || dense.Where((layer, i) => layer != i).Any())
            throw new ModelException($"{config.Source} has dense layers between those of experts (decoder_sparse_step, " +
                "mlp_only_layers), which is not supported; they have to be below.");
        return new ExpertShape
        {
            DenseLayers = dense.Length,
            Count = experts,
            Chosen = config.Integer("num_experts_per_tok"),
            Hidden = config.Integer("moe_intermediate_size"),
            SharedHidden = 0,
            Scoring = RouterScoring.Softmax,
            HasBiases = false,
            Normalises = config.Flag("norm_topk_prob"),
        };
    }
}
