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
        (string Left, string Right)[] merges = [.. Merges(model, pieces)];
        return words.IsByteLevel
            ? new BytePairTokenizer(pieces.Texts, pieces.Kinds, pieces.Whole,
                [.. merges.Select(merge => $"{merge.Left} {merge.Right}")], words.Patterns(), begin, end)
            {
                TakesWholeWords = model.Flag("ignore_merges"),
            }
            : MergedPieces(model, pieces, merges, words.Spaces(), begin, end);
    }

    private static MergedPieceTokenizer MergedPieces(JsonSettings model, TokenizerPieces pieces,
        (string Left, string Right)[] merges, (AddedSpace Space, bool CutsWords) spaces, int begin, int end)
    {
        if (model.Flag("byte_fallback"))
            for (int token = 0; token < pieces.Texts.Length; token++)
                if (MergedPieceTokenizer.IsByte(pieces.Texts[token]))
                    pieces.Kinds[token] = PieceKind.Byte;
        return new MergedPieceTokenizer(pieces.Texts, pieces.Kinds, pieces.Whole, merges, begin, end,
            pieces.Find(model.Text("unk_token")),
            new MergedPieceRules(spaces.Space, spaces.CutsWords, model.Flag("fuse_unk"), model.Flag("ignore_merges")));
    }

    /// <summary>Merges are texts with a space in them, or pairs of texts.</summary>
    private static IEnumerable<(string Left, string Right)> Merges(JsonSettings model, TokenizerPieces pieces)
    {
        foreach (JsonElement merge in model.List("merges"))
        {
            string[] parts = merge.ValueKind switch
            {
                JsonValueKind.String when merge.GetString()! is var text &&
                    text.IndexOf(' ', StringComparison.Ordinal) is var space and > 0
                    => [text[..space], text[(space + 1)..]],
                JsonValueKind.Array => [.. merge.EnumerateArray().Select(part => part.ToString())],
                _ => [],
            };
            if (parts is not [{ Length: > 0 } left, { Length: > 0 } right])
                throw model.Wrong("merges", $"a list of pairs ({merge})");
            if (pieces.Find(left + right) is null)
                throw model.Wrong("merges", $"right: '{left}' and '{right}' make no token");
            yield return (left, right);
        }
    }

    private static int? Special(string folder, string name, TokenizerPieces pieces)
    {
        if (Settings(folder, "tokenizer_config.json") is { } config && config.Find($"{name}_token") is { } token &&
            pieces.Find(token.ValueKind == JsonValueKind.Object ? config.Part($"{name}_token")!.Text("content") : token.ToString())
                is { } found)
            return found;
        foreach (string file in ConfigFiles)
            if (Settings(folder, file) is { } settings && settings.Find($"{name}_token_id") is { } value)
            {
                int number = value.ValueKind == JsonValueKind.Array
                    ? settings.Integers($"{name}_token_id").FirstOrDefault(-1)
                    : settings.Integer($"{name}_token_id");
                if (number >= 0 && number < pieces.Texts.Length)
                    return number;
            }

        return null;
    }

    private static JsonSettings? Settings(string folder, string file) =>
        System.IO.File.Exists(Path.Combine(folder, file)) ? JsonSettings.Read(Path.Combine(folder, file)) : null;
}
