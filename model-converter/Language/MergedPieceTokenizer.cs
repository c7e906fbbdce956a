using System.Globalization;
using System.Text;

namespace McuAi.ModelConverter.Language;

/// <summary>Where a tokenizer puts a space before a text.</summary>
public enum AddedSpace
{
    Never,

    /// <summary>Before the first part, unless there is one.</summary>
    First,

    /// <summary>Before each part between tokens that are found as a whole, unless there is one.</summary>
    EachWithout,

    /// <summary>Before each such part, even if there is one.</summary>
    Each,
}

/// <summary>What the tokenizer.json of a SentencePiece vocabulary says beside its pieces.</summary>
/// <param name="Space">Where a space is added.</param>
/// <param name="CutsWords">Whether nothing is merged with a space behind it.</param>
/// <param name="FusesUnknown">Whether unknown characters after one another become one token.</param>
/// <param name="TakesWholeWords">Whether a word that is a token is not made of merges.</param>
public readonly record struct MergedPieceRules(AddedSpace Space, bool CutsWords, bool FusesUnknown, bool TakesWholeWords);

/// <summary>Byte-pair encoding of characters as Hugging Face's tokenizers do it for SentencePiece vocabularies: spaces are written
/// as U+2581, characters are merged in the order of a list of merges, and what is left unknown becomes bytes.</summary>
public sealed class MergedPieceTokenizer : ITokenizer
{
    private const char Space = SentencePieceTokenizer.WrittenSpace;

    private readonly byte[][] _texts;
    private readonly Dictionary<string, int> _tokens = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string), double> _merges = [];
    private readonly WholeTokens _whole;
    private readonly int[] _bytes = new int[256];
    private readonly int? _unknown;
    private readonly MergedPieceRules _rules;

    /// <param name="pieces">Texts of the tokens.</param>
    /// <param name="kinds">Of each; of bytes, the text is such as &lt;0x0A&gt;.</param>
    /// <param name="whole">Tokens that are found in a text before anything else is done with it.</param>
    /// <param name="merges">The first merge first.</param>
    /// <param name="unknown">The token of what has none; null: it is left out.</param>
    public MergedPieceTokenizer(IReadOnlyList<string> pieces, IReadOnlyList<PieceKind> kinds, IReadOnlyList<int> whole,
        IReadOnlyList<(string Left, string Right)> merges, int begin, int end, int? unknown, MergedPieceRules rules)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        ArgumentNullException.ThrowIfNull(kinds);
        ArgumentNullException.ThrowIfNull(whole);
        ArgumentNullException.ThrowIfNull(merges);
        (Begin, End, _unknown, _rules) = (begin, end, unknown, rules);
        Array.Fill(_bytes, -1);
        _texts = new byte[pieces.Count][];
        for (int token = 0; token < pieces.Count; token++)
        {
            if (kinds[token] != PieceKind.Control)
                _tokens.TryAdd(pieces[token], token);
            if (kinds[token] == PieceKind.Byte)
                _bytes[ByteOf(pieces[token])] = token;
            _texts[token] = kinds[token] switch
            {
                PieceKind.Control => [],
                PieceKind.Byte => [ByteOf(pieces[token])],
                _ => Encoding.UTF8.GetBytes(pieces[token].Replace(Space, ' ')),
            };
        }

        for (int i = 0; i < merges.Count; i++)
            _merges.TryAdd(merges[i], i);
        _whole = new WholeTokens(whole.Select(token => (pieces[token], token)));
    }

    public int Count => _texts.Length;

    public int Begin { get; }

    public int End { get; }

    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = new List<int>();
        bool first = true;
        foreach ((string part, int token) in _whole.Cut(text))
        {
            if (token >= 0)
                tokens.Add(token);
            else
                foreach (string word in Words(part.Replace(' ', Space), first))
                    Append(word, tokens);
            first = false;
        }

        return [.. tokens];
    }

    public ReadOnlyMemory<byte> Decode(int token, int before)
    {
        byte[] text = _texts[token];
        bool added = _rules.Space != AddedSpace.Never && before == Begin && text is [(byte)' ', ..];
        return text.AsMemory(added ? 1 : 0);
    }

    /// <summary>The byte of a piece such as &lt;0x0A&gt;.</summary>
    internal static byte ByteOf(string piece) =>
        byte.Parse(piece.AsSpan(3, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    internal static bool IsByte(string piece) => piece is ['<', '0', 'x', var high, var low, '>'] &&
        char.IsAsciiHexDigitUpper(high) && char.IsAsciiHexDigitUpper(low);

    private IEnumerable<string> Words(string part, bool isFirst)
    {
        bool adds = _rules.Space switch
        {
            AddedSpace.Each => true,
            AddedSpace.EachWithout => part[0] != Space,
            AddedSpace.First => isFirst && part[0] != Space,
            _ => false,
        };
        string text = adds ? Space + part : part;
        for (int begin = 0, end; begin < text.Length; begin = end)
        {
            end = _rules.CutsWords ? text.IndexOf(Space, begin + 1) : -1;
            end = end < 0 ? text.Length : end;
            yield return text[begin..end];
        }
    }

    private void Append(string word, List<int> tokens)
    {
        if (_rules.TakesWholeWords && _tokens.TryGetValue(word, out int whole))
        {
            tokens.Add(whole);
            return;
        }

        List<string> symbols = [.. word.EnumerateRunes().Select(rune => rune.ToString())];
        PairMerging.Merge(symbols, (left, right) => _merges.TryGetValue((left, right), out double rank) ? rank : null);
        bool unknown = false;
        foreach (string symbol in symbols)
        {
            bool before = unknown;
            unknown = false;
            if (_tokens.TryGetValue(symbol, out int token))
                tokens.Add(token);
            else if (Encoding.UTF8.GetBytes(symbol) is var bytes && bytes.All(value => _bytes[value] >= 0))
                tokens.AddRange(bytes.Select(value => _bytes[value]));
            else if (_unknown is { } replacement && (unknown = true) && !(before && _rules.FusesUnknown))
                tokens.Add(replacement);
        }
    }
}
