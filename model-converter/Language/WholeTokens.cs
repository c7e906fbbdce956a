namespace McuAi.ModelConverter.Language;

/// <summary>Tokens that are found in a text before anything else is done with it; the longest first.</summary>
/// <param name="tokens">With their texts.</param>
internal sealed class WholeTokens(IEnumerable<(string Text, int Token)> tokens)
{
    private readonly (string Text, int Token)[] _whole =
        [.. tokens.Where(piece => piece.Text.Length > 0).OrderByDescending(piece => piece.Text.Length)];

    /// <summary>The text around such tokens (token -1), and these.</summary>
    public List<(string Text, int Token)> Cut(string text)
    {
        List<(string Text, int Token)> parts = text.Length == 0 ? [] : [(text, -1)];
        foreach ((string whole, int token) in _whole)
            for (int i = 0; i < parts.Count; i++)
            {
                int at = parts[i].Token < 0 ? parts[i].Text.IndexOf(whole, StringComparison.Ordinal) : -1;
                if (at < 0)
                    continue;
                string after = parts[i].Text[(at + whole.Length)..];
                parts[i] = (parts[i].Text[..at], -1);
                parts.Insert(i + 1, (whole, token));
                parts.Insert(i + 2, (after, -1));
                i++;
            }

        parts.RemoveAll(part => part.Text.Length == 0);
        return parts;
    }
}
