using System.Text;
using McuAi.ModelConverter.Language;

namespace McuAi.Tests.Language;

/// <summary>Tokenizers of every kind, and texts that are hard.</summary>
internal static class TokenizerCases
{
    /// <summary>Of each category, of each range that a pattern names, and beyond U+FFFF.</summary>
    private static readonly string[] Characters =
    [
        .. "astrevmldSTRELDZ0919'!-._(/:~^+$|`@#".Select(letter => $"{letter}"),
        .. "é ß ſ ǅ ʰ ª 中 一 龥 龦 ࠀ ߿ 가 ퟿ ひ カ ー ゟ ² ½ Ⅷ ३ “ ‘ ， 。 、 ～ （ ￿ € © ¡ « ♥ 𝟘 𝐀 𐐨 𠀀 😀 🦙".Split(' '),
        "\u0301", "\u0903", "\U0001D165", "\u200B", "\u200D", "\uFEFF", "\u0378", "\uE000", "\uFFFD", "\U000E0041",
        "\U0010FFFF",
        "\u0000", "\u0007", "\u001C", "\t", "\n", "\r", "\v", "\f", "\u0085", "\u00A0", "\u2003", "\u2028", "\u3000",
        "\u180E", "▁", " ",
    ];

    private static readonly string[] Strings =
        ["'s", "'LL", "'Re", "  ", "   ", "\r\n", "\n\n", " \n ", "123456", "<|end|>", "<|end|>|>", "ab<", "e\u0301", "👨‍👩‍👧", " ▁"];

    public static SentencePieceTokenizer Stories() => Llama2cVocabulary.Read(SharedData.Path("language/stories260k/tok512.bin"));

    /// <summary>A vocabulary of llama.cpp, restored.</summary>
    public static ITokenizer OfLlamaCpp(string name)
    {
        byte[] restored = RestoredGguf.Of(SharedData.Bytes($"language/gguf-vocab/ggml-vocab-{name}.gguf"));
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllBytes(path, restored);
        try
        {
            using var file = new GgufFile(path);
            return GgufVocabulary.Read(file);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Of characters: nothing is merged, and there is no space before the text.</summary>
    public static SentencePieceTokenizer ByCharacter() => new(
        [
            new Piece([], 0, PieceKind.Control),
            .. Characters.Where(text => text != "▁").Select(text => new Piece(Encoding.UTF8.GetBytes(text), 0, PieceKind.Text)),
        ], begin: 0, end: 0, unknown: 0, spaceBefore: false);

    /// <summary>All characters above are pieces, bytes too, and most of their pairs are merged, in two orders.</summary>
    public static MergedPieceTokenizer MergedPieces(AddedSpace space)
    {
        var random = new Random(7);
        string[] characters = [.. Characters.Where(text => text is not ("▁" or "Z")).Distinct()];
        var pieces = new List<Piece> { new([], 0, PieceKind.Control) };
        pieces.AddRange(Enumerable.Range(0, 256).Where(value => value != 'Z')
            .Select(value => new Piece([(byte)value], 0, PieceKind.Byte)));
        int first = pieces.Count;
        pieces.AddRange(characters.Select(text => new Piece(Encoding.UTF8.GetBytes(text), 0, PieceKind.Text)));
        pieces.Add(new Piece("<|end|>"u8.ToArray(), 0, PieceKind.Control));
        pieces.AddRange(((string[])["<|end|>|>", "b<", "é中", "'"]).Select(text =>
            new Piece(Encoding.UTF8.GetBytes(text), 0, PieceKind.Whole)));
        var merges = new List<(int, int)>();
        var tokens = new Dictionary<string, int>(StringComparer.Ordinal);
        int[] symbols = [.. Enumerable.Range(first, characters.Length)];
        (int, int)[] pairs = [.. symbols.SelectMany(left => symbols.Select(right => (left, right)))];
        random.Shuffle(pairs);
        pairs = pairs[..(pairs.Length * 3 / 4)];
        foreach ((int left, int right) in pairs.Concat(Longer(pairs.Length / 4)))
            Join(left, right);
        return new MergedPieceTokenizer(pieces, merges, begin: 0, end: 0, unknown: 0, space);

        IEnumerable<(int, int)> Longer(int count)
        {
            int[] made = [.. tokens.Values], all = [.. symbols, .. made];
            for (int i = 0; i < count; i++)
                yield return random.Next(2) == 0
                    ? (made[random.Next(made.Length)], all[random.Next(all.Length)])
                    : (all[random.Next(all.Length)], made[random.Next(made.Length)]);
        }

        void Join(int left, int right)
        {
            byte[] bytes = [.. pieces[left].Bytes, .. pieces[right].Bytes];
            if (tokens.TryAdd(Encoding.Latin1.GetString(bytes), pieces.Count))
                pieces.Add(new Piece(bytes, 0, PieceKind.Text));
            merges.Add((left, right));
        }
    }

    /// <summary>Most pairs of the characters above are merged within one word, so that tokens tell how a text was cut. Some
    /// pieces are no result of a merge, some bytes have no piece.</summary>
    public static BytePairTokenizer BytePairs(WordPattern words, bool keepsKnownWords)
    {
        var random = new Random(7);
        var pieces = new List<Piece> { new([], 0, PieceKind.Control) };
        var tokens = new Dictionary<string, int>(StringComparer.Ordinal);
        var merges = new List<(int, int)>();
        foreach (byte value in Enumerable.Range(0, 256).Where(value => value is not ('Z' or 7)).Select(value => (byte)value))
            Add([value]);
        int[] characters = [.. Characters.Where(text => text is not ("Z" or "\u0007"))
            .Select(text => Merge(Encoding.UTF8.GetBytes(text)))];
        (int Left, int Right)[] shuffled = [.. characters.SelectMany(left => characters.Select(right => (left, right)))];
        random.Shuffle(shuffled);
        foreach ((int left, int right) in shuffled.Take(shuffled.Length * 3 / 4))
            Join(left, right);
        Add("known"u8.ToArray());
        foreach (string whole in (string[])["<|end|>", "<|end|>|>", "b<", "é中"])
            pieces.Add(new Piece(Encoding.UTF8.GetBytes(whole), 0, PieceKind.Whole));
        return new BytePairTokenizer(pieces, merges, words, begin: 0, end: 3, keepsKnownWords);

        int Add(byte[] bytes)
        {
            if (tokens.TryAdd(Encoding.Latin1.GetString(bytes), pieces.Count))
                pieces.Add(new Piece(bytes, 0, PieceKind.Text));
            return tokens[Encoding.Latin1.GetString(bytes)];
        }

        int Join(int left, int right)
        {
            merges.Add((left, right));
            return Add([.. pieces[left].Bytes, .. pieces[right].Bytes]);
        }

        int Merge(byte[] bytes) => bytes.Skip(1).Aggregate(Add([bytes[0]]), (left, value) => Join(left, Add([value])));
    }

    /// <summary>Characters and strings at random, now and then a run of one of them.</summary>
    public static string RandomText(Random random)
    {
        var text = new StringBuilder();
        for (int left = random.Next(40); left > 0; left--)
        {
            string part = random.Next(5) switch
            {
                0 => Strings[random.Next(Strings.Length)],
                1 => char.ConvertFromUtf32(random.Next(2) == 0 ? random.Next(0x800) : random.Next(0x10000, 0x110000)),
                2 => random.Next(2) == 0 ? " " : "known",
                _ => Characters[random.Next(Characters.Length)],
            };
            text.Insert(text.Length, part, random.Next(12) == 0 ? random.Next(1, 30) : 1);
        }

        return text.ToString();
    }

    /// <summary>Such a text in UTF-8 with bytes changed, cut off and put in.</summary>
    public static byte[] RandomBytes(Random random)
    {
        List<byte> bytes = [.. Encoding.UTF8.GetBytes(RandomText(random))];
        for (int changes = random.Next(8); changes > 0 && bytes.Count > 0; changes--)
        {
            int at = random.Next(bytes.Count);
            if (random.Next(3) == 0)
                bytes.RemoveAt(at);
            else if (random.Next(2) == 0)
                bytes[at] = (byte)random.Next(256);
            else
                bytes.Insert(at, (byte)random.Next(0xC0, 0x100));
        }

        return [.. bytes];
    }
}
