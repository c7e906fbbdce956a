using System.Globalization;
using System.Text;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Language;
using McuAi.Tests.Core;

namespace McuAi.Tests.Language;

/// <summary>The core's categories of characters are those of .NET 10, Unicode 16.0.</summary>
[TestClass]
public sealed class CategoryTests
{
    private const int Characters = 0x110000;

    /// <summary>Writes the table anew if it is not.</summary>
    [TestMethod]
    public void TheTableIsThatOfDotNet()
    {
        if (SharedData.RepositoryRoot is null)
            Assert.Inconclusive("Runs inside the repository only.");
        string path = Path.Combine(SharedData.RepositoryRoot, "firmware/core/language/category_runs.h");
        string expected = "/* Runs of characters of one category, for categories.c: 8 * the first one, plus the category. Unicode " +
            "16.0. */\n/* clang-format off */\n" +
            string.Concat(Runs().Select(run => (8 * run) + Category(run)).Chunk(10)
                .Select(row => string.Join(", ", row.Select(number => number.ToString(CultureInfo.InvariantCulture))) + ",\n"));
        if (File.ReadAllText(path) == expected)
            return;
        string made = Path.Combine(Path.GetTempPath(), "category_runs.h");
        File.WriteAllText(made, expected);
        Assert.Fail($"{path} is not what .NET has; {made} is.");
    }

    [TestMethod]
    public void EveryCharacterHasItsCategory()
    {
        HostLibrary library = CoreRun.Library;
        for (int character = 0; character < Characters; character++)
            if (library.Text.Category(character) != Category(character))
                Assert.Fail($"U+{character:X4}: {library.Text.Category(character)}, not {Category(character)}");
    }

    /// <summary>Each character of the first plane, and the ends of each run beyond it, beside letters, digits, signs and
    /// spaces: the core cuts where the regular expressions do.</summary>
    [TestMethod]
    [DataRow(WordPattern.Gpt2)]
    [DataRow(WordPattern.Llama3)]
    [DataRow(WordPattern.Qwen2)]
    [DataRow(WordPattern.DeepSeekLlm)]
    [DataRow(WordPattern.DeepSeekCoder)]
    [DataRow(WordPattern.DeepSeekV3)]
    [DataRow(WordPattern.SmolLm)]
    public void TheCoreCutsAsRegularExpressionsDo(WordPattern words)
    {
        HostLibrary library = CoreRun.Library;
        var cutter = new WordCutter(words);
        IEnumerable<int> all = Enumerable.Range(0, 0x10000)
            .Concat(Runs().Where(run => run > 0x10000).SelectMany(run => (int[])[run - 1, run]));
        foreach (int[] chunk in all.Where(Rune.IsValid).Chunk(64))
        {
            string text = string.Concat(chunk.Select(character => char.ConvertFromUtf32(character) is var c
                ? $"{c}a'{c} {c}1中{c}{c}\n {c}!a" : ""));
            byte[] bytes = Encoding.UTF8.GetBytes(text), begins = new byte[(bytes.Length + 7) / 8];
            Cut(library, bytes, words, begins);
            string[] expected = [.. cutter.Cut(text)];
            int at = 0;
            foreach (string word in expected)
            {
                if (at > 0 && (begins[at / 8] & (1 << (at % 8))) == 0)
                    Assert.Fail($"U+{chunk[0]:X4}: no word begins before '{word}'");
                at += Encoding.UTF8.GetByteCount(word);
            }

            int count = Enumerable.Range(1, bytes.Length - 1).Count(i => (begins[i / 8] & (1 << (i % 8))) != 0);
            Assert.AreEqual(expected.Length, count + 1, $"U+{chunk[0]:X4}");
        }
    }

    private static unsafe void Cut(HostLibrary library, byte[] text, WordPattern words, byte[] begins)
    {
        fixed (byte* first = text, bits = begins)
            library.Text.Cut(first, (uint)text.Length, (uint)words, bits);
    }

    private static IEnumerable<int> Runs() => Enumerable.Range(0, Characters)
        .Where(character => character == 0 || Category(character) != Category(character - 1));

    /// <summary>By the numbers of firmware/core/language/categories.h.</summary>
    private static int Category(int character) => CharUnicodeInfo.GetUnicodeCategory(character) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter => 1,
        UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => 2,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => 3,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => 4,
        >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation => 5,
        >= UnicodeCategory.MathSymbol and <= UnicodeCategory.OtherSymbol => 6,
        UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => 7,
        _ => 0,
    };
}
