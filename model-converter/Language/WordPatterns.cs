using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>How a byte-pair tokenizer cuts a text into words; the numbers are those of docs/pack-format.md.</summary>
public enum WordPattern
{
    /// <summary>The text is one word.</summary>
    None = 0,

    /// <summary>GPT-2, and "ByteLevel" of a tokenizer.json.</summary>
    Gpt2 = 1,

    Llama3 = 2,

    /// <summary>Qwen2, Qwen2.5, Qwen3, and the models that DeepSeek has distilled into them.</summary>
    Qwen2 = 3,

    /// <summary>DeepSeek LLM, DeepSeek-MoE and DeepSeek-V2.</summary>
    DeepSeekLlm = 4,

    DeepSeekCoder = 5,

    /// <summary>DeepSeek-V3 and R1.</summary>
    DeepSeekV3 = 6,

    /// <summary>SmolLM and StarCoder: GPT-2 with single digits.</summary>
    SmolLm = 7,
}

/// <summary>The regular expressions in the tokenizer.json of known models.</summary>
internal static class WordPatterns
{
    private const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
    private const string Chinese = "[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+";

    /// <summary>By the names that GGUF gives them.</summary>
    /// <exception cref="ModelException">The name is unknown: the text would be cut otherwise than in training.</exception>
    public static WordPattern Of(string name, string source) => name switch
    {
        "default" or "gpt-2" or "gpt2" => WordPattern.Gpt2,
        "llama-bpe" or "llama3" or "llama-v3" => WordPattern.Llama3,
        "qwen2" or "deepseek-r1-qwen" => WordPattern.Qwen2,
        "deepseek-llm" => WordPattern.DeepSeekLlm,
        "deepseek-coder" => WordPattern.DeepSeekCoder,
        "deepseek-v3" => WordPattern.DeepSeekV3,
        "smollm" or "starcoder" or "refact" => WordPattern.SmolLm,
        _ => throw new ModelException($"{source} cuts texts into words as '{name}' does, which is unknown here; its tokens would come " +
            "out otherwise than in its training."),
    };

    /// <summary>Each cuts what the ones before it have left into its matches and what is between them.</summary>
    public static string[] Expressions(WordPattern pattern) => pattern switch
    {
        WordPattern.Gpt2 => [Gpt2],
        WordPattern.SmolLm => [@"\p{N}", Gpt2],
        WordPattern.Llama3 =>
            [@"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"],
        WordPattern.Qwen2 =>
            [@"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"],
        WordPattern.DeepSeekLlm =>
        [
            @"[\r\n]", @"\s?[\p{Lu}\p{Ll}\p{Lt}]+", "\\s?[!-/:-~\uff01-\uff0f\uff1a-\uff5e\u2018-\u201f\u3000-\u3002]+", @"\s+$",
            Chinese, @"\p{N}",
        ],
        WordPattern.DeepSeekCoder => [@"[\r\n]", @"\s?\p{L}+", @"\s?\p{P}+", Chinese, @"\p{N}"],
        WordPattern.DeepSeekV3 =>
        [
            @"\p{N}{1,3}", "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+",
            @"[!""#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|" +
            @"\s*[\r\n]+|\s+(?!\S)|\s+",
        ],
        _ => [],
    };
}
