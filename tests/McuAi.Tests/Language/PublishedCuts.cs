using System.Globalization;
using System.Text;
using System.Text.Json;

namespace McuAi.Tests.Language;

/// <summary>The pre_tokenizer in the tokenizer.json of known models.</summary>
internal static class PublishedCuts
{
    private const string Common = @"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Digits = """{"type": "Digits", "individual_digits": true}""", Chinese = "[一-龥ࠀ-一가-\ud7ff]+";
    private const string Words = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    public const string Gpt2 = """{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true}""";

    public static string SmolLm => Sequence(Digits, """{"type": "ByteLevel", "add_prefix_space": false, "use_regex": true}""");

    public static string Gpt2Split => Sequence(Split(Words), Bytes);

    public static string Llama3 => Sequence(Split("(?i:'s|'t|'re|'ve|'m|'ll|'d)|" + Common), Bytes);

    /// <summary>As llama.cpp writes the endings, and as tiktoken does.</summary>
    public static string Llama3Letters => Sequence(
        Split("(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|" + Common), Bytes);

    public static string Llama3Removed => Sequence(
        Split("'(?i:[sdmt]|ll|ve|re)|" + Common).Replace("\"Isolated\", \"invert\": false", "\"Removed\", \"invert\": true"), Bytes);

    public static string Qwen2 => Sequence(Split("(?i:'s|'t|'re|'ve|'m|'ll|'d)|" + Common.Replace("{1,3}", "")), Bytes);

    /// <summary>The letters are listed, and the ends of lines are no escapes.</summary>
    public static string DeepSeekLlm => Sequence(Split("[\r\n]"), Split($"\\s?[{CasedLetters()}]+"),
        Split("\\s?[!-/:-~！-／：-～‘-‟\u3000-。]+"), Split(@"\s+$"), Split(Chinese), Digits, Bytes);

    public static string DeepSeekCoder =>
        Sequence(Split("[\r\n]"), Split(@"\s?\p{L}+"), Split(@"\s?\p{P}+"), Split(Chinese), Digits, Bytes);

    public static string DeepSeekV3 => Sequence(Split(@"\p{N}{1,3}"), Split("[一-龥\u3040-ゟ゠-ヿ]+"),
        Split(@"[!""#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|" +
            "[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|" +
            @"\s*[\r\n]+|\s+(?!\S)|\s+"), Bytes);

    private static string Bytes => """{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}""";

    private static string Sequence(params string[] cuts) =>
        $$"""{"type": "Sequence", "pretokenizers": [{{string.Join(", ", cuts)}}]}""";

    private static string Split(string pattern) => $$"""
        {"type": "Split", "pattern": {"Regex": {{JsonSerializer.Serialize(pattern)}}}, "behavior": "Isolated", "invert": false}
        """;

    /// <summary>Ranges of all there are in the first plane.</summary>
    private static string CasedLetters()
    {
        var list = new StringBuilder();
        for (int first = 0, end; first <= 0xFFFF; first = end + 1)
        {
            for (end = first; IsCased(end); end++)
            {
            }

            if (end > first)
                list.Append((char)first).Append(end - first > 2 ? "-" : "")
                    .Append(end - first > 1 ? $"{(char)(end - 1)}" : "");
        }

        return list.ToString();
    }

    private static bool IsCased(int letter) => letter <= 0xFFFF && CharUnicodeInfo.GetUnicodeCategory((char)letter) is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;
}
