using System.Text;

namespace McuAi.ModelConverter.Language;

/// <summary>Byte-pair encoding of bytes as GPT-2 does it (Radford et al., 2019): patterns cut the text into words, and the
/// bytes of each word are merged in the order of a list of merges.</summary>
public sealed class BytePairTokenizer : ITokenizer
{
    private readonly Piece[] _pieces;
    private readonly Dictionary<string, int> _tokens = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string), double> _ranks = [];
    private readonly WordCutter _cutter;
    private readonly WholePieces _whole;

    /// <param name="pieces">In the order of their tokens. Whole pieces and control pieces that have bytes are found in texts,
    /// the longest where several begin.</param>
    /// <param name="merges">Pairs of tokens, the first merge first.</param>
    /// <param name="words">How texts are cut into words.</param>
    /// <param name="begin">The token of the beginning.</param>
    /// <param name="end">The token of the end, and of bytes that have no piece.</param>
    /// <param name="keepsKnownWords">A word that is a piece is not merged, even if merges do not lead to it.</param>
    public BytePairTokenizer(IReadOnlyList<Piece> pieces, IReadOnlyList<(int Left, int Right)> merges, WordPattern words,
        int begin, int end, bool keepsKnownWords = false)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        ArgumentNullException.ThrowIfNull(merges);
        (Begin, End, Words, Merges, KeepsKnownWords) = (begin, end, words, [.. merges], keepsKnownWords);
        _pieces = [.. pieces];
        _cutter = new WordCutter(words);
        for (int token = 0; token < _pieces.Length; token++)
            if (_pieces[token].Kind == PieceKind.Text)
                _tokens.TryAdd(TextOf(token), token);
        for (int i = 0; i < merges.Count; i++)
            _ranks.TryAdd((TextOf(merges[i].Left), TextOf(merges[i].Right)), i);
        _whole = new WholePieces(_pieces);
    }

    public int Count => _pieces.Length;

    public int Begin { get; }

    public int End { get; }

    /// <summary>How texts are cut into words.</summary>
    public WordPattern Words { get; }

    /// <summary>Whether a word that is a piece is left as it is.</summary>
    public bool KeepsKnownWords { get; }

    internal IReadOnlyList<Piece> Pieces => _pieces;

    internal IReadOnlyList<(int Left, int Right)> Merges { get; }

    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = new List<int>();
        foreach ((string part, int token) in _whole.Cut(text))
            if (token >= 0)
                tokens.Add(token);
            else
                foreach (string word in _cutter.Cut(part))
                    Append(word, tokens);
        return [.. tokens];
    }

    public ReadOnlyMemory<byte> Decode(int token, int before) =>
        (uint)token >= _pieces.Length || _pieces[token].Kind == PieceKind.Control ? default : _pieces[token].Bytes.AsMemory();

    private void Append(string word, List<int> tokens)
    {
        // Symbols hold bytes, a byte a char.
        byte[] bytes = Encoding.UTF8.GetBytes(word);
        if (KeepsKnownWords && _tokens.TryGetValue(Encoding.Latin1.GetString(bytes), out int known))
        {
            tokens.Add(known);
            return;
        }

        List<string> symbols = [.. bytes.Select(value => $"{(char)value}")];
        PairMerging.Merge(symbols, (left, right) => _ranks.TryGetValue((left, right), out double rank) ? rank : null);
        foreach (string symbol in symbols)
            if (_tokens.TryGetValue(symbol, out int token))
                tokens.Add(token);
            else
                tokens.AddRange(symbol.Select(value => _tokens.GetValueOrDefault($"{value}", End)));
    }

    private string TextOf(int token) => Encoding.Latin1.GetString(_pieces[token].Bytes);
}
