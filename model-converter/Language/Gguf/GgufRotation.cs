using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>The rotation that a GGUF file asks for, as llama.cpp does it.</summary>
internal static class GgufRotation
{
    private const string Divisors = "rope_freqs.weight"; // of Llama 3.1's frequencies

    /// <exception cref="ModelException">The kind of scaling is not supported.</exception>
    public static TransformerShape Apply(GgufKeys keys, TransformerShape shape)
    {
        if (!(shape.RotaryBase > 1))
            throw new ModelException($"{keys.Path}: {keys.Architecture}.rope.freq_base is not above 1; the file is damaged.");
        double factor = keys.Real("rope.scaling.factor", 1);
        if (factor < 0)
            throw new ModelException($"{keys.Path}: {keys.Architecture}.rope.scaling.factor is {factor}, below 0; the " +
                "file is damaged.");
        string kind = factor is 0 or 1 ? "none" : keys.Text("rope.scaling.type") ?? "linear";
        double[] plain = RotaryScaling.Plain(shape.RotatedWidth, shape.RotaryBase);
        RotaryScaling? scaling = kind switch
        {
            "none" => keys.Has(Divisors) ? Divided(keys, plain) : null,
            "linear" => RotaryScaling.Linear(plain, factor),
            "yarn" => Yarn(keys, shape, plain, factor),
            _ => throw new ModelException($"{keys.Path} scales its rotation by '{kind}', which is not supported; give a model " +
                "with none, linear or yarn."),
        };
        double amplitude = scaling?.Amplitude ?? 1;
        return scaling is null ? shape : shape with
        {
            Frequencies = scaling.Frequencies,
            ScoreFactor = amplitude == 1 ? null : amplitude * amplitude / Math.Sqrt(shape.HeadWidth),
        };
    }

    private static RotaryScaling Divided(GgufKeys keys, double[] plain)
    {
        float[] divisors = keys.Read(Divisors);
        if (divisors.Length != plain.Length || divisors.Any(divisor => !(divisor > 0)))
            throw new ModelException($"{keys.Path} has {divisors.Length} numbers in {Divisors} where {plain.Length} above 0 " +
                "are needed; the file is damaged.");
        return new RotaryScaling([.. plain.Zip(divisors, (frequency, divisor) => frequency / divisor)]);
    }

    /// <summary>DeepSeek's scores, plain and rotated, grow by its mscale_all_dim, a tenth of which is yarn_log_multiplier; those of
    /// others, all of whose numbers are rotated, by YaRN's sharpness.</summary>
    private static RotaryScaling Yarn(GgufKeys keys, TransformerShape shape, double[] plain, double factor)
    {
        double fast = keys.Real("rope.scaling.yarn_beta_fast", 32), slow = keys.Real("rope.scaling.yarn_beta_slow", 1);
        double context = keys.Integer("rope.scaling.original_context_length", shape.Context);
        if (!(factor > 1 && slow > 0 && fast > slow && context >= 1))
            throw new ModelException($"{keys.Path} stretches its rotation in a way that cannot be (factor {factor}, beta {slow} " +
                $"to {fast}, context {context}); the file is damaged.");
        double amplitude = shape.Latent is null
            ? RotaryScaling.Sharpness(factor) * keys.Real("rope.scaling.attn_factor", 1)
            : RotaryScaling.Sharpness(factor, keys.Real("rope.scaling.yarn_log_multiplier", 0) * 10);
        return RotaryScaling.Yarn(plain, shape.RotaryBase, factor, fast, slow, context, amplitude);
    }
}
