using System.Text;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;

namespace McuAi.Tests.Language;

/// <summary>JSON that parses, with texts that are none: bytes that are no UTF-8, and halves of characters.</summary>
[TestClass]
public sealed class DamagedJsonTests
{
    private const string Whole = """
        {"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]},
         "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false}}
        """;

    public required TestContext TestContext { get; init; }

    [TestMethod]
    [DataRow("\"BPE\"")]
    [DataRow("\"ab\"")]
    [DataRow("\"a b\"")]
    [DataRow("\"a\"")]
    [DataRow("\"model\"")]
    [DataRow("\"ByteLevel\"")]
    public void TextsThatAreNoneAreRefused(string place)
    {
        foreach (string damage in (string[])["\\ud800", "\u00FF"]) // the second one is written as a byte
        {
            string damaged = Whole.Replace(place, $"\"{damage}{place[1..]}");
            string folder = Folder(Encoding.Latin1.GetBytes(damaged));
            Assert.Contains("tokenizer.json",
                Assert.ThrowsExactly<ModelException>(() => HuggingFaceTokenizer.Read(folder, 3), damaged).Message);
        }

        Assert.AreEqual(3, HuggingFaceTokenizer.Read(Folder(Encoding.Latin1.GetBytes(Whole)), 3)!.Count);
    }

    private string Folder(byte[] tokenizer)
    {
        string folder = Path.Combine(TestContext.TestRunDirectory!, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "tokenizer.json"), tokenizer);
        File.WriteAllText(Path.Combine(folder, "generation_config.json"), """{"eos_token_id": 1}""");
        return folder;
    }
}
