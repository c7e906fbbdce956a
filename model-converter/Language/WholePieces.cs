using System.Text;

namespace McuAi.ModelConverter.Language;

/// <summary>Pieces that are found in a text before anything else is done with it.</summary>
/// <param name="pieces">All of a vocabulary; the whole ones, and control pieces that have bytes, are found.</param>
internal sealed class WholePieces(IReadOnlyList<Piece> pieces)
{
    private readonly ILookup<char, (string Text, int Token)> _whole = Enumerable.Range(0, pieces.Count)
        .Where(token => IsFound(pieces[token]))
        .Select(token => (Text: Encoding.UTF8.GetString(pieces[token].Bytes), Token: token))
        .OrderByDescending(piece => piece.Text.Length).ToLookup(piece => piece.Text[0]);

    public static bool IsFound(Piece piece) =>
        piece is { Kind: PieceKind.Whole or PieceKind.Control, Bytes.Length: > 0 };

    /// <summary>The text around such pieces (token -1), and these: from left to right, the longest where several begin. Lone
    /// surrogates become U+FFFD.</summary>
    public IEnumerable<(string Text, int Token)> Cut(string text)
    {
        text = string.Concat(text.EnumerateRunes());
        int from = 0;
        for (int at = 0; at < text.Length;)
        {
            (string Text, int Token) none = ("", -1);
            (string whole, int token) = _whole[text[at]].FirstOrDefault(
                piece => string.CompareOrdinal(text, at, piece.Text, 0, piece.Text.Length) == 0, none);
            if (token < 0)
            {
                at++;
                continue;
            }

            if (at > from)
                yield return (text[from..at], -1);
            yield return (whole, token);
            from = at += whole.Length;
        }

        if (from < text.Length)
            yield return (text[from..], -1);
    }
}
