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
        return kind switch
        {
            "llama" => SentencePiece(file, texts, types),
            "gpt2" => BytePairs(file, texts, types),
            _ => throw new ModelException($"{file.Path} has a tokenizer of the kind '{kind}'; llama and gpt2 are supported."),
        };
    }

    private static SentencePieceTokenizer SentencePiece(GgufFile file, string[] texts, long[] types)
    {
        double[] scores = file.Reals("tokenizer.ggml.scores");
        if (scores.Length != texts.Length)
            throw new ModelException($"{file.Path} has {texts.Length:N0} tokens and scores of {scores.Length:N0}; it is damaged.");
        return new SentencePieceTokenizer([.. texts.Select((text, token) => PieceOf(file, text, types[token], scores[token]))],
            Token(file, "bos", texts.Length, 1), Token(file, "eos", texts.Length, 2), Token(file, "unknown", texts.Length, 0),
            file.Integer("tokenizer.ggml.add_space_prefix", 1) != 0);
    }

    private static Piece PieceOf(GgufFile file, string text, long type, double score) => type switch
    {
        Unknown or Control => new Piece([], (float)score, PieceKind.Control),
        Byte when text is ['<', '0', 'x', var high, var low, '>'] && byte.TryParse([high, low], NumberStyles.HexNumber,
            CultureInfo.InvariantCulture, out byte value) => new Piece([value], (float)score, PieceKind.Byte),
        UserDefined => throw new ModelException($"{file.Path} has a token '{text}' that is found in texts as a whole, which is not " +
            "supported for pieces of SentencePiece; give the model as a folder of Hugging Face's, with its tokenizer.json."),
        Byte => throw new ModelException($"{file.Path}: '{text}' is no byte such as <0x0A>; the file is damaged."),
        _ => new Piece(Encoding.UTF8.GetBytes(text.Replace(SentencePieceTokenizer.WrittenSpace, ' ')), (float)score, PieceKind.Text),
    };

    private static BytePairTokenizer BytePairs(GgufFile file, string[] texts, long[] types)
    {
        int end = Token(file, "eos", texts.Length, null), begin = Token(file, "bos", texts.Length, end); // as GPT-2 does it
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

    /// <param name="fallback">Where the file does not say; null: that is an error.</param>
    private static int Token(GgufFile file, string name, int count, int? fallback)
    {
        long token = file.Integer($"tokenizer.ggml.{name}_token_id", fallback is { } usual ? Math.Min(usual, count - 1) : null);
        return token >= 0 && token < count
            ? (int)token
            : throw new ModelException($"{file.Path}: token {token} ({name}) is not one of its {count:N0}; the file is damaged.");
    }
}
