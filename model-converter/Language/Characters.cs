using System.Text;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>The tokenizer of a text's own characters: a token for each, and one for the beginning.</summary>
public static class Characters
{
    private const int MostCharacters = 4096;

    /// <exception cref="ModelException">The text is empty, or has too many characters.</exception>
    public static SentencePieceTokenizer Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Rune[] runes = [.. text.EnumerateRunes().Distinct().Order()];
        if (runes.Length is 0 or > MostCharacters)
            throw new ModelException($"The text has {runes.Length:N0} different characters; a model of characters knows 1 to " +
                $"{MostCharacters:N0}. Give another text.");
        Piece[] pieces = [new([], 0, PieceKind.Control), .. runes.Select(rune =>
            new Piece(Encoding.UTF8.GetBytes(rune.ToString()), 0, PieceKind.Text))];
        return new SentencePieceTokenizer(pieces, begin: 0, end: 0, unknown: 0, spaceBefore: false);
    }
}
