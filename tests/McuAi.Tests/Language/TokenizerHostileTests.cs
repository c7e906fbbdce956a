using System.Globalization;
using McuAi.HostTools.Emulation;
using McuAi.ModelConverter.Language;
using McuAi.Tests.Core;
using McuAi.Tests.Fuzz;

namespace McuAi.Tests.Language;

/// <summary>Records that lie, under AddressSanitizer and UBSan (tests/c/tokenizer_driver.c).</summary>
[TestClass]
public sealed class TokenizerHostileTests
{
    [TestMethod]
    [DataRow("pieces")]
    [DataRow("merged pieces")]
    [DataRow("None")]
    [DataRow("Llama3")]
    [DataRow("DeepSeekLlm")]
    [DataRow("DeepSeekV3")]
    public async Task NoRecordHurtsTheCore(string kind)
    {
        string driver = await NativeProgram.BuildAsync("gcc", ["-fsanitize=address,undefined"], "c/tokenizer_driver.c",
            "c/mutated_tables.c");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mcuai-tokenizer-");
        try
        {
            string path = Path.Combine(folder.FullName, "record.bin");
            await File.WriteAllBytesAsync(path, TokenizerTables.Make(kind switch
            {
                "pieces" => TokenizerCases.Stories(),
                "merged pieces" => TokenizerCases.MergedPieces(AddedSpace.Each),
                _ => TokenizerCases.BytePairs(Enum.Parse<WordPattern>(kind), keepsKnownWords: true),
            }));
            int rounds = LongTests.Choose(3000, 100_000);
            string counts = await ToolProcess.RunAsync(driver, [path, rounds.ToString(CultureInfo.InvariantCulture)],
                folder.FullName, ["gcc"], CancellationToken.None);
            int[] numbers = [.. counts.Split(' ').Where(word => char.IsDigit(word[0])).Select(int.Parse)];
            Assert.IsTrue(numbers[0] > rounds / 50 && numbers[1] > rounds / 4, counts); // both ways are taken
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
