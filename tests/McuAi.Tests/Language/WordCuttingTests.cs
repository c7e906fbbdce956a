using System.Globalization;
using System.Text;
using McuAi.ModelConverter.Language;

namespace McuAi.Tests.Language;

[TestClass]
public sealed class WordCuttingTests
{
    /// <summary>As the pattern says, a character being one whatever its number: letters, of which one may follow a symbol.</summary>
    [TestMethod]
    [DataRow("\U0001F642abc d", "\U0001F642abc| d")]
    [DataRow("a\U0001F642\U0001F642!b", "a|\U0001F642\U0001F642!|b")]
    [DataRow("\U0001D49Cbc", "\U0001D49Cbc")]
    [DataRow("x\U00020000\U00020001 \U0001D7CE1", "x\U00020000\U00020001| |\U0001D7CE1")]
    [DataRow("\ud83d x", "\ud83d| x")]
    public void CharactersBeyondTheFirstPlaneAreWhatTheyAre(string text, string expected) =>
        Assert.AreEqual(expected, string.Join('|', new WordCutting(WordPatterns.Of("llama3", "")).Cut(text)));

    /// <summary>Of all categories of characters beyond U+FFFF.</summary>
    [TestMethod]
    public void StandInsAreOfTheirCategory()
    {
        for (int value = 0x10000; value <= 0x10FFFF; value++)
            if (Rune.GetUnicodeCategory(new Rune(value)) is var category)
                Assert.AreEqual(category, CharUnicodeInfo.GetUnicodeCategory(WordCutting.StandIn(category)), $"{category}");
    }
}
