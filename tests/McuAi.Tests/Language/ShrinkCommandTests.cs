using System.Text.Json;
using McuAi.HostTools.Language;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Pruning;
using McuAi.ModelConverter.Language.Training;
using McuAi.ModelConverter.Pack;
using McuAi.Tests.Commands;

namespace McuAi.Tests.Language;

/// <summary>mcuai shrink for budgets, sizes and bits, and with a teacher that only gives text.</summary>
[TestClass]
public sealed class ShrinkCommandTests : IDisposable
{
    private readonly CommandLine tool = new();

    private static string Checkpoint => SharedData.Path("language/stories260k/stories260K.bin");

    private static string Vocabulary => SharedData.Path("language/stories260k/tok512.bin");

    public void Dispose() => tool.Dispose();

    /// <summary>Without the budget the pack has 189,408 bytes.</summary>
    [TestMethod]
    public async Task BudgetsAreKeptAndChoicesFoundAgain()
    {
        string[] arguments = Arguments("--flash", "170k", "--ram", "85k", "--prune-steps", "3", "--integer-steps", "2", "--context",
            "256");
        CommandResult run = await tool.RunAsync(arguments);
        Assert.AreEqual(0, run.Status, run.Errors);
        Assert.Contains("pruned to", run.Errors);
        byte[] pack = File.ReadAllBytes(tool["s.tsk"]);
        Assert.IsLessThanOrEqualTo(170 * 1024, pack.Length);
        Assert.IsGreaterThan(150 * 1024, pack.Length);
        Assert.IsLessThanOrEqualTo(85 * 1024, LanguagePack.Read(tool["s.tsk"]).Model.ArenaBytes);
        using JsonDocument json = JsonDocument.Parse(run.Output);
        JsonElement[] steps = [.. json.RootElement.GetProperty("steps").EnumerateArray()];
        CollectionAssert.AreEqual((string[])["teacher", "pruned", "pruned and trained", "rounded and calibrated",
            "rounded in training"], steps.Select(step => step.GetProperty("name").GetString()).ToArray());
        Assert.IsLessThan(steps[0].GetProperty("weights").GetInt64(), steps[1].GetProperty("weights").GetInt64());
        Assert.IsLessThan(steps[1].GetProperty("perplexity").GetDouble(), steps[2].GetProperty("perplexity").GetDouble());

        run = await tool.RunAsync(arguments);
        Assert.AreEqual(0, run.Status, run.Errors);
        Assert.DoesNotContain("pruned to", run.Errors);
        Assert.DoesNotContain("pruned: step", run.Errors);
        CollectionAssert.AreEqual(pack, File.ReadAllBytes(tool["s.tsk"]));
    }

    /// <summary>Sizes as asked for, and bits a weight.</summary>
    [TestMethod]
    public async Task SizesAndBitsAreAsAskedFor()
    {
        CommandResult run = await tool.RunAsync(Arguments("--layers", "4", "--heads", "6", "--width", "56", "--hidden", "120",
            "--prune-steps", "2", "--integer-steps", "2", "--bits", "5.2"));
        Assert.AreEqual(0, run.Status, run.Errors);
        PackModel pack = LanguagePack.Read(tool["s.tsk"]).Model;
        PackOperator attention = pack.Operators.First(node => node.Opcode == Opcode.Attention);
        Assert.AreEqual((4, 6, 3), (pack.Operators.Count(node => node.Opcode == Opcode.Attention), attention.Parameters[0],
            attention.Parameters[1]));
        Assert.HasCount(4, pack.Operators.FindAll(node => node.Opcode == Opcode.SwiGlu && node.Output.Dim(3) == 120));
        long weights = (512L * 56) + (4 * ((2L * 56 * 48) + (2 * 56 * 24) + (3 * 56 * 120)));
        using JsonDocument json = JsonDocument.Parse(run.Output);
        JsonElement last = json.RootElement.GetProperty("steps")[4];
        Assert.AreEqual(weights + (9 * 56), last.GetProperty("weights").GetInt64());
        Assert.IsLessThanOrEqualTo(5.2, 8.0 * last.GetProperty("bytes").GetInt64() / weights);
        Assert.IsGreaterThan(4.9, 8.0 * last.GetProperty("bytes").GetInt64() / weights);
        Assert.HasCount(2, pack.Tensors.Where(tensor => tensor.Place == TensorPlace.Shard).Select(tensor => tensor.Type).Intersect(
            (DataType[])[DataType.Int4, DataType.Int8]).ToArray());
    }

    [TestMethod]
    public async Task WhatCannotBeIsRefusedWithASentence()
    {
        (await RefusedAsync("--flash", "4k")).Contains("do not fit the budget");
        (await RefusedAsync("--heads", "5")).Contains("multiple of 2");
        (await RefusedAsync("--to", "tinyseek-2m", "--latent", "8")).Contains("--latent: the student has the sizes of its name");
        (await RefusedAsync("--bits", "5", "--embedding", "int8")).Contains("--embedding");
        (await RefusedAsync("--teacher-url", "http://localhost:1/v1")).Contains("--teacher-model");
        (await RefusedAsync("--board", "abacus")).Contains("abacus");
    }

    /// <summary>A student learns an endpoint's text, and the texts are asked for once.</summary>
    [TestMethod]
    public async Task EndpointsTeachByText()
    {
        using var server = new ChatServer(_ => (200, "Lily saw a big dog. The dog was happy. Lily and the dog played in the park."));
        string[] arguments = Arguments("--teacher-url", $"{server.Url}", "--teacher-model", "story", "--steps", "8",
            "--integer-steps", "2", "--rate", "0.003");
        CommandResult run = await tool.RunAsync(arguments);
        Assert.AreEqual(0, run.Status, run.Errors);
        Assert.AreEqual(40, server.Requests);
        using JsonDocument json = JsonDocument.Parse(run.Output);
        double[] perplexities = [.. json.RootElement.GetProperty("steps").EnumerateArray().Select(step =>
            step.GetProperty("perplexity").GetDouble())];
        Assert.IsLessThan(0.8 * perplexities[0], perplexities[1], run.Output);
        Assert.IsTrue(File.Exists(tool["s.tsk.shrink/endpoint.jsonl"]));
        run = await tool.RunAsync(arguments);
        Assert.AreEqual(0, run.Status, run.Errors);
        Assert.AreEqual(40, server.Requests);
    }

    /// <summary>A dense teacher that is wider and has more layers becomes a named size, but for the norm of latents.</summary>
    [TestMethod]
    public void NamedStudentsHaveTheSizesOfTheirName()
    {
        TransformerShape teacher = RandomTransformers.Shapes["grouped"] with
        {
            Width = 72, Layers = 5, Heads = 8, KeyValueHeads = 8, HeadWidth = 16, Hidden = 90, Vocabulary = 512, Context = 256,
        };
        NamedStudent named = NamedStudent.Of("tinyseek-260k", teacher);
        var source = new RandomWeights(teacher, 3);
        int[][] text = [[.. Enumerable.Range(0, 90).Select(i => i * i % 512)]];
        var pruning = new ModelPruning(source, text, _ => { });
        pruning.To(named.Kept);
        var pruned = new TrainedTransformer<float>(new PrunedSource(source, pruning.Kept));
        TransformerShape student = new StudentWeights(pruned, named.Student!, text).Shape;
        TransformerShape size = TinySeekSizes.All["tinyseek-260k"];
        Assert.AreEqual(size.Latent! with { NormsLatent = false }, student.Latent);
        Assert.AreEqual(size.Experts! with { Scale = student.Experts!.Scale }, student.Experts);
        Assert.AreEqual(size with
        {
            Latent = student.Latent, Experts = student.Experts, Hidden = student.Hidden, Frequencies = student.Frequencies,
            ScoreFactor = student.ScoreFactor,
        }, student);
        foreach ((TransformerShape other, string reason) in ((TransformerShape, string)[])[(teacher with { Width = 60 }, "its width is 64"),
            (teacher with { Layers = 3 }, "it has 4 layers"), (teacher with { HeadWidth = 8 }, "its values have 16 numbers"),
            (teacher with { Heads = 2, KeyValueHeads = 2 }, "it has 4 heads"), (teacher with { HasBiases = true }, "without biases"),
            (teacher with { NormsHeads = true }, "norms of heads")])
        {
            NamedStudent fresh = NamedStudent.Of("tinyseek-260k", other);
            Assert.Contains(reason, fresh.Fresh!.Reason);
            Assert.IsNull(fresh.Student);
        }

        Assert.Contains("compressed", NamedStudent.Of("tinyseek-28m", teacher).Fresh!.Reason);
        Assert.AreEqual(511, NamedStudent.Of("tinyseek-28m", teacher with { Vocabulary = 511 }).Fresh!.Shape.Vocabulary);
    }

    /// <summary>A size that nothing of the teacher fits begins with random weights, and learns from the teacher all the same.</summary>
    [TestMethod]
    public async Task NamedStudentsLearnFromAnyTeacher()
    {
        CommandResult run = await tool.RunAsync(Arguments("--to", "tinyseek-1m", "--steps", "12", "--integer-steps", "4"));
        Assert.AreEqual(0, run.Status, run.Errors);
        Assert.Contains("its width is 96, the teacher's 64", run.Errors);
        TransformerShape size = TinySeekSizes.All["tinyseek-1m"] with { Vocabulary = 512 };
        using JsonDocument json = JsonDocument.Parse(run.Output);
        JsonElement[] steps = [.. json.RootElement.GetProperty("steps").EnumerateArray()];
        CollectionAssert.AreEqual((string[])["teacher", "random weights", "probabilities learned", "rounded and calibrated",
            "rounded in training"], steps.Select(step => step.GetProperty("name").GetString()).ToArray());
        Assert.AreEqual(size.Parameters, steps[^1].GetProperty("weights").GetInt64());
        double[] perplexities = [.. steps.Select(step => step.GetProperty("perplexity").GetDouble())];
        Assert.IsLessThan(0.5 * perplexities[1], perplexities[2], run.Output);
        PackModel pack = LanguagePack.Read(tool["s.tsk"]).Model;
        Assert.AreEqual(size.Layers, pack.Operators.Count(node => node.Opcode == Opcode.Experts));
    }

    private string[] Arguments(params string[] more) => ["shrink", Checkpoint, "--tokenizer", Vocabulary, "--sequences", "40",
        "--length", "64", "--json", "-o", tool["s.tsk"], .. more];

    /// <summary>Before anything is trained.</summary>
    private async Task<Refusal> RefusedAsync(params string[] more)
    {
        CommandResult run = await tool.RunAsync(Arguments(["--prune-steps", "0", "--integer-steps", "0", .. more]));
        Assert.AreEqual(1, run.Status, run.Output);
        string last = run.Errors.TrimEnd().Split('\n')[^1];
        Assert.StartsWith("mcuai: ", last);
        Assert.EndsWith(".", last);
        return new Refusal(last);
    }

    private sealed record Refusal(string Sentence)
    {
        public void Contains(string words) => Assert.Contains(words, Sentence);
    }
}
