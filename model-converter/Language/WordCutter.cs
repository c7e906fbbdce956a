using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace McuAi.ModelConverter.Language;

/// <summary>Cuts texts into words with the regular expressions of <see cref="WordPatterns"/>.</summary>
internal sealed class WordCutter(WordPattern pattern)
{
    private readonly Regex[] _expressions = [.. WordPatterns.Expressions(pattern)
        .Select(word => new Regex(word, RegexOptions.CultureInvariant | RegexOptions.Compiled))];

    /// <param name="text">Without lone surrogates.</param>
    public IEnumerable<string> Cut(string text)
    {
        // .NET's expressions see UTF-16, so each character beyond U+FFFF becomes one of its category that no pattern names.
        string one = new([.. text.EnumerateRunes().Select(StandIn)]);
        IEnumerable<Range> words = [Range.EndAt(one.Length)];
        foreach (Regex expression in _expressions)
            words = [.. words.SelectMany(word => Cut(one, word, expression))];
        if (one.Length == text.Length)
            return words.Select(word => text[word]);
        int[] places = [.. Places(text)];
        return words.Select(word => text[places[word.Start.Value]..places[word.End.Value]]);
    }

    private static IEnumerable<Range> Cut(string text, Range word, Regex expression)
    {
        (int from, int length) = word.GetOffsetAndLength(text.Length);
        int at = 0;
        foreach (Match match in expression.Matches(text.Substring(from, length)))
        {
            if (match.Index > at)
                yield return (from + at)..(from + match.Index);
            if (match.Length > 0)
                yield return (from + match.Index)..(from + match.Index + match.Length);
            at = match.Index + match.Length;
        }

        if (at < length)
            yield return (from + at)..(from + length);
    }

    private static char StandIn(Rune rune) => rune.IsBmp
        ? (char)rune.Value
        : Rune.GetUnicodeCategory(rune) switch
        {
            <= UnicodeCategory.TitlecaseLetter => '\u00C0',
            <= UnicodeCategory.OtherLetter => '\u00AA',
            <= UnicodeCategory.EnclosingMark => '\u0300',
            <= UnicodeCategory.OtherNumber => '\u00B2',
            >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation => '\u00A1',
            >= UnicodeCategory.MathSymbol and <= UnicodeCategory.OtherSymbol => '\u00A2',
            _ => '\uE000',
        };

    /// <summary>Where each character begins, and the end.</summary>
    private static IEnumerable<int> Places(string text)
    {
        int at = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            yield return at;
            at += rune.Utf16SequenceLength;
        }

        yield return at;
    }
}
