using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>The tokens of a tokenizer.json: the vocabulary of its model, and those added to it.</summary>
internal sealed class TokenizerPieces
{
    private readonly Dictionary<string, int> _tokens;
    private readonly string[] _texts; // empty where a number has no token, or one that is not found in texts
    private readonly PieceKind[] _kinds;

    private TokenizerPieces(Dictionary<string, int> tokens, string[] texts)
    {
        (_tokens, _texts) = (tokens, texts);
        _kinds = [.. texts.Select(text => text.Length == 0 ? PieceKind.Control : PieceKind.Text)]; // gaps are no text
    }

    public int Count => _texts.Length;

    /// <param name="make">A piece of a token's text and kind. Whole pieces, and control pieces with a text, are found before
    /// anything else is done with a text.</param>
    public Piece[] Make(Func<string, PieceKind, Piece> make) => [.. _texts.Zip(_kinds, make)];

    public int? Find(string? text) => text is not null && _tokens.TryGetValue(text, out int token) ? token : null;

    /// <param name="most">Tokens of the model.</param>
    /// <exception cref="ModelException">The file is damaged, or has tokens that the model has not.</exception>
    public static TokenizerPieces Read(JsonSettings file, JsonSettings model, int most)
    {
        Dictionary<string, int> tokens = model.Numbers("vocab");
        JsonSettings[] added = [.. file.Parts("added_tokens")];
        foreach (JsonSettings token in added)
            tokens[ContentOf(token)] = token.Integer("id");
        if (tokens.Count == 0)
            throw model.Wrong("vocab", "a vocabulary: it has no tokens");
        foreach ((string text, int token) in tokens)
            if (token < 0 || token >= most)
                throw new ModelException($"{file.Source} gives '{text}' the number {token:N0}, but the model has only {most:N0} " +
                    "tokens; give the tokenizer that belongs to the model.");
        var texts = new string[tokens.Values.Max() + 1];
        Array.Fill(texts, "");
        foreach ((string text, int token) in tokens)
            texts[token] = text;
        var pieces = new TokenizerPieces(tokens, texts);
        foreach (JsonSettings token in added)
            pieces.Add(token);
        return pieces;
    }

    /// <summary>Special tokens that swallow spaces beside them (masks) are not found in texts: no text for a decoder has them.
    /// </summary>
    private void Add(JsonSettings token)
    {
        int number = token.Integer("id");
        bool special = token.Flag("special"), plain = !token.Flag("lstrip") && !token.Flag("rstrip") && !token.Flag("single_word");
        _texts[number] = plain ? ContentOf(token) : "";
        _kinds[number] = special ? PieceKind.Control : PieceKind.Whole;
        if (!plain && !special)
            throw new ModelException($"{token.Source} has the added token '{ContentOf(token)}' with lstrip, rstrip or " +
                "single_word, which is not supported; its tokens would come out otherwise than in training.");
    }

    private static string ContentOf(JsonSettings token) => token.Text("content") ??
        throw token.Wrong("added_tokens", "a list of tokens");
}
