using System.Text;

namespace McuAi.ModelConverter.Language;

/// <summary>What a piece of a vocabulary stands for.</summary>
public enum PieceKind
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>A single byte, for characters that are in no piece of text.</summary>
    Byte,

    /// <summary>No text: the beginning, the end, what is unknown. One that has bytes is found in texts like a whole piece,
    /// but not by <see cref="SentencePieceTokenizer"/>; decoding gives nothing.</summary>
    Control,

    /// <summary>Text that is found before anything else is done with a text, and never merged with what is beside it.</summary>
    Whole,
}

/// <param name="Bytes">UTF-8, spaces as spaces.</param>
/// <param name="Score">Of two merges, the one that makes the piece of the greater score comes first; not for
/// <see cref="BytePairTokenizer"/>.</param>
public readonly record struct Piece(byte[] Bytes, float Score, PieceKind Kind);

/// <summary>Byte-pair encoding as SentencePiece does it (Kudo and Richardson, 2018) and the Llama models use it: a space is put
/// before the text, characters are merged by the scores of the pieces that they make, and what is left unknown becomes
/// bytes.</summary>
public sealed class SentencePieceTokenizer : ITokenizer
{
    /// <summary>How SentencePiece writes a space: in a text it is one.</summary>
    public const char WrittenSpace = '\u2581';

    private readonly Piece[] _pieces;
    private readonly Dictionary<string, int> _texts = new(StringComparer.Ordinal);
    private readonly int[] _bytes = new int[256];

    /// <param name="pieces">In the order of their tokens.</param>
    /// <param name="unknown">The token of a byte that has no piece.</param>
    /// <param name="spaceBefore">Whether a space is put before the text.</param>
    public SentencePieceTokenizer(IReadOnlyList<Piece> pieces, int begin, int end, int unknown, bool spaceBefore = true)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        _pieces = [.. pieces];
        (Begin, End, Unknown, SpaceBefore) = (begin, end, unknown, spaceBefore);
        Array.Fill(_bytes, unknown);
        for (int token = 0; token < _pieces.Length; token++)
        {
            if (_pieces[token].Kind == PieceKind.Text)
                _texts.TryAdd(Encoding.Latin1.GetString(_pieces[token].Bytes), token);
            else if (_pieces[token].Kind == PieceKind.Byte)
                _bytes[_pieces[token].Bytes[0]] = token;
        }
    }

    public int Count => _pieces.Length;

    public int Begin { get; }

    public int End { get; }

    /// <summary>The token of a byte that has no piece.</summary>
    public int Unknown { get; }

    /// <summary>Whether a space is put before the text, which decoding leaves out again.</summary>
    public bool SpaceBefore { get; }

    internal IReadOnlyList<Piece> Pieces => _pieces;

    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0)
            return [];

        List<string> symbols = [.. ((SpaceBefore ? " " : "") + text.Replace(WrittenSpace, ' ')).EnumerateRunes().Select(Symbol)];
        PairMerging.Merge(symbols, (left, right) => _texts.TryGetValue(left + right, out int token) ? -_pieces[token].Score : null);
        return [.. symbols.SelectMany(symbol => _texts.TryGetValue(symbol, out int token)
            ? [token]
            : Encoding.Latin1.GetBytes(symbol).Select(value => _bytes[value]))];
    }

    public ReadOnlyMemory<byte> Decode(int token, int before)
    {
        if ((uint)token >= _pieces.Length)
            return default;
        Piece piece = _pieces[token];
        if (piece.Kind == PieceKind.Control)
            return default;
        bool added = SpaceBefore && before == Begin && piece.Kind == PieceKind.Text && piece.Bytes is [(byte)' ', ..];
        return piece.Bytes.AsMemory(added ? 1 : 0);
    }

    /// <summary>UTF-8, a byte a char.</summary>
    internal static string Symbol(Rune rune)
    {
        Span<byte> bytes = stackalloc byte[4];
        return Encoding.Latin1.GetString(bytes[..rune.EncodeToUtf8(bytes)]);
    }
}
