using System.Text.Json.Nodes;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Batches;
using McuAi.ModelConverter.Language.Lowering;
using McuAi.ModelConverter.Language.Pruning;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Language.Reals;
using McuAi.ModelConverter.Language.Training;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Training;

namespace McuAi.Tests.Language;

/// <summary>Parts of models that are left out: the rest against the published code in float64, whose tensors are 0 there.</summary>
[TestClass]
public sealed class ModelPruningTests
{
    private const double MostError = 3e-4;
    private static readonly int[] Tokens = [3, 30, 7, 7, 0, 12, 5, 21, 19, 2, 28, 11, 3, 3];
    private static readonly int[] KeptChannels = [0, 1, 2, 4, 5, 7, 8, 9, 11, 12, 13, 14, 15, 17, 18, 19, 20, 22, 23];

    public required TestContext TestContext { get; init; }

    [TestMethod]
    [DataRow("LlamaForCausalLM", "{}")]
    [DataRow("LlamaForCausalLM", """{"tie_word_embeddings": true}""")]
    [DataRow("Qwen2ForCausalLM", "{}")]
    [DataRow("Qwen3ForCausalLM", """{"head_dim": 10}""")]
    [DataRow("DeepseekV3ForCausalLM", """{"n_group": 1, "topk_group": 1}""")]
    [DataRow("DeepseekV3ForCausalLM", """{"n_group": 1, "topk_group": 1, "q_lora_rank": 11, "tie_word_embeddings": true}""")]
    public void WhatIsKeptIsTheWholeModelWithZeros(string architecture, string changes)
    {
        RandomCheckpoint checkpoint = Checkpoint(architecture, changes);
        using var model = new HuggingFaceModel(checkpoint.Write(Folder()));
        KeptParts kept = Some(model.Shape);
        var pruned = new PrunedSource(model, kept);
        Assert.AreEqual((3, KeptChannels.Length, kept.Layers[0].Groups.Length), (pruned.Shape.Layers, pruned.Shape.Width,
            pruned.Shape.KeyValueHeads));
        pruned.Shape.Check("pruned");
        Assert.IsLessThan(model.Shape.Parameters, pruned.Shape.Parameters);
        Assert.AreEqual(pruned.Shape.Parameters, Count(pruned));
        double[][] whole = new PublishedTransformer(checkpoint).Logits(Tokens);
        new ZeroedCheckpoint(checkpoint, model.Shape, kept).Apply();
        double[][] expected = new PublishedTransformer(checkpoint).Logits(Tokens);
        Assert.IsGreaterThan(100 * MostError, Distance(whole[^1], expected[^1]), "what is left out has to matter");
        var floats = new FloatTransformer(pruned);
        for (int t = 0; t < Tokens.Length; t++)
            Assert.IsLessThan(MostError, Distance(expected[t], [.. floats.Next(Tokens[t]).Select(logit => (double)logit)]),
                $"token {t}");
    }

    /// <summary>A layer, heads, neurons, an expert and channels that do nothing are found, and the text is as likely without
    /// them.</summary>
    [TestMethod]
    [DataRow("LlamaForCausalLM", """{"tie_word_embeddings": true}""")]
    [DataRow("LlamaForCausalLM", "{}")]
    [DataRow("DeepseekV3ForCausalLM", """{"n_group": 1, "topk_group": 1}""")]
    public void UselessPartsAreFound(string architecture, string changes)
    {
        RandomCheckpoint checkpoint = Checkpoint(architecture, changes);
        TransformerShape shape;
        KeptParts planted;
        using (var model = new HuggingFaceModel(checkpoint.Write(Folder())))
        {
            shape = model.Shape;
            planted = Some(shape);
            new ZeroedCheckpoint(checkpoint, shape, planted).Apply();
        }

        using var zeroed = new HuggingFaceModel(checkpoint.Write(Folder()));
        int[][] text = TextSampler.Sample(zeroed, 1, 40, 40, 5);
        var pruning = new ModelPruning(zeroed, text, _ => { });
        TransformerShape sizes = planted.Shape(shape);
        pruning.To(Enum.GetValues<PrunedKind>().Where(kind => PrunedSizes.Of(shape, kind) > 0)
            .ToDictionary(kind => kind, kind => PrunedSizes.Of(sizes, kind)));
        Assert.AreEqual(planted.ToJson(), pruning.Kept.ToJson());
        Assert.AreEqual(Perplexity.NatsPerToken(zeroed, text),
            Perplexity.NatsPerToken(new PrunedSource(zeroed, pruning.Kept), text), 1e-5);
        Assert.AreEqual(0, Divergence(zeroed, new PrunedSource(zeroed, pruning.Kept), text[0]), 1e-5);
        Assert.IsGreaterThan(0.01, Divergence(zeroed, new PrunedSource(zeroed, KeptParts.Of(shape) with { Channels = KeptChannels[1..] }),
            text[0]));
    }

    /// <summary>The pack that is foretold is as large as the one that comes of it, and within the budget.</summary>
    [TestMethod]
    [DataRow("experts")]
    [DataRow("biased")]
    [DataRow("latent")]
    public void BudgetsAreKept(string kind)
    {
        TransformerShape shape = RandomTransformers.Shapes[kind] with { Width = 40, Layers = 4, Hidden = 64 };
        var source = new RandomWeights(shape, 9);
        var random = new Random(4);
        int[][] text = [.. Enumerable.Range(0, 4).Select(_ =>
            Enumerable.Range(0, 24).Select(_ => random.Next(shape.Vocabulary)).ToArray())];
        (int flash, int ram) = Sizes(PackMeasure.Of(shape, QuantizationPlan.Int4));
        (int flashBudget, int ramBudget) = (flash * 3 / 4, ram * 7 / 8);
        var pruning = new ModelPruning(source, text, _ => { });
        pruning.Within(each =>
        {
            (int bytes, int arena) = Sizes(PackMeasure.Of(each, QuantizationPlan.Int4));
            return Math.Max(0, ((double)bytes / flashBudget) - 1) + Math.Max(0, ((double)arena / ramBudget) - 1);
        });
        var pruned = new PrunedSource(source, pruning.Kept);
        PackModel pack = TransformerLowering.Lower(QuantizedTransformer.Plain(pruned, QuantizationPlan.Int4), new LoweringOptions
        {
            Ranges = [.. Enumerable.Repeat(CacheRange.Wide, pruned.Shape.Layers)],
        });
        Assert.AreEqual(Sizes(PackMeasure.Of(pruned.Shape, QuantizationPlan.Int4)), Sizes(pack));
        Assert.IsLessThanOrEqualTo(flashBudget, Sizes(pack).Flash);
        Assert.IsLessThanOrEqualTo(ramBudget, Sizes(pack).Ram);
        Assert.IsGreaterThan(flashBudget / 2, Sizes(pack).Flash);

        static (int Flash, int Ram) Sizes(PackModel model) => (PackWriter.Write(model).Length, model.ArenaBytes);
    }

    [TestMethod]
    public void ImpossibleBudgetsAndSizesAreRefused()
    {
        TransformerShape shape = RandomTransformers.Shapes["grouped experts"];
        int[][] text = [[1, 2, 3, 4, 5, 6, 7]];
        var pruning = new ModelPruning(new RandomWeights(shape, 9), text, _ => { });
        Assert.Contains("budget", Assert.ThrowsExactly<ModelException>(() => pruning.Within(_ => 1)).Message);
        foreach ((PrunedKind kind, int size) in ((PrunedKind, int)[])[(PrunedKind.Layers, 0), (PrunedKind.Layers, 3),
            (PrunedKind.Heads, 3), (PrunedKind.Width, 11), (PrunedKind.Hidden, 4), (PrunedKind.Experts, 4)])
            Assert.Contains(PrunedSizes.Name(kind), Assert.ThrowsExactly<ModelException>(() =>
                pruning.To(new Dictionary<PrunedKind, int> { [kind] = size })).Message);
    }

    [TestMethod]
    public void ChoicesAreKeptAsText()
    {
        TransformerShape shape = RandomTransformers.Shapes["experts"];
        KeptParts whole = KeptParts.Of(shape);
        Assert.AreEqual(shape, whole.Shape(shape));
        string json = whole.ToJson();
        Assert.AreEqual(json, KeptParts.FromJson(json, shape, "x").ToJson());
        foreach (string damaged in (string[])["", "{}", "null", json[..^1], json.Replace("[0,1,2", "[1,0,2", StringComparison.Ordinal),
            json.Replace("\"Index\":1", "\"Index\":2", StringComparison.Ordinal),
            json.Replace("\"Groups\":[0,1]", "\"Groups\":[]", StringComparison.Ordinal)])
            Assert.Contains("x is damaged",
                Assert.ThrowsExactly<ModelException>(() => KeptParts.FromJson(damaged, shape, "x")).Message);
    }

    private static RandomCheckpoint Checkpoint(string architecture, string changes)
    {
        JsonObject config = JsonNode.Parse("""
            {"hidden_size": 24, "num_hidden_layers": 4, "num_attention_heads": 4, "num_key_value_heads": 2, "intermediate_size": 20,
             "vocab_size": 32, "max_position_embeddings": 64, "rms_norm_eps": 0.001, "rope_theta": 100.0, "hidden_act": "silu",
             "tie_word_embeddings": false}
            """)!.AsObject();
        config["architectures"] = new JsonArray(architecture);
        if (architecture.StartsWith("Deepseek", StringComparison.Ordinal))
            Merge(config, """
                {"num_key_value_heads": 4, "q_lora_rank": null, "kv_lora_rank": 9, "qk_nope_head_dim": 6, "qk_rope_head_dim": 4,
                 "v_head_dim": 5, "n_routed_experts": 6, "num_experts_per_tok": 2, "n_shared_experts": 2, "moe_intermediate_size": 5,
                 "first_k_dense_replace": 2, "routed_scaling_factor": 1.5, "norm_topk_prob": true, "scoring_func": "sigmoid",
                 "topk_method": "noaux_tc"}
                """);
        Merge(config, changes);
        return new RandomCheckpoint(config.ToJsonString(), 3);

        static void Merge(JsonObject into, string json)
        {
            foreach ((string key, JsonNode? value) in JsonNode.Parse(json)!.AsObject())
                into[key] = value?.DeepClone();
        }
    }

    /// <summary>Some of everything; which differs from layer to layer.</summary>
    private static KeptParts Some(TransformerShape shape) => new(
        [.. KeptParts.Of(shape).Layers.Where(layer => layer.Index != 1).Select(layer => layer with
        {
            Groups = [.. layer.Groups.Where(group => group != layer.Index % shape.KeyValueHeads)],
            Neurons = [.. layer.Neurons.Where(neuron => neuron % 5 != layer.Index)],
            Experts = [.. layer.Experts.Where(expert => expert != layer.Index + 1)],
        })], KeptChannels);

    /// <summary>Of probabilities and of the residual stream after each layer, as they are learned.</summary>
    private static float Divergence(HuggingFaceModel teacher, PrunedSource student, int[] text)
    {
        var model = new TrainedTransformer<float>(student);
        var tape = new Tape<float>();
        var pass = new TransformerPass<float>(model, new WeightTensors<float>(model.Weights, true), tape);
        return new DistillationLoss(new TrainedTransformer<float>(teacher), 1, 1, student.Streams).Of(tape, pass, text, 1, 0).Data[0];
    }

    private string Folder() => Path.Combine(TestContext.TestRunDirectory!, Guid.NewGuid().ToString("N"));

    private static double Distance(double[] a, double[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();

    private static long Count(PrunedSource source) => source.Embedding().Length + source.FinalNorm().Length
        + (source.Shape.IsTied ? 0 : source.Head().Length)
        + Enumerable.Range(0, source.Shape.Layers).Sum(i => new TrainedTransformer<float>(source)
            .Weights.Where(weights => weights.Name.StartsWith($"layer{i}.", StringComparison.Ordinal)).Sum(weights =>
                (long)weights.Parameter.Value.Count)
            + (source.Shape.IsSparse(i) && source.Shape.Experts!.HasBiases ? source.Shape.Experts.Count : 0));
}
