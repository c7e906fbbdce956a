using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace McuAi.ModelConverter.Language;

/// <summary>Cuts a text by regular expressions. .NET's see the two halves of a character beyond U+FFFF, which are neither letters
/// nor anything else; while it is cut, a character of the same category stands for each of them.</summary>
/// <param name="patterns">Each cuts what the ones before it have left into its matches and what is between them.</param>
internal sealed class WordCutting(IEnumerable<string> patterns)
{
    private readonly Regex[] _patterns =
        [.. patterns.Select(pattern => new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.Compiled))];

    public List<string> Cut(string text)
    {
        if (!text.Any(char.IsSurrogate))
            return Words(text);
        var standing = new StringBuilder(text.Length);
        var starts = new List<int>(text.Length + 1) { 0 };
        foreach (Rune rune in text.EnumerateRunes())
        {
            standing.Append(rune.IsBmp ? (char)rune.Value : StandIn(Rune.GetUnicodeCategory(rune)));
            starts.Add(starts[^1] + rune.Utf16SequenceLength);
        }

        int at = 0;
        var words = new List<string>();
        foreach (string word in Words(standing.ToString()))
        {
            words.Add(text[starts[at]..starts[at + word.Length]]);
            at += word.Length;
        }

        return words;
    }

    /// <summary>Of no range that the patterns of known models name.</summary>
    internal static char StandIn(UnicodeCategory category) => category switch
    {
        UnicodeCategory.UppercaseLetter => '\u0100',
        UnicodeCategory.LowercaseLetter => '\u0101',
        UnicodeCategory.TitlecaseLetter => '\u01c5',
        UnicodeCategory.ModifierLetter => '\u02b0',
        UnicodeCategory.OtherLetter => '\u05d0',
        UnicodeCategory.NonSpacingMark => '\u0300',
        UnicodeCategory.SpacingCombiningMark => '\ua823',
        UnicodeCategory.EnclosingMark => '\u0488',
        UnicodeCategory.DecimalDigitNumber => '\u0660',
        UnicodeCategory.LetterNumber => '\ua6e6',
        UnicodeCategory.OtherNumber => '\u00b2',
        UnicodeCategory.ConnectorPunctuation => '\ufe33',
        UnicodeCategory.DashPunctuation => '\u058a',
        UnicodeCategory.OpenPunctuation => '\ufe35',
        UnicodeCategory.ClosePunctuation => '\ufe36',
        UnicodeCategory.InitialQuotePunctuation => '\u00ab',
        UnicodeCategory.FinalQuotePunctuation => '\u00bb',
        UnicodeCategory.OtherPunctuation => '\u00a7',
        UnicodeCategory.MathSymbol => '\u00ac',
        UnicodeCategory.CurrencySymbol => '\u00a2',
        UnicodeCategory.ModifierSymbol => '\u00a8',
        UnicodeCategory.OtherSymbol => '\u00a6',
        UnicodeCategory.Format => '\u00ad',
        UnicodeCategory.PrivateUse => '\ue000',
        _ => '\u0378', // not assigned
    };

    private List<string> Words(string text)
    {
        List<string> words = [text];
        foreach (Regex regex in _patterns)
            words = [.. words.SelectMany(word => Cut(word, regex))];
        return words;
    }

    private static IEnumerable<string> Cut(string text, Regex regex)
    {
        int at = 0;
        foreach (Match match in regex.Matches(text))
        {
            if (match.Index > at)
                yield return text[at..match.Index];
            if (match.Length > 0)
                yield return match.Value;
            at = match.Index + match.Length;
        }

        if (at < text.Length)
            yield return text[at..];
    }
}
