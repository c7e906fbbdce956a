using System.Text;

namespace McuAi.ModelConverter.Language;

/// <summary>Where a tokenizer puts a space before a text.</summary>
public enum AddedSpace
{
    Never,

    /// <summary>Before the text, unless it begins with a space or a whole piece.</summary>
    First,

    /// <summary>Before each part between whole pieces, unless there is one.</summary>
    EachWithout,

    /// <summary>Before each such part, even if there is one.</summary>
    Each,
}

/// <summary>Byte-pair encoding of characters as Hugging Face's tokenizers do it for SentencePiece vocabularies: characters
/// are merged in the order of a list of merges, and what is left unknown becomes bytes. A list tells more than the ranks of
/// <see cref="SentencePieceTokenizer"/>: of two ways to make a piece one is first, wherever they stand in a text.</summary>
public sealed class MergedPieceTokenizer : ITokenizer
{
    private readonly Piece[] _pieces;
    private readonly Dictionary<string, int> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string), double> _ranks = [];
    private readonly int[] _bytes = new int[256];
    private readonly WholePieces _whole;

    /// <param name="pieces">In the order of their tokens, spaces as spaces. Whole pieces and control pieces that have bytes
    /// are found in texts, the longest where several begin.</param>
    /// <param name="merges">Pairs of tokens, the first merge first.</param>
    /// <param name="unknown">The token of a byte that has no piece.</param>
    /// <param name="space">Where a space is put, which decoding leaves out again behind the token of the beginning.</param>
    public MergedPieceTokenizer(IReadOnlyList<Piece> pieces, IReadOnlyList<(int Left, int Right)> merges, int begin, int end,
        int unknown, AddedSpace space)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        ArgumentNullException.ThrowIfNull(merges);
        (Begin, End, Unknown, Space, Merges) = (begin, end, unknown, space, [.. merges]);
        _pieces = [.. pieces];
        _whole = new WholePieces(_pieces);
        Array.Fill(_bytes, unknown);
        for (int token = 0; token < _pieces.Length; token++)
            if (_pieces[token].Kind == PieceKind.Text)
                _texts.TryAdd(TokenizerRecord.KeyOf(_pieces[token]), token);
            else if (_pieces[token].Kind == PieceKind.Byte)
                _bytes[_pieces[token].Bytes[0]] = token;
        for (int i = 0; i < merges.Count; i++)
            _ranks.TryAdd((TextOf(merges[i].Left), TextOf(merges[i].Right)), i);
    }

    public int Count => _pieces.Length;

    public int Begin { get; }

    public int End { get; }

    /// <summary>The token of a byte that has no piece.</summary>
    public int Unknown { get; }

    public AddedSpace Space { get; }

    internal IReadOnlyList<Piece> Pieces => _pieces;

    internal IReadOnlyList<(int Left, int Right)> Merges { get; }

    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = new List<int>();
        bool first = true;
        foreach ((string part, int token) in _whole.Cut(text.Replace(SentencePieceTokenizer.WrittenSpace, ' ')))
        {
            if (token >= 0)
                tokens.Add(token);
            else
                Append(AddsSpace(part, first) ? " " + part : part, tokens);
            first = false;
        }

        return [.. tokens];
    }

    public ReadOnlyMemory<byte> Decode(int token, int before)
    {
        if ((uint)token >= _pieces.Length)
            return default;
        Piece piece = _pieces[token];
        if (piece.Kind == PieceKind.Control)
            return default;
        bool added = Space != AddedSpace.Never && before == Begin &&
            piece is { Kind: PieceKind.Text, Bytes: [(byte)' ', ..] };
        return piece.Bytes.AsMemory(added ? 1 : 0);
    }

    private string TextOf(int token) => TokenizerRecord.KeyOf(_pieces[token]);

    private bool AddsSpace(string part, bool isFirst) => Space switch
    {
        AddedSpace.Each => true,
        AddedSpace.EachWithout => part[0] != ' ',
        AddedSpace.First => isFirst && part[0] != ' ',
        _ => false,
    };

    private void Append(string part, List<int> tokens)
    {
        List<string> symbols = [.. part.EnumerateRunes().Select(SentencePieceTokenizer.Symbol)];
        PairMerging.Merge(symbols, (left, right) => _ranks.TryGetValue((left, right), out double rank) ? rank : null);
        foreach (string symbol in symbols)
            if (_texts.TryGetValue(symbol, out int token))
                tokens.Add(token);
            else
                tokens.AddRange(symbol.Select(value => _bytes[value]));
    }
}
