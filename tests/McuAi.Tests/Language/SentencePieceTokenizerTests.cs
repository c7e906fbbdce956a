using System.Text;
using McuAi.ModelConverter.Language;

namespace McuAi.Tests.Language;

[TestClass]
public sealed class SentencePieceTokenizerTests
{
    [TestMethod]
    [DataRow("Once upon a time")]
    [DataRow(" two  spaces ")]
    [DataRow("tab\tand\nline")]
    [DataRow("Äpfel, 🦙 и ещё\u0000")]
    public void EncodingAndDecodingGiveTheTextBack(string text)
    {
        SentencePieceTokenizer tokenizer = Stories();
        Assert.AreEqual(text, Decoded(tokenizer, tokenizer.Encode(text)));
    }

    [TestMethod]
    public void AnEmptyTextHasNoTokens() => Assert.IsEmpty(Stories().Encode(""));

    /// <summary>The greatest score first, and of equals the left pair: "aab" has the merges aa and ab.</summary>
    [TestMethod]
    [DataRow(-1f, -2f, " |aa|b")]
    [DataRow(-2f, -1f, " |a|ab")]
    [DataRow(-1f, -1f, " |aa|b")]
    public void TheMergeOfTheGreatestScoreComesFirst(float first, float second, string expected)
    {
        var tokenizer = new SentencePieceTokenizer([Text(" ", 0), Text("a", 0), Text("b", 0), Text("aa", first), Text("ab", second)],
            begin: 9, end: 9, unknown: 9);
        Assert.AreEqual(expected, string.Join('|', tokenizer.Encode("aab").Select(token =>
            Encoding.UTF8.GetString(tokenizer.Decode(token, 0).Span))));
    }

    /// <summary>A merge by hand, one pair after another, gives what the queue gives.</summary>
    [TestMethod]
    public void ManyTextsAreMergedAsByHand()
    {
        SentencePieceTokenizer tokenizer = Stories();
        var random = new Random(4);
        const string Letters = "the andisou .,\nLly";
        for (int i = 0; i < 300; i++)
        {
            string text = new([.. Enumerable.Range(0, 1 + random.Next(60)).Select(_ => Letters[random.Next(Letters.Length)])]);
            CollectionAssert.AreEqual(ByHand(tokenizer, text), tokenizer.Encode(text), text);
        }
    }

    private static int[] ByHand(SentencePieceTokenizer tokenizer, string text)
    {
        Dictionary<string, (int Token, float Score)> known = [];
        for (int token = 259; token < tokenizer.Count; token++)
            known.TryAdd(Encoding.UTF8.GetString(tokenizer.Decode(token, 0).Span), (token, -token)); // scores fall with the token
        List<string> symbols = [.. (" " + text).Select(letter => $"{letter}")];
        while (true)
        {
            int[] pairs = [.. Enumerable.Range(0, symbols.Count - 1).Where(i => known.ContainsKey(symbols[i] + symbols[i + 1]))];
            if (pairs.Length == 0)
                break;
            int best = pairs.MaxBy(i => known[symbols[i] + symbols[i + 1]].Score);
            symbols[best] += symbols[best + 1];
            symbols.RemoveAt(best + 1);
        }

        return [.. symbols.Select(symbol => known.TryGetValue(symbol, out (int Token, float) found) ? found.Token : symbol[0] + 3)];
    }

    private static SentencePieceTokenizer Stories() => Llama2cVocabulary.Read(SharedData.Path("language/stories260k/tok512.bin"));

    private static Piece Text(string text, float score) => new(Encoding.UTF8.GetBytes(text), score, PieceKind.Text);

    private static string Decoded(SentencePieceTokenizer tokenizer, int[] tokens)
    {
        var bytes = new List<byte>();
        int before = tokenizer.Begin;
        foreach (int token in tokens)
        {
            bytes.AddRange(tokenizer.Decode(token, before).Span);
            before = token;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
