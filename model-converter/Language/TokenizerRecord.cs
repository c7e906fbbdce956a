using System.Buffers.Binary;
using System.Text;

namespace McuAi.ModelConverter.Language;

/// <summary>The record while it is written: its header, and the tables one after another.</summary>
internal sealed class TokenizerRecord
{
    private const int OffsetsAt = 32, PiecesAt = 36, KindsAt = 40, IndexAt = 44, WholeAt = 52, BytesAt = 60, RanksAt = 64,
        MergesAt = 68;

    private readonly List<byte> _bytes = [.. new byte[TokenizerTables.HeaderBytes]];

    /// <summary>The bytes of a piece, one a char.</summary>
    public static string KeyOf(Piece piece) => Encoding.Latin1.GetString(piece.Bytes);

    public static bool IsText(Piece piece) => piece is { Kind: PieceKind.Text, Bytes.Length: > 0 };

    /// <summary>Of pieces that are the same the first counts.</summary>
    public static Dictionary<string, int> FirstTokens(Piece[] pieces, Func<Piece, bool> isAmong)
    {
        Dictionary<string, int> tokens = new(StringComparer.Ordinal);
        for (int token = 0; token < pieces.Length; token++)
            if (isAmong(pieces[token]))
                tokens.TryAdd(KeyOf(pieces[token]), token);
        return tokens;
    }

    public void WriteHeader(ushort kind, ITokenizer tokenizer, int unknown, WordPattern words, int flags)
    {
        Put(0, (int)TokenizerTables.Magic);
        Put(4, TokenizerTables.Version | (kind << 16));
        Put(12, tokenizer.Count);
        Put(16, tokenizer.Begin);
        Put(20, tokenizer.End);
        Put(24, unknown);
        Put(28, (int)words | (flags << 16));
    }

    /// <param name="isFound">Of pieces that are found as a whole.</param>
    public void WritePieces(Piece[] pieces, int[] byteTokens, Func<Piece, bool> isFound)
    {
        int at = 0;
        WriteTable(OffsetsAt, [.. pieces.Select(piece => (at += piece.Bytes.Length) - piece.Bytes.Length), at]);
        Begin(PiecesAt);
        foreach (Piece piece in pieces)
            _bytes.AddRange(piece.Bytes);
        Begin(KindsAt);
        _bytes.AddRange(pieces.Select(piece => (byte)piece.Kind));
        WriteIndex(IndexAt, FirstTokens(pieces, IsText));
        WriteIndex(WholeAt, FirstTokens(pieces, isFound));
        WriteTable(BytesAt, byteTokens);
    }

    public void WriteRanks(IEnumerable<int> ranks) => WriteTable(RanksAt, ranks);

    public void WriteMerges(Dictionary<(int Left, int Right), int> merges)
    {
        WriteTable(MergesAt, merges.OrderBy(merge => merge.Key).SelectMany(merge =>
            (int[])[merge.Key.Left, merge.Key.Right, merge.Value]));
        Put(MergesAt + 4, merges.Count);
    }

    public byte[] Finish()
    {
        Align();
        Put(8, _bytes.Count);
        return [.. _bytes];
    }

    /// <summary>In the order of their bytes, so that a piece is found by halving; their number follows the offset.</summary>
    private void WriteIndex(int place, Dictionary<string, int> tokens)
    {
        WriteTable(place, tokens.OrderBy(piece => piece.Key, StringComparer.Ordinal).Select(piece => piece.Value));
        Put(place + 4, tokens.Count);
    }

    private void WriteTable(int place, IEnumerable<int> values)
    {
        Begin(place);
        Span<byte> word = stackalloc byte[4];
        foreach (int value in values)
        {
            BinaryPrimitives.WriteInt32LittleEndian(word, value);
            _bytes.AddRange(word);
        }
    }

    private void Begin(int place)
    {
        Align();
        Put(place, _bytes.Count);
    }

    private void Align()
    {
        while (_bytes.Count % 4 != 0)
            _bytes.Add(0);
    }

    private void Put(int place, int value) => BinaryPrimitives.WriteInt32LittleEndian(
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_bytes)[place..], value);
}
