using System.Text;
using McuAi.ModelConverter.Language;

namespace McuAi.Tests.Language;

/// <summary>Vocabularies of llama.cpp: the tokens that it gives for texts that were chosen to be hard.</summary>
[TestClass]
public sealed class GgufVocabularyTests
{
    [TestMethod]
    [DataRow("llama-spm", 32_000)]
    [DataRow("deepseek-llm", 102_400)]
    public void TokensAreThoseOfLlamaCpp(string name, int count)
    {
        ITokenizer tokenizer = TokenizerCases.OfLlamaCpp(name);
        Assert.AreEqual(count, tokenizer.Count);
        if (name == "llama-spm") // of the other, the numbers of the two tokens are among what is lost
            Assert.AreEqual((1, 2), (tokenizer.Begin, tokenizer.End));
        string path = SharedData.Path($"language/gguf-vocab/ggml-vocab-{name}.gguf");
        string[] texts = File.ReadAllText(path + ".inp").Split("\n__ggml_vocab_test__\n");
        string[] lines = File.ReadAllLines(path + ".out");
        Assert.IsGreaterThan(40, lines.Length);
        for (int i = 0; i < lines.Length; i++)
        {
            int[] expected = [.. lines[i].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
            CollectionAssert.AreEqual(expected, tokenizer.Encode(texts[i]), $"text {i}: '{texts[i]}', " +
                string.Join(' ', tokenizer.Encode(texts[i])));
        }
    }

    [TestMethod]
    [DataRow("llama-spm")]
    [DataRow("deepseek-llm")]
    public void DecodingGivesTheTextBack(string name)
    {
        ITokenizer tokenizer = TokenizerCases.OfLlamaCpp(name);
        string path = SharedData.Path($"language/gguf-vocab/ggml-vocab-{name}.gguf.inp");
        foreach (string text in File.ReadAllText(path).Split("\n__ggml_vocab_test__\n"))
        {
            var bytes = new List<byte>();
            int before = tokenizer.Begin;
            foreach (int token in tokenizer.Encode(text))
            {
                bytes.AddRange(tokenizer.Decode(token, before).Span);
                before = token;
            }

            Assert.AreEqual(text, Encoding.UTF8.GetString([.. bytes]));
        }
    }
}
