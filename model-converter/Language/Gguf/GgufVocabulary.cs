using System.Globalization;
using System.Text;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>The tokenizer in a GGUF file's metadata.</summary>
public static class GgufVocabulary
{
    private const int Unknown = 2, Control = 3, UserDefined = 4, Byte = 6;

    /// <exception cref="ModelException">It has none, or one that is not supported.</exception>
    public static ITokenizer Read(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        string kind = file.Text("tokenizer.ggml.model");
        string[] texts = file.Texts("tokenizer.ggml.tokens");
        long[] types = file.Has("tokenizer.ggml.token_type")
            ? file.Integers("tokenizer.ggml.token_type")
            : [.. texts.Select(_ => 1L)];
        if (types.Length != texts.Length)
            throw new ModelException($"{file.Path} has {texts.Length:N0} tokens and kinds of {types.Length:N0}; it is damaged.");
        int begin = Token(file, "bos", texts.Length, 1), end = Token(file, "eos", texts.Length, 2);
        return kind switch
        {
            "llama" => SentencePiece(file, texts, types, begin, end),
            "gpt2" => BytePairs(file, texts, types, begin, end),
            _ => throw new ModelException($"{file.Path} has a tokenizer of the kind '{kind}'; llama and gpt2 are supported."),
        };
    }

    private static SentencePieceTokenizer SentencePiece(GgufFile file, string[] texts, long[] types, int begin, int end)
    {
        double[] scores = file.Reals("tokenizer.ggml.scores");
        if (scores.Length != texts.Length)
            throw new ModelException($"{file.Path} has {texts.Length:N0} tokens and scores of {scores.Length:N0}; it is damaged.");
        return new SentencePieceTokenizer([.. texts.Select((text, token) => PieceOf(file, text, types[token], scores[token]))],
            begin, end, Token(file, "unknown", texts.Length, 0));
    }

    private static Piece PieceOf(GgufFile file, string text, long type, double score) => type switch
    {
        Unknown or Control => new Piece([], (float)score, PieceKind.Control),
        Byte when text is ['<', '0', 'x', var high, var low, '>'] && byte.TryParse([high, low], NumberStyles.HexNumber,
            CultureInfo.InvariantCulture, out byte value) => new Piece([value], (float)score, PieceKind.Byte),
        Byte => throw new ModelException($"{file.Path}: '{text}' is no byte such as <0x0A>; the file is damaged."),
        _ => new Piece(Encoding.UTF8.GetBytes(text.Replace(SentencePieceTokenizer.WrittenSpace, ' ')), (float)score, PieceKind.Text),
    };

    private static BytePairTokenizer BytePairs(GgufFile file, string[] texts, long[] types, int begin, int end)
    {
        string words = file.Has("tokenizer.ggml.pre") ? file.Text("tokenizer.ggml.pre") : "default";
        WordPattern pattern = WordPatterns.Of(words, file.Path);
        Piece[] pieces = [.. texts.Select((text, token) => ByteLetters.PieceOf(text, KindOf(types[token])))];
        (int, int)[] merges = ByteLetters.Merges(file.Texts("tokenizer.ggml.merges"), texts, pieces, file.Path);
        // Llama 3's merges have been made of a list without any, and do not lead to all of its words.
        return new BytePairTokenizer(pieces, merges, pattern, begin, end, keepsKnownWords: pattern == WordPattern.Llama3);
    }

    private static PieceKind KindOf(long type) => type switch
    {
        Unknown or Control => PieceKind.Control,
        UserDefined => PieceKind.Whole,
        _ => PieceKind.Text,
    };

    private static int Token(GgufFile file, string name, int count, int fallback)
    {
        long token = file.Integer($"tokenizer.ggml.{name}_token_id", Math.Min(fallback, count - 1));
        return token >= 0 && token < count
            ? (int)token
            : throw new ModelException($"{file.Path}: token {token} ({name}) is not one of its {count:N0}; the file is damaged.");
    }
}
