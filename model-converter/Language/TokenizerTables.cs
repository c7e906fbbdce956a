using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>Makes a tokenizer's record: the value of a pack's metadata entry <see cref="Key"/> (docs/pack-format.md).</summary>
public static class TokenizerTables
{
    public const string Key = "tokenizer";
    internal const uint Magic = 0x544B5354; // "TSKT"
    internal const int Version = 1;
    internal const int HeaderBytes = 80;
    internal const int MostPieces = 1 << 20;
    internal const ushort SentencePiece = 0, BytePairs = 1, MergedPieces = 2;
    internal const ushort SpaceBefore = 1, SpacesLead = 2, KnownWords = 4, SpaceEach = 8, SpaceIfMissing = 16;
    internal const int NoToken = -1;

    /// <exception cref="ModelException">The tokenizer is of a kind that packs do not hold, or cannot be written.</exception>
    public static byte[] Make(ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        Require(tokenizer.Count is > 0 and <= MostPieces, $"{tokenizer.Count:N0} pieces; a pack holds 1 to {MostPieces:N0}");
        Require(tokenizer.Begin >= NoToken && tokenizer.Begin < tokenizer.Count && tokenizer.End >= NoToken &&
            tokenizer.End < tokenizer.Count,
            "a token of the beginning or the end that is not in its vocabulary; give -1 where there is none");
        return tokenizer switch
        {
            SentencePieceTokenizer pieces => Make(pieces),
            BytePairTokenizer pairs => Make(pairs),
            MergedPieceTokenizer merged => Make(merged),
            _ => throw new ModelException($"A pack holds no tokenizer of the kind {tokenizer.GetType().Name}; use one by " +
                "SentencePiece or of byte pairs."),
        };
    }

    private static byte[] Make(SentencePieceTokenizer tokenizer)
    {
        Piece[] pieces = [.. tokenizer.Pieces];
        RequireUnknown(tokenizer.Unknown, pieces);
        Require(pieces.All(piece => !float.IsNaN(piece.Score)), "a score that is no number");
        int flags = (tokenizer.SpaceBefore ? SpaceBefore : 0) | (pieces.Any(HasSpaceInside) ? 0 : SpacesLead);
        var record = new TokenizerRecord();
        record.WriteHeader(SentencePiece, tokenizer, tokenizer.Unknown, WordPattern.None, flags);
        record.WritePieces(pieces, ByteTokens(pieces), _ => false);
        record.WriteRanks(Ranks(pieces));
        return record.Finish();
    }

    private static byte[] Make(BytePairTokenizer tokenizer)
    {
        Piece[] pieces = [.. tokenizer.Pieces];
        Dictionary<string, int> tokens = TokenizerRecord.FirstTokens(pieces, TokenizerRecord.IsText);
        int[] bytes = [.. Enumerable.Range(0, 256).Select(value => tokens.GetValueOrDefault($"{(char)value}", NoToken))];
        var record = new TokenizerRecord();
        record.WriteHeader(BytePairs, tokenizer, Math.Max(tokenizer.End, 0), tokenizer.Words,
            tokenizer.KeepsKnownWords ? KnownWords : 0);
        record.WritePieces(pieces, bytes, WholePieces.IsFound);
        record.WriteMerges(Ranks(tokenizer.Merges, pieces));
        return record.Finish();
    }

    private static byte[] Make(MergedPieceTokenizer tokenizer)
    {
        Piece[] pieces = [.. tokenizer.Pieces];
        RequireUnknown(tokenizer.Unknown, pieces);
        int flags = (pieces.Any(HasSpaceInside) ? 0 : SpacesLead) | FlagsOf(tokenizer.Space);
        var record = new TokenizerRecord();
        record.WriteHeader(MergedPieces, tokenizer, tokenizer.Unknown, WordPattern.None, flags);
        record.WritePieces(pieces, ByteTokens(pieces), WholePieces.IsFound);
        record.WriteMerges(Ranks(tokenizer.Merges, pieces));
        return record.Finish();
    }

    internal static int FlagsOf(AddedSpace space) => space switch
    {
        AddedSpace.First => SpaceBefore | SpaceIfMissing,
        AddedSpace.EachWithout => SpaceBefore | SpaceEach | SpaceIfMissing,
        AddedSpace.Each => SpaceBefore | SpaceEach,
        _ => 0,
    };

    private static int[] ByteTokens(Piece[] pieces)
    {
        int[] tokens = new int[256];
        Array.Fill(tokens, NoToken);
        for (int token = 0; token < pieces.Length; token++)
            if (pieces[token].Kind == PieceKind.Byte)
                tokens[pieces[token].Bytes[0]] = token;
        return tokens;
    }

    /// <summary>Of pairs that are the same the first counts, and of pieces too.</summary>
    private static Dictionary<(int Left, int Right), int> Ranks(IReadOnlyList<(int Left, int Right)> merges, Piece[] pieces)
    {
        Dictionary<string, int> tokens = TokenizerRecord.FirstTokens(pieces, TokenizerRecord.IsText);
        var ranks = new Dictionary<(int Left, int Right), int>();
        foreach ((int left, int right) in merges)
        {
            Require(tokens.TryGetValue(TokenizerRecord.KeyOf(pieces[left]), out int first) &
                tokens.TryGetValue(TokenizerRecord.KeyOf(pieces[right]), out int second),
                "merges of pieces that are no text");
            ranks.TryAdd((first, second), ranks.Count);
        }

        return ranks;
    }

    /// <summary>Pieces of one score have one rank: of equals, the left pair is merged first.</summary>
    private static IEnumerable<int> Ranks(Piece[] pieces)
    {
        Dictionary<float, int> ranks = [];
        foreach (float score in pieces.Select(piece => piece.Score).Distinct().OrderDescending())
            ranks.Add(score, ranks.Count);
        return pieces.Select(piece => ranks[piece.Score]);
    }

    private static bool HasSpaceInside(Piece piece) => piece.Kind == PieceKind.Text &&
        Enumerable.Range(0, piece.Bytes.Length).Any(i => i > 0 && piece.Bytes[i] == ' ' && piece.Bytes[i - 1] != ' ');

    private static void RequireUnknown(int unknown, Piece[] pieces) =>
        Require(unknown >= 0 && unknown < pieces.Length, "no token for what is unknown; give one of its own");

    private static void Require(bool condition, string what)
    {
        if (!condition)
            throw new ModelException($"The tokenizer has {what}.");
    }
}
