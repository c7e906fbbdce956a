using System.Buffers.Binary;
using System.Text;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>Reads the record of <see cref="TokenizerTables"/>. Scores come back as minus the rank.</summary>
public sealed class TokenizerReader
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _record;
    private readonly Piece[] _pieces;

    private TokenizerReader(byte[] record)
    {
        _record = record;
        Require(record.Length >= TokenizerTables.HeaderBytes && U32(0) == TokenizerTables.Magic, "does not begin with TSKT");
        if (U16(4) > TokenizerTables.Version)
            throw new ModelException($"The tokenizer's record has version {U16(4)}; update mcuai.");
        Require(U32(8) <= record.Length && U32(12) is > 0 and <= TokenizerTables.MostPieces, "is not whole");
        _pieces = new Piece[U32(12)];
        Require(Token(16) && Token(20) && Token(24) && Enum.IsDefined((WordPattern)U16(28)),
            "names a token or words that do not exist");
        ReadPieces();
    }

    /// <exception cref="ModelException">It is damaged, or made for a newer version.</exception>
    public static ITokenizer Read(byte[] record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var reader = new TokenizerReader(record);
        return reader.U16(6) switch
        {
            TokenizerTables.SentencePiece => reader.SentencePiece(),
            TokenizerTables.BytePairs => reader.BytePairs(),
            TokenizerTables.MergedPieces => reader.MergedPieces(),
            _ => throw Damaged("is of an unknown kind"),
        };
    }

    private SentencePieceTokenizer SentencePiece()
    {
        int ranks = Table(64, 4L * _pieces.Length);
        return new SentencePieceTokenizer(
            [.. _pieces.Select((piece, token) => piece with { Score = -(float)U32(ranks + (4 * token)) })],
            I32(16), I32(20), I32(24), (U16(30) & TokenizerTables.SpaceBefore) != 0);
    }

    private BytePairTokenizer BytePairs() => new(
        _pieces, Merges(), (WordPattern)U16(28), I32(16), I32(20), (U16(30) & TokenizerTables.KnownWords) != 0);

    private MergedPieceTokenizer MergedPieces()
    {
        int flags = U16(30) & ~TokenizerTables.SpacesLead;
        AddedSpace[] spaces = [.. Enum.GetValues<AddedSpace>().Where(space => TokenizerTables.FlagsOf(space) == flags)];
        Require(spaces.Length == 1, "puts spaces where none go");
        return new MergedPieceTokenizer(_pieces, Merges(), I32(16), I32(20), I32(24), spaces[0]);
    }

    private (int Left, int Right)[] Merges()
    {
        int merges = Table(68, 12L * U32(72));
        (int Left, int Right, uint Rank)[] pairs = [.. Enumerable.Range(0, (int)U32(72)).Select(i => merges + (12 * i))
            .Select(at => (I32(at), I32(at + 4), U32(at + 8)))];
        Require(pairs.All(pair => (uint)pair.Left < _pieces.Length && (uint)pair.Right < _pieces.Length),
            "merges what does not exist");
        return [.. pairs.OrderBy(pair => pair.Rank).Select(pair => (pair.Left, pair.Right))];
    }

    private void ReadPieces()
    {
        int offsets = Table(32, 4L * (_pieces.Length + 1)), bytes = Table(36, 0), kinds = Table(40, _pieces.Length);
        for (int token = 0; token < _pieces.Length; token++)
        {
            uint from = U32(offsets + (4 * token)), to = U32(offsets + (4 * token) + 4);
            var kind = (PieceKind)_record[kinds + token];
            Require(from <= to && to <= U32(8) - bytes && Enum.IsDefined(kind), $"has a piece {token} outside");
            byte[] piece = _record[(bytes + (int)from)..(bytes + (int)to)];
            Require(kind != PieceKind.Byte || piece.Length == 1, $"has a piece {token} that is no byte");
            _pieces[token] = new Piece(piece, 0, kind);
            Require(U16(6) == TokenizerTables.SentencePiece || !WholePieces.IsFound(_pieces[token]) || IsText(piece),
                $"has a piece {token} that is no text");
        }
    }

    private static bool IsText(byte[] piece)
    {
        try
        {
            return Strict.GetCharCount(piece) > 0;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private bool Token(int place) => I32(place) >= TokenizerTables.NoToken && I32(place) < _pieces.Length;

    /// <summary>The offset of a table, with so many bytes inside the record.</summary>
    private int Table(int place, long bytes)
    {
        uint offset = U32(place);
        Require(offset % 4 == 0 && offset >= TokenizerTables.HeaderBytes && offset + bytes <= U32(8), "has a table outside");
        return (int)offset;
    }

    private uint U32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_record.AsSpan(offset));

    private int I32(int offset) => BinaryPrimitives.ReadInt32LittleEndian(_record.AsSpan(offset));

    private ushort U16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(_record.AsSpan(offset));

    private static void Require(bool condition, string what)
    {
        if (!condition)
            throw Damaged(what);
    }

    private static ModelException Damaged(string what) => new(
        $"The tokenizer's record {what}; it is damaged. Convert the model again.");
}
