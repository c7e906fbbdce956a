using System.Text.Json;
using McuAi.HostTools.Language;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Reals;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Reference.Transformer;
using McuAi.Tests.Commands;

namespace McuAi.Tests.Language;

/// <summary>mcuai convert, generate, perplexity and shrink with a language model, as people see them.</summary>
[TestClass]
public sealed class LanguageCommandTests : IDisposable
{
    private const int Context = 64;
    private const string Text = "One day, a big dog met a small cat in the park. They wanted to play with a red ball.\n<|endoftext|>\nTom was sad.";

    private readonly CommandLine tool = new();

    private static string Checkpoint => SharedData.Path("language/stories260k/stories260K.bin");

    private static string Vocabulary => SharedData.Path("language/stories260k/tok512.bin");

    public void Dispose() => tool.Dispose();

    /// <summary>On the host and on boards of three CPUs, the plain reference's greedy text; INT4.</summary>
    [TestMethod]
    public async Task TextIsTheReferences()
    {
        await ConvertAsync("int4");
        string expected = Greedy(LanguagePack.Read(tool["x.tsk"]), "Lily saw", 40);
        foreach (string[] board in (string[][])[[], ["--board", "mps2-an386"], ["--board", "mps3-an547"], ["--board", "riscv32-virt"]])
        {
            CommandResult run = await tool.RunAsync(["generate", tool["x.tsk"], "--prompt", "Lily saw", "--tokens", "40",
                "--temperature", "0", .. board]);
            Assert.AreEqual(0, run.Status, run.Errors);
            Assert.AreEqual(expected + "\n", run.Output, string.Join(' ', board));
        }
    }

    /// <summary>INT8 stays within 2 % of the model in real numbers, and a board foresees what the host does.</summary>
    [TestMethod]
    public async Task PerplexityIsNearThatOfRealNumbers()
    {
        await ConvertAsync("int8");
        File.WriteAllText(tool["t.txt"], Text);
        (int tokens, double nats) = await PerplexityAsync(tool["x.tsk"]);
        (int of, double reals) = await PerplexityAsync(Checkpoint, "--tokenizer", Vocabulary, "--context", $"{Context}");
        Assert.AreEqual(of, tokens);
        Assert.AreEqual(Nats(), reals, 1e-4);
        Assert.IsLessThan(0.02, Math.Abs(nats - reals));
        Assert.AreEqual((tokens, nats), await PerplexityAsync(tool["x.tsk"], "--board", "stm32f4-discovery"));
    }

    /// <summary>Guessed tokens change nothing but the passes through the weights; greedy and by chance, on the host and on a
    /// board.</summary>
    [TestMethod]
    [DataRow("0")]
    [DataRow("0.9")]
    public async Task GuessesSavePasses(string temperature)
    {
        await ConvertAsync("int8", "--rows", "4");
        string[] arguments = ["generate", tool["x.tsk"], "--tokens", "62", "--temperature", temperature, "--seed", "5", "--figures"];
        CommandResult plain = await tool.RunAsync(arguments);
        CommandResult guessing = await tool.RunAsync([.. arguments, "--draft", "3"]);
        CommandResult board = await tool.RunAsync([.. arguments, "--draft", "3", "--board", "mps2-an386"]);
        Assert.AreEqual(plain.Output, guessing.Output);
        Assert.AreEqual(plain.Output, board.Output);
        Assert.IsLessThan(Passes(plain), Passes(guessing));
        Assert.AreEqual(Passes(guessing), Passes(board));

        static int Passes(CommandResult run)
        {
            Assert.AreEqual(0, run.Status, run.Errors);
            string[] words = run.Errors.Split(' ', '\n');
            return int.Parse(words[Array.FindIndex(words, word => word.StartsWith("passes", StringComparison.Ordinal)) - 1],
                System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    /// <summary>A budget of bits is spent on weights of 4 bits and more.</summary>
    [TestMethod]
    public async Task BitsAreSpentWithoutOtherOptions()
    {
        File.WriteAllText(tool["text.txt"], string.Concat(Enumerable.Repeat("the cat and the dog went home. ", 40)));
        CommandResult run = await tool.RunAsync("convert", Checkpoint, "--tokenizer", Vocabulary, "--bits", "5.2", "--calibrate",
            tool["text.txt"], "--context", "64", "-o", tool["b.tsk"]);
        Assert.AreEqual(0, run.Status, run.Errors);
        DataType[] types = [.. LanguagePack.Read(tool["b.tsk"]).Model.Tensors.Where(tensor => tensor.Place == TensorPlace.Shard)
            .Select(tensor => tensor.Type).Distinct()];
        Assert.Contains(DataType.Int4, types);
        Assert.DoesNotContain(DataType.Int2, types);
    }

    /// <summary>Numbers stay the same; a board that cannot hold the model is named.</summary>
    [TestMethod]
    public async Task PacksAreLaidOutForBoards()
    {
        await ConvertAsync("int4");
        string story = Greedy(LanguagePack.Read(tool["x.tsk"]), "Lily saw", 20);
        await ConvertAsync("int4", "--board", "stm32f4-discovery");
        Assert.IsTrue(LanguagePack.Read(tool["x.tsk"]).Model.Operators.Where(node => node.Opcode is Opcode.Linear or Opcode.Embedding)
            .All(node => node.Layout == WeightLayout.Dsp));
        CommandResult told = await tool.RunAsync("generate", tool["x.tsk"], "--prompt", "Lily saw", "--tokens", "20", "--temperature", "0");
        Assert.AreEqual(story + "\n", told.Output, told.Errors);
        (await tool.RunAsync("convert", "random:tinyseek-8m", "--weights", "int4", "--board", "stm32f4-discovery", "-o", tool["y.tsk"]))
            .IsRefusal("stm32f4-discovery", "bytes");
        Assert.IsFalse(File.Exists(tool["y.tsk"]));
    }

    [TestMethod]
    public async Task MistakesAreRefusedWithASentence()
    {
        File.Copy(Checkpoint, tool["alone.bin"]);
        (await tool.RunAsync("convert", tool["alone.bin"])).IsRefusal("tokenizer", "--tokenizer");
        (await tool.RunAsync("convert", Checkpoint, "--tokenizer", tool["none.bin"])).IsRefusal("none.bin");
        (await tool.RunAsync("convert", Checkpoint, "--tokenizer", Vocabulary, "--group", "7")).IsRefusal("--group 7");
        (await tool.RunAsync("convert", Checkpoint, "--tokenizer", Vocabulary, "--bits", "5", "--calibrate", "none"))
            .IsRefusal("--bits", "--calibrate");
        await ConvertAsync("int8");
        string longer = string.Concat(Enumerable.Repeat("the cat and the dog went home. ", 20));
        (await tool.RunAsync("generate", tool["x.tsk"], "--prompt", longer)).IsRefusal("prompt", $"{Context}");
        (await tool.RunAsync("generate", tool["x.tsk"], "--tokens", "-1")).IsRefusal("--tokens");
        File.WriteAllText(tool["t.txt"], "\n");
        (await tool.RunAsync("perplexity", tool["x.tsk"], "--text", tool["t.txt"])).IsRefusal("longer");
        (await tool.RunAsync("perplexity", tool["x.tsk"], "--text", tool["t.txt"], "--context", "65")).IsRefusal("--context 65");
        (await tool.RunAsync("perplexity", tool["x.tsk"], "--text", tool["none.txt"])).IsRefusal("none.txt");
    }

    [TestMethod]
    public async Task NumbersThatCannotBeAreRefusedWithASentence()
    {
        await ConvertAsync("int8");
        foreach (string[] board in (string[][])[[], ["--board", "mps2-an386"]])
        {
            (await tool.RunAsync(["generate", tool["x.tsk"], "--temperature", "-1", .. board])).IsRefusal("temperature -1");
            (await tool.RunAsync(["generate", tool["x.tsk"], "--top-k", "-1", .. board])).IsRefusal("top-k -1");
        }

        (await tool.RunAsync("generate", tool["x.tsk"], "--stream", "--cache", "8")).IsRefusal("--cache 8", "16");
        string[] image = ["generate", tool["x.tsk"], "--board", "stm32f4-discovery", "--stream", "--image"];
        (await tool.RunAsync([.. image, tool["story.flash"]])).IsRefusal("story.flash", "story.elf");
        (await tool.RunAsync([.. image, tool["story.elf"], "--prompt", "Lily saw"])).IsRefusal("--prompt", "--image");
        (await tool.RunAsync([.. image, tool["story.elf"], "--draft", "0"])).IsRefusal("--draft", "--image");
        Assert.DoesNotContain("story", tool.Files);
        File.WriteAllText(tool["t.txt"], Text);
        (await tool.RunAsync("convert", Checkpoint, "--tokenizer", Vocabulary, "--calibrate", tool["t.txt"], "--context", "1"))
            .IsRefusal("--context 1", "--calibrate none");
        (await tool.RunAsync("language", "train", tool["t.txt"], "--width", "16")).IsRefusal("--width 16", "24");
    }

    /// <summary>What separates texts, and a mark of byte order, are no part of what is calibrated with.</summary>
    [TestMethod]
    public async Task TextsToCalibrateWithAreThoseOfTheFile()
    {
        File.WriteAllText(tool["a.txt"], "Tom saw a cat.\n<|endoftext|>\nThe cat was sad.");
        File.WriteAllText(tool["b.txt"], "\uFEFFTom saw a cat.<|endoftext|>The cat was sad.\n");
        byte[][] packs = new byte[2][];
        for (int i = 0; i < packs.Length; i++)
        {
            (await tool.RunAsync("convert", Checkpoint, "--tokenizer", Vocabulary, "--weights", "int4", "--context", $"{Context}",
                "--calibrate", tool[i == 0 ? "a.txt" : "b.txt"], "-o", tool["x.tsk"])).IsSuccess();
            packs[i] = File.ReadAllBytes(tool["x.tsk"]);
        }

        CollectionAssert.AreEqual(packs[0], packs[1]);
        File.WriteAllText(tool["t.txt"], Text);
        (int, double) plain = await PerplexityAsync(tool["x.tsk"]);
        File.WriteAllText(tool["t.txt"], "\uFEFF" + Text);
        Assert.AreEqual(plain, await PerplexityAsync(tool["x.tsk"]));
    }

    /// <summary>A folder with dots in its name, and more tokens in the model than in its tokenizer, which it draws nearly always.
    /// </summary>
    [TestMethod]
    public async Task FoldersNameTheirPacksAndTokensWithoutAPieceAreNothing()
    {
        string folder = HuggingFaceModelTests.Grouped("LlamaForCausalLM", "{}").Write(tool["Llama-3.2-1B"]);
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), """
            {"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]},
             "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false}}
            """);
        File.WriteAllText(Path.Combine(folder, "generation_config.json"), """{"eos_token_id": 1}""");
        (await tool.RunAsync("convert", "Llama-3.2-1B/", "--calibrate", "none")).IsSuccess();
        Assert.AreEqual("Llama-3.2-1B.tsk", tool.Files);
        LanguagePack pack = LanguagePack.Read(tool["Llama-3.2-1B.tsk"]);
        Assert.AreEqual(("Llama-3.2-1B", "Llama-3.2-1B"), (pack.Model.Metadata["name"], pack.Model.Metadata["source"]));
        Assert.AreEqual((31, 3), (pack.Vocabulary, pack.Tokenizer.Count));
        for (int seed = 1; seed < 4; seed++)
            (await tool.RunAsync("generate", "Llama-3.2-1B.tsk", "--prompt", "a", "--tokens", "9", "--seed", $"{seed}")).IsSuccess();
    }

    /// <summary>Sizes in its header, and nothing else: it has no bytes on the disk.</summary>
    [TestMethod]
    public async Task ModelsThatNoPackHoldsAreRefusedAtOnce()
    {
        (long width, long hidden, long layers, long heads, long vocabulary, long context) = (4096, 16_384, 5, 32, 512, 64);
        long numbers = (vocabulary * width) + (layers * ((2 * width) + (4 * width * width) + (3 * width * hidden))) + width
            + (context * (width / heads));
        using (FileStream file = File.Create(tool["large.bin"]))
        {
            foreach (long size in (long[])[width, hidden, layers, heads, heads, vocabulary, context])
                file.Write(BitConverter.GetBytes((int)size));
            file.SetLength(28 + (4 * numbers));
        }

        (await tool.RunAsync("convert", tool["large.bin"], "--tokenizer", Vocabulary, "--calibrate", "none"))
            .IsRefusal("1,073,741,824", "int4");
    }

    /// <summary>A student of a few steps: smaller cache, fewer weights read, and its pack tells stories. A second run finds all that
    /// the first one did.</summary>
    [TestMethod]
    public async Task StudentsAreMadeAndFoundAgain()
    {
        string[] arguments = ["shrink", Checkpoint, "--tokenizer", Vocabulary, "--to", "tinyseek", "--sequences", "40", "--length", "64",
            "--block-steps", "4", "--steps", "6", "--integer-steps", "4", "--json", "-o", tool["s.tsk"]];
        CommandResult run = await tool.RunAsync(arguments);
        Assert.AreEqual(0, run.Status, run.Errors);
        using JsonDocument json = JsonDocument.Parse(run.Output);
        JsonElement[] steps = [.. json.RootElement.GetProperty("steps").EnumerateArray()];
        Assert.HasCount(6, steps);
        Assert.AreEqual(steps[0].GetProperty("cached_values").GetInt32(), 4 * steps[^1].GetProperty("cached_values").GetInt32());
        Assert.IsLessThanOrEqualTo(steps[0].GetProperty("active_weights").GetInt64(),
            2 * steps[^1].GetProperty("active_weights").GetInt64());
        Assert.IsLessThan(steps[1].GetProperty("perplexity").GetDouble(), steps[3].GetProperty("perplexity").GetDouble());
        byte[] pack = File.ReadAllBytes(tool["s.tsk"]);
        LanguagePack read = LanguagePack.Read(tool["s.tsk"]);
        CommandResult told = await tool.RunAsync("generate", tool["s.tsk"], "--tokens", "20", "--temperature", "0");
        Assert.AreEqual(Greedy(read, "", 20) + "\n", told.Output);

        run = await tool.RunAsync(arguments);
        Assert.AreEqual(0, run.Status, run.Errors);
        Assert.DoesNotContain("blocks: step", run.Errors);
        CollectionAssert.AreEqual(pack, File.ReadAllBytes(tool["s.tsk"]));
    }

    private async Task ConvertAsync(string weights, params string[] more)
    {
        CommandResult run = await tool.RunAsync(["convert", Checkpoint, "--tokenizer", Vocabulary, "--weights", weights, "--context",
            $"{Context}", "--calibrate", "none", "-o", tool["x.tsk"], .. more]);
        run.IsSuccess();
    }

    private async Task<(int Tokens, double Nats)> PerplexityAsync(string model, params string[] more)
    {
        CommandResult run = await tool.RunAsync(["perplexity", model, "--text", tool["t.txt"], "--json", .. more]);
        run.IsSuccess();
        using JsonDocument json = JsonDocument.Parse(run.Output);
        return (json.RootElement.GetProperty("tokens").GetInt32(), json.RootElement.GetProperty("nats_per_token").GetDouble());
    }

    /// <summary>Of the text, token by token in real numbers.</summary>
    private static double Nats()
    {
        using var checkpoint = new Llama2cCheckpoint(Checkpoint);
        SentencePieceTokenizer tokenizer = Llama2cVocabulary.Read(Vocabulary);
        var model = new FloatTransformer(checkpoint);
        var nats = new List<double>();
        foreach (string text in Text.Split("<|endoftext|>"))
        {
            model.Reset();
            int before = tokenizer.Begin;
            foreach (int token in tokenizer.Encode(text.Trim()))
            {
                double[] logits = [.. model.Next(before).Select(logit => (double)logit)];
                nats.Add(Math.Log(logits.Sum(Math.Exp)) - logits[token]);
                before = token;
            }
        }

        return nats.Average();
    }

    private static string Greedy(LanguagePack pack, string prompt, int tokens)
    {
        var reference = new TransformerExecutor(pack.Model);
        int[] given = pack.Encode(prompt);
        int[] logits = [];
        var text = new List<byte>();
        for (int i = 0; i < given.Length; i++)
        {
            logits = reference.Next([given[i]], i);
            if (i > 0)
                text.AddRange(pack.Tokenizer.Decode(given[i], given[i - 1]).Span);
        }

        int last = given[^1];
        for (int i = 0; i < tokens; i++)
        {
            int next = Array.IndexOf(logits, logits.Max());
            text.AddRange(pack.Tokenizer.Decode(next, last).Span);
            logits = reference.Next([next], given.Length + i);
            last = next;
        }

        return System.Text.Encoding.UTF8.GetString([.. text]);
    }
}
