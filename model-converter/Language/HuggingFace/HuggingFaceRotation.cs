using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>The rotation that a config.json asks for: rope_theta with rope_scaling, or rope_parameters with both.</summary>
internal static class HuggingFaceRotation
{
    private const double UsualBase = 10_000;

    public static double Base(JsonSettings config) =>
        Scaling(config)?.Real("rope_theta", config.Real("rope_theta", UsualBase)) ?? config.Real("rope_theta", UsualBase);

    /// <returns>null: plain rotation.</returns>
    /// <exception cref="ModelException">The kind of scaling is not supported.</exception>
    public static RotaryScaling? Read(JsonSettings config, int rotated)
    {
        if (config.Real("partial_rotary_factor", Scaling(config)?.Real("partial_rotary_factor", 1) ?? 1) != 1)
            throw new ModelException($"{config.Source} has a part of each head rotated only (partial_rotary_factor), which is " +
                "not supported; give a model that rotates whole heads.");
        double rotaryBase = Base(config);
        if (!(rotaryBase > 1))
            throw config.Wrong("rope_theta", "above 1");
        double[] plain = RotaryScaling.Plain(rotated, rotaryBase);
        string kind = Kind(config);
        return kind switch
        {
            "default" or "dynamic" => null, // dynamic changes nothing up to max_position_embeddings
            "linear" => RotaryScaling.Linear(plain, Factor(config)),
            "llama3" => Llama3(config, plain),
            "yarn" => Yarn(config, plain, rotaryBase),
            _ => throw new ModelException($"{config.Source} scales its rotation by '{kind}', which is not supported; give a " +
                "model with default, linear, dynamic, llama3 or yarn."),
        };
    }

    /// <summary>What DeepSeek multiplies scores with when it stretches its context: the square of the sharpness by mscale_all_dim.
    /// </summary>
    public static double ScoreFactor(JsonSettings config)
    {
        if (Kind(config) is "default" or "dynamic" || Scaling(config)!.Real("mscale_all_dim", 0) is not (not 0 and var all))
            return 1;
        double sharpness = RotaryScaling.Sharpness(Factor(config), all);
        return sharpness * sharpness;
    }

    private static JsonSettings? Scaling(JsonSettings config) => config.Part("rope_parameters") ?? config.Part("rope_scaling");

    private static string Kind(JsonSettings config) =>
        Scaling(config) is { } scaling ? scaling.Text("rope_type") ?? scaling.Text("type") ?? "default" : "default";

    private static double Factor(JsonSettings config)
    {
        double factor = Scaling(config)!.Real("factor", config.Real("max_position_embeddings", 0) / OriginalContext(config));
        return factor >= 1 ? factor : throw config.Wrong("the rotation's factor", "1 or more");
    }

    private static double OriginalContext(JsonSettings config)
    {
        const string Key = "original_max_position_embeddings";
        double context = Scaling(config)!.Real(Key, config.Real(Key, config.Real("max_position_embeddings", 1)));
        return context >= 1 ? context : throw config.Wrong(Key, "1 or more");
    }

    private static RotaryScaling Llama3(JsonSettings config, double[] plain)
    {
        double low = Scaling(config)!.Real("low_freq_factor"), high = Scaling(config)!.Real("high_freq_factor");
        if (!(low > 0 && high > low))
            throw config.Wrong("high_freq_factor", "above low_freq_factor");
        return RotaryScaling.Llama3(plain, Factor(config), low, high, OriginalContext(config));
    }

    private static RotaryScaling Yarn(JsonSettings config, double[] plain, double rotaryBase)
    {
        JsonSettings scaling = Scaling(config)!;
        double factor = Factor(config), m = scaling.Real("mscale", 0), all = scaling.Real("mscale_all_dim", 0);
        double amplitude = scaling.Real("attention_factor", m != 0 && all != 0
            ? RotaryScaling.Sharpness(factor, m) / RotaryScaling.Sharpness(factor, all)
            : RotaryScaling.Sharpness(factor));
        double fast = scaling.Real("beta_fast", 32), slow = scaling.Real("beta_slow", 1);
        if (!(slow > 0 && fast > slow))
            throw config.Wrong("beta_fast", "above beta_slow");
        return RotaryScaling.Yarn(plain, rotaryBase, factor, fast, slow, OriginalContext(config), amplitude,
            scaling.Flag("truncate", true));
    }
}
