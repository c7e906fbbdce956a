using System.Text;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>How GPT-2 writes the bytes of a vocabulary: printable bytes as their Latin-1 characters, and the others as
/// those from U+0100 on.</summary>
internal static class ByteLetters
{
    private static readonly char[] Letters = MakeLetters();
    private static readonly Dictionary<char, byte> Bytes = Enumerable.Range(0, 256).ToDictionary(i => Letters[i], i => (byte)i);

    /// <summary>A piece of text is written in letters, any other as it is.</summary>
    public static Piece PieceOf(string text, PieceKind kind) => kind switch
    {
        PieceKind.Text when text.All(Bytes.ContainsKey) => new Piece([.. text.Select(letter => Bytes[letter])], 0, kind),
        _ => new Piece(Encoding.UTF8.GetBytes(text), 0, kind),
    };

    /// <summary>Tokens of pairs of pieces that are written with a space between them.</summary>
    /// <exception cref="ModelException">One of them is not in the vocabulary.</exception>
    public static (int Left, int Right)[] Merges(IReadOnlyList<string> merges, IReadOnlyList<string> texts,
        IReadOnlyList<Piece> pieces, string source)
    {
        Dictionary<string, int> tokens = new(StringComparer.Ordinal);
        for (int token = 0; token < texts.Count; token++)
            if (pieces[token].Kind == PieceKind.Text)
                tokens.TryAdd(texts[token], token);
        return [.. merges.Select(merge => merge.Length > 2 && merge.IndexOf(' ', 1) is var space and > 0 &&
            tokens.TryGetValue(merge[..space], out int left) && tokens.TryGetValue(merge[(space + 1)..], out int right)
            ? (left, right)
            : throw new ModelException(
                $"{source}: the merge '{merge}' is no pair of pieces of the vocabulary; the file is damaged."))];
    }

    private static char[] MakeLetters()
    {
        var letters = new char[256];
        int others = 0;
        for (int value = 0; value < 256; value++)
            letters[value] = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF)
                ? (char)value
                : (char)(256 + others++);
        return letters;
    }
}
