using System.Text;
using System.Text.Json;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>The tokenizer of a model folder: tokenizer.json, with the tokens that begin and end a text from
/// tokenizer_config.json, config.json or generation_config.json.</summary>
public static class HuggingFaceTokenizer
{
    public const string File = "tokenizer.json";

    private static readonly string[] ConfigFiles = [HuggingFaceModel.ConfigFile, "generation_config.json"];

    /// <param name="most">Tokens of the model, which may be more than those of the tokenizer.</param>
    /// <returns>null: the folder has none.</returns>
    /// <exception cref="ModelException">It is damaged, not supported, or belongs to another model.</exception>
    public static ITokenizer? Read(string folder, int most)
    {
        string path = Path.Combine(folder, File);
        if (!System.IO.File.Exists(path))
            return null;
        JsonSettings file = JsonSettings.Read(path);
        JsonSettings model = file.Part("model") ?? throw file.Wrong("model", "there");
        if ((model.Text("type") ?? "BPE") != "BPE")
            throw new ModelException($"{path} has a tokenizer of the kind {model.Text("type")}; only BPE is supported.");
        foreach (string affix in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
            if (!string.IsNullOrEmpty(model.Text(affix)))
                throw new ModelException($"{path} marks parts of words ({affix}), which is not supported.");
        TokenizerPieces pieces = TokenizerPieces.Read(file, model, most);
        int end = Special(folder, "eos", pieces) ??
            throw new ModelException($"{path} does not say which token ends a text, nor does another file of the folder; " +
                "download tokenizer_config.json into it.");
        int begin = Special(folder, "bos", pieces) ?? end; // as GPT-2 does it
        var words = new TokenizerWords(file);
        (int Left, int Right, int Result)[] merges = [.. Merges(model, pieces)];
        return words.IsByteLevel
            ? BytePairs(model, pieces, merges, words.Pattern(), begin, end)
            : MergedPieces(model, pieces, merges, words.Spaces(), begin, end);
    }

    private static BytePairTokenizer BytePairs(JsonSettings model, TokenizerPieces tokens,
        (int Left, int Right, int Result)[] merges, WordPattern words, int begin, int end)
    {
        Piece[] pieces = tokens.Make((text, kind) => kind == PieceKind.Text
            ? ByteLetters.PieceOf(text, kind)
            : new Piece(Encoding.UTF8.GetBytes(text), 0, kind));
        return new BytePairTokenizer(pieces, OfText(merges, pieces), words, begin, end, model.Flag("ignore_merges"));
    }

    private static MergedPieceTokenizer MergedPieces(JsonSettings model, TokenizerPieces tokens,
        (int Left, int Right, int Result)[] merges, (AddedSpace Space, bool CutsWords) spaces, int begin, int end)
    {
        bool fallback = model.Flag("byte_fallback");
        Piece[] pieces = tokens.Make((text, kind) => kind == PieceKind.Text && fallback && IsByte(text)
            ? new Piece(Convert.FromHexString(text.AsSpan(3, 2)), 0, PieceKind.Byte)
            : new Piece(Encoding.UTF8.GetBytes(text.Replace(SentencePieceTokenizer.WrittenSpace, ' ')), 0, kind));
        if (pieces.Where(piece => piece.Kind == PieceKind.Byte).DistinctBy(piece => piece.Bytes[0]).Count() < 256)
            throw new ModelException($"{model.Source} has no tokens for some bytes (byte_fallback), which is not supported; " +
                "what it does not know would come out otherwise than in training.");
        if (model.Flag("ignore_merges"))
            throw new ModelException($"{model.Source} leaves known words unmerged (ignore_merges), which is supported for " +
                "bytes only; its tokens would come out otherwise than in training.");
        if (spaces.CutsWords) // before each space: what has one inside is never made
            merges = [.. merges.Where(merge => Array.LastIndexOf(pieces[merge.Result].Bytes, (byte)' ') <= 0)];
        int unknown = tokens.Find(model.Text("unk_token")) ?? end;
        return new MergedPieceTokenizer(pieces, OfText(merges, pieces), begin, end, unknown, spaces.Space);
    }

    private static bool IsByte(string text) => text is ['<', '0', 'x', var high, var low, '>'] &&
        char.IsAsciiHexDigitUpper(high) && char.IsAsciiHexDigitUpper(low);

    /// <summary>Merges that can be: no text has a whole piece in it when it is merged.</summary>
    private static (int Left, int Right)[] OfText((int Left, int Right, int Result)[] merges, Piece[] pieces) =>
        [.. merges.Where(merge => pieces[merge.Left].Kind == PieceKind.Text && pieces[merge.Right].Kind == PieceKind.Text &&
            pieces[merge.Result].Kind == PieceKind.Text).Select(merge => (merge.Left, merge.Right))];

    /// <summary>Merges are texts with a space in them, or pairs of texts.</summary>
    private static IEnumerable<(int Left, int Right, int Result)> Merges(JsonSettings model, TokenizerPieces pieces)
    {
        foreach (JsonElement merge in model.List("merges"))
        {
            string[] parts = merge.ValueKind switch
            {
                JsonValueKind.String when model.TextOf(merge) is var text &&
                    text.IndexOf(' ', StringComparison.Ordinal) is var space and > 0
                    => [text[..space], text[(space + 1)..]],
                JsonValueKind.Array => [.. merge.EnumerateArray().Select(model.TextOf)],
                _ => [],
            };
            if (parts is not [{ Length: > 0 } left, { Length: > 0 } right])
                throw model.Wrong("merges", $"a list of pairs ({model.TextOf(merge)})");
            yield return pieces.Find(left) is { } first && pieces.Find(right) is { } second &&
                pieces.Find(left + right) is { } result
                ? (first, second, result)
                : throw model.Wrong("merges", $"right: '{left}' and '{right}' are no tokens or make no token");
        }
    }

    private static int? Special(string folder, string name, TokenizerPieces pieces)
    {
        if (Settings(folder, "tokenizer_config.json") is { } config && config.Find($"{name}_token") is { } token &&
            pieces.Find(token.ValueKind == JsonValueKind.Object ? config.Part($"{name}_token")!.Text("content") : config.TextOf(token))
                is { } found)
            return found;
        foreach (string file in ConfigFiles)
            if (Settings(folder, file) is { } settings && settings.Find($"{name}_token_id") is { } value)
            {
                int number = value.ValueKind == JsonValueKind.Array
                    ? settings.Integers($"{name}_token_id").FirstOrDefault(-1)
                    : settings.Integer($"{name}_token_id");
                if (number >= 0 && number < pieces.Count)
                    return number;
            }

        return null;
    }

    private static JsonSettings? Settings(string folder, string file) =>
        System.IO.File.Exists(Path.Combine(folder, file)) ? JsonSettings.Read(Path.Combine(folder, file)) : null;
}
