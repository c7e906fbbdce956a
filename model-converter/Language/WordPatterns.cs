using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>How the byte-pair tokenizers of known models cut a text into words: the patterns of their tokenizer.json, by the names
/// that GGUF gives them.</summary>
internal static class WordPatterns
{
    private const string Chinese = "[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+";

    /// <exception cref="ModelException">The name is unknown: the text would be cut otherwise than in training.</exception>
    public static string[] Of(string name, string source) => name switch
    {
        "default" or "gpt-2" or "gpt2" =>
            [@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"],
        "llama-bpe" or "llama3" or "llama-v3" =>
            [@"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"],
        "qwen2" =>
            [@"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"],
        "deepseek-llm" =>
        [
            @"[\r\n]", @"\s?[\p{Lu}\p{Ll}\p{Lt}]+", "\\s?[!-/:-~\uff01-\uff0f\uff1a-\uff5e\u2018-\u201f\u3000-\u3002]+", @"\s+$",
            Chinese, @"\p{N}+",
        ],
        "deepseek-coder" => [@"[\r\n]", @"\s?\p{L}+", @"\s?\p{P}+", Chinese, @"\p{N}"],
        "deepseek-v3" =>
        [
            @"\p{N}{1,3}", "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+",
            @"[!""#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|" +
            @"\s*[\r\n]+|\s+(?!\S)|\s+",
        ],
        _ => throw new ModelException($"{source} cuts texts into words as '{name}' does, which is unknown here; its tokens would come " +
            "out otherwise than in its training."),
    };
}
