using System.Text;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;

namespace McuAi.Tests.Language;

[TestClass]
public sealed class BytePairTokenizerTests
{
    /// <summary>By hand, after the regular expressions of each model; characters beyond U+FFFF are one character.</summary>
    [TestMethod]
    [DataRow(WordPattern.None, "It's 1", "It's 1")]
    [DataRow(WordPattern.Gpt2, "It's 'S  12345 𝐀b😀!", "It|'s| '|S| | 12345| 𝐀b|😀!")]
    [DataRow(WordPattern.Llama3, "It'S  12345\r\n\n x", "It|'S| | |123|45|\r\n\n| x")]
    [DataRow(WordPattern.Qwen2, "a 12𝟘\u00A0é", "a| |1|2|𝟘|\u00A0é")]
    [DataRow(WordPattern.DeepSeekLlm, "Hi, you  \n中文12", "Hi|,| you|  |\n|中文|1|2")]
    [DataRow(WordPattern.SmolLm, "It's  12é", "It|'s|  |1|2|é")]
    [DataRow(WordPattern.DeepSeekCoder, " x=12 中。", " x|=|1|2| |中|。")]
    [DataRow(WordPattern.DeepSeekV3, "😀abc .net 1234中e\u0301", "😀|abc| .|net| |123|4|中|e\u0301")]
    public void TextsAreCutAsByHand(WordPattern words, string text, string expected) =>
        Assert.AreEqual(expected, string.Join('|', new WordCutter(words).Cut(text)));

    /// <summary>From left to right, the longest one; what is between is merged by itself.</summary>
    [TestMethod]
    [DataRow("ab<x>ab", "ab|<x>|ab")]
    [DataRow("a<x><x>>b", "a|<x>|<x>>|b")]
    [DataRow("<<x>", "<|<x>")]
    [DataRow("x>é𝐀", "x|>é|?|?|?|?")] // four bytes without a piece
    public void WholePiecesAreFoundFirst(string text, string expected)
    {
        BytePairTokenizer tokenizer = Small(keepsKnownWords: false);
        Assert.AreEqual(expected, string.Join('|', tokenizer.Encode(text).Select(token => token == tokenizer.End
            ? "?"
            : Encoding.UTF8.GetString(tokenizer.Decode(token, 0).Span))));
    }

    [TestMethod]
    public void KnownWordsAreKeptWhereTheTokenizerSaysSo()
    {
        Assert.HasCount(2, Small(keepsKnownWords: false).Encode("abx"));
        Assert.HasCount(1, Small(keepsKnownWords: true).Encode("abx"));
    }

    [TestMethod]
    public void MergesOfUnknownPiecesAreRefused()
    {
        string[] texts = ["a", "b", "ab"];
        Piece[] pieces = [.. texts.Select(text => ByteLetters.PieceOf(text, PieceKind.Text))];
        CollectionAssert.AreEqual(new (int, int)[] { (0, 1) }, ByteLetters.Merges(["a b"], texts, pieces, "x"));
        foreach (string merge in (string[])["a c", "ab", "a", " b"])
            Assert.Contains(merge,
                Assert.ThrowsExactly<ModelException>(() => ByteLetters.Merges([merge], texts, pieces, "x")).Message);
    }

    private static BytePairTokenizer Small(bool keepsKnownWords) => new(
        [
            new Piece([], 0, PieceKind.Control),
            .. "a|b|x|<|>|ab|abx".Split('|').Select(text => new Piece(Encoding.UTF8.GetBytes(text), 0, PieceKind.Text)),
            .. "<x>|<x>>|>é".Split('|').Select(text => new Piece(Encoding.UTF8.GetBytes(text), 0, PieceKind.Whole)),
        ], [(1, 2)], WordPattern.None, begin: -1, end: 0, keepsKnownWords);
}
