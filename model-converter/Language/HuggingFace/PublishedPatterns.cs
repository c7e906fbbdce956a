using System.Globalization;
using System.Text;

namespace McuAi.ModelConverter.Language;

/// <summary>Recognises the regular expressions in a tokenizer.json, which are written in more than one way.</summary>
internal static class PublishedPatterns
{
    private const string Endings = "'s|'t|'re|'ve|'m|'ll|'d";
    private const string CasedLetters = @"\s?[A-Za-zµÀ-ÖØ-öø-ƺ", CasedCategories = @"\s?[\p{Lu}\p{Ll}\p{Lt}]+";

    private static readonly (string Written, string Plain)[] Spellings =
    [
        ("\r", @"\r"), ("\n", @"\n"),
        ("(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])", $"(?i:{Endings})"),
        ("'(?i:[sdmt]|ll|ve|re)", $"(?i:{Endings})"),
        ("'(?:[sdmt]|ll|ve|re)", Endings),
    ];

    /// <param name="expressions">Each cuts what the ones before it have left into its matches and what is between them.</param>
    /// <returns>null: no known model has these.</returns>
    public static WordPattern? Find(IReadOnlyList<string> expressions)
    {
        string[] plain = [.. expressions.Select(Plain)];
        foreach (WordPattern pattern in Enum.GetValues<WordPattern>())
            if (WordPatterns.Expressions(pattern).SequenceEqual(plain))
                return pattern;
        return null;
    }

    private static string Plain(string expression)
    {
        // DeepSeek LLM lists the cased letters that there were then.
        if (expression.StartsWith(CasedLetters, StringComparison.Ordinal) &&
            expression.EndsWith("]+", StringComparison.Ordinal) &&
            expression[4..^2].EnumerateRunes().All(rune => rune.Value == '-' || IsCased(rune)))
            return CasedCategories;
        return Spellings.Aggregate(expression, (text, spelling) =>
            text.Replace(spelling.Written, spelling.Plain, StringComparison.Ordinal));
    }

    private static bool IsCased(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or
        UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;
}
