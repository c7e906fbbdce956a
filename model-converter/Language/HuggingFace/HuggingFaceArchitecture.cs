using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>What a model of Hugging Face's is, by the name of its class in transformers.</summary>
internal enum HuggingFaceArchitecture
{
    LlamaForCausalLM,

    /// <summary>Llama with a window of attention.</summary>
    MistralForCausalLM,

    /// <summary>Queries, keys and values have biases.</summary>
    Qwen2ForCausalLM,

    /// <summary>Heads of queries and keys are normed.</summary>
    Qwen3ForCausalLM,
    Qwen3MoeForCausalLM,

    /// <summary>Latent attention and experts.</summary>
    DeepseekV2ForCausalLM,

    /// <summary>The same; experts are chosen otherwise.</summary>
    DeepseekV3ForCausalLM,
}

internal static class HuggingFaceArchitectures
{
    /// <exception cref="ModelException">It is another one.</exception>
    public static HuggingFaceArchitecture Of(JsonSettings config)
    {
        string[] names = [.. config.List("architectures").Select(config.TextOf)];
        foreach (HuggingFaceArchitecture architecture in Enum.GetValues<HuggingFaceArchitecture>())
            if (names.Contains($"{architecture}") || (names.Length == 0 && config.Text("model_type") == TypeOf(architecture)))
                return architecture;
        string name = names.Length > 0 ? string.Join(", ", names) : config.Text("model_type") ?? "without a name";
        throw new ModelException($"{config.Source} is of a model of the architecture {name}, which is not supported; give one " +
            $"of {string.Join(", ", Enum.GetNames<HuggingFaceArchitecture>())}.");
    }

    public static bool IsLatent(this HuggingFaceArchitecture architecture) =>
        architecture is HuggingFaceArchitecture.DeepseekV2ForCausalLM or HuggingFaceArchitecture.DeepseekV3ForCausalLM;

    private static string TypeOf(HuggingFaceArchitecture architecture) => architecture switch
    {
        HuggingFaceArchitecture.LlamaForCausalLM => "llama",
        HuggingFaceArchitecture.MistralForCausalLM => "mistral",
        HuggingFaceArchitecture.Qwen2ForCausalLM => "qwen2",
        HuggingFaceArchitecture.Qwen3ForCausalLM => "qwen3",
        HuggingFaceArchitecture.Qwen3MoeForCausalLM => "qwen3_moe",
        HuggingFaceArchitecture.DeepseekV2ForCausalLM => "deepseek_v2",
        _ => "deepseek_v3",
    };
}
