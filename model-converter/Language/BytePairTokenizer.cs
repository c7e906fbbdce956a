using System.Text;

namespace McuAi.ModelConverter.Language;

/// <summary>Byte-pair encoding of bytes as GPT-2 does it (Radford et al., 2019): regular expressions cut the text into words, and
/// the bytes of each word are merged in the order of a list of merges.</summary>
public sealed class BytePairTokenizer : ITokenizer
{
    private static readonly char[] Letters = MakeLetters();
    private static readonly Dictionary<char, byte> Bytes = Enumerable.Range(0, 256).ToDictionary(i => Letters[i], i => (byte)i);

    private readonly byte[][] _texts;
    private readonly Dictionary<string, int> _tokens = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string), double> _merges = [];
    private readonly WordCutting _words;
    private readonly WholeTokens _whole;

    /// <param name="pieces">Texts of the tokens as GPT-2 writes bytes; of those that are no text, as they are.</param>
    /// <param name="kinds">Of each.</param>
    /// <param name="whole">Tokens that are found in a text before anything else is done with it.</param>
    /// <param name="merges">Pairs of such texts with a space between them, the first merge first.</param>
    /// <param name="words">Regular expressions; each cuts what the ones before it have left into its matches and what is between
    /// them.</param>
    public BytePairTokenizer(IReadOnlyList<string> pieces, IReadOnlyList<PieceKind> kinds, IReadOnlyList<int> whole,
        IReadOnlyList<string> merges, IReadOnlyList<string> words, int begin, int end)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        ArgumentNullException.ThrowIfNull(kinds);
        ArgumentNullException.ThrowIfNull(merges);
        ArgumentNullException.ThrowIfNull(whole);
        (Begin, End) = (begin, end);
        HashSet<int> complete = [.. whole];
        _texts = [.. pieces.Select((piece, token) => kinds[token] == PieceKind.Control ? []
            : complete.Contains(token) ? Encoding.UTF8.GetBytes(piece) : BytesOf(piece))];
        for (int token = 0; token < pieces.Count; token++)
            if (kinds[token] != PieceKind.Control)
                _tokens.TryAdd(pieces[token], token);
        for (int i = 0; i < merges.Count; i++)
            if (merges[i].IndexOf(' ', 1) is var space && space > 0)
                _merges.TryAdd((merges[i][..space], merges[i][(space + 1)..]), i);
        _words = new WordCutting(words);
        _whole = new WholeTokens(whole.Select(token => (pieces[token], token)));
    }

    /// <summary>Whether a word that is a token is not made of merges (Llama 3's ignore_merges).</summary>
    public bool TakesWholeWords { get; init; }

    public int Count => _texts.Length;

    public int Begin { get; }

    public int End { get; }

    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = new List<int>();
        foreach ((string part, int token) in _whole.Cut(text))
            if (token >= 0)
                tokens.Add(token);
            else
                foreach (string word in _words.Cut(part))
                    Append(word, tokens);
        return [.. tokens];
    }

    public ReadOnlyMemory<byte> Decode(int token, int before) => _texts[token];

    private void Append(string word, List<int> tokens)
    {
        List<string> symbols = [.. Encoding.UTF8.GetBytes(word).Select(value => $"{Letters[value]}")];
        if (TakesWholeWords && _tokens.TryGetValue(string.Concat(symbols), out int whole))
        {
            tokens.Add(whole);
            return;
        }

        PairMerging.Merge(symbols, (left, right) => _merges.TryGetValue((left, right), out double rank) ? rank : null);
        foreach (string symbol in symbols)
            if (_tokens.TryGetValue(symbol, out int token))
                tokens.Add(token);
            else
                tokens.AddRange(symbol.Select(letter => _tokens.GetValueOrDefault($"{letter}", End)));
    }

    private static byte[] BytesOf(string piece) => piece.All(Bytes.ContainsKey)
        ? [.. piece.Select(letter => Bytes[letter])]
        : Encoding.UTF8.GetBytes(piece);

    /// <summary>GPT-2 writes printable bytes as their Latin-1 characters, and the others as those from U+0100 on.</summary>
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
