using McuAi.HostTools.Models;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Lowering;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Language.Training;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Training;

namespace McuAi.HostTools.Language;

/// <summary>How a language model of characters is trained from a text.</summary>
/// <param name="Folder">Where checkpoints are kept: a run that was stopped goes on from there.</param>
public sealed record LanguageTrainingPlan(string Folder)
{
    /// <summary>Below it there is no latent of 8 numbers.</summary>
    public const int LeastWidth = 24;

    /// <summary>A multiple of 8, of at least <see cref="LeastWidth"/>.</summary>
    public int Width { get; init; } = 96;

    public int Layers { get; init; } = 4;

    public int Heads { get; init; } = 6;

    public int Experts { get; init; } = 8;

    /// <summary>Numbers that each layer looks up for a token; 0: none.</summary>
    public int LayerEmbedding { get; init; }

    /// <summary>Numbers of the inner layer of what guesses the token after the next one; 0: none.</summary>
    public int AheadHidden { get; init; }

    /// <summary>Tokens that the pack takes at once.</summary>
    public int Rows { get; init; } = 1;

    /// <summary>Tokens of a sequence, and that the model looks back on.</summary>
    public int Tokens { get; init; } = 256;

    /// <summary>Steps in real numbers, and those in which weights are rounded.</summary>
    public int Steps { get; init; } = 5000;

    public int IntegerSteps { get; init; } = 1000;

    public double Rate { get; init; } = 0.01;

    public MatrixFormat Weights { get; init; } = MatrixFormat.Int4;

    public int Seed { get; init; } = 1;

    /// <summary>Of a vocabulary.</summary>
    public TransformerShape Shape(int vocabulary)
    {
        const int Rotated = 8;
        int plain = Math.Max(Width / Heads / 8 * 8, 8);
        return new TransformerShape
        {
            Width = Width, Layers = Layers, Heads = Heads, KeyValueHeads = Heads, HeadWidth = plain + Rotated, Hidden = 2 * Width,
            Vocabulary = vocabulary, Context = Tokens, IsTied = true,
            LayerEmbedding = LayerEmbedding, AheadHidden = AheadHidden,
            Latent = new LatentShape(0, Width / 3 / 8 * 8, plain, Rotated, plain),
            Experts = new ExpertShape { Count = Experts, Chosen = 2, Hidden = Width / 2 / 8 * 8, SharedHidden = Width, Scale = 2 },
        };
    }
}

/// <summary>What a text's model came to.</summary>
/// <param name="Nats">Per token of the held-out tenth of the text, with rounded weights.</param>
/// <param name="RealNats">The same before weights were rounded.</param>
public sealed record LanguageTrainingResult(PackModel Pack, double RealNats, double Nats, int HeldOut);

/// <summary>Trains a TinySeek model of characters.</summary>
public static class LanguageTraining
{
    private const int HeldOutPart = 10, MostHeldOut = 200;
    private const double AdamRate = 0.15;

    /// <param name="log">Is told what goes on.</param>
    /// <exception cref="ModelException">The text is too short.</exception>
    public static LanguageTrainingResult Run(string text, LanguageTrainingPlan plan, Action<string> log)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(text);
        SentencePieceTokenizer tokenizer = Characters.Of(text);
        int[] tokens = tokenizer.Encode(text);
        int length = plan.Tokens + 1, held = tokens.Length / HeldOutPart;
        if (held < length)
            throw new ModelException($"The text has {tokens.Length:N0} characters; {HeldOutPart * length:N0} or more are needed, of which " +
                "a tenth is kept to judge the model by. Give a longer one, or fewer --length.");
        Directory.CreateDirectory(plan.Folder);
        TokenSequences data = Sequences(tokens[..^held], length, tokenizer.Begin);
        TokenSequences heldOut = Sequences(tokens[^held..], length, tokenizer.Begin);
        int judgedCount = Math.Min(heldOut.Count, MostHeldOut);
        List<int[]> judged = [.. Enumerable.Range(0, judgedCount).Select(i => heldOut.Tokens(i, 0, length))];
        TransformerShape shape = plan.Shape(tokenizer.Count);
        shape.Check("The plan");
        var model = new TrainedTransformer<float>(new InitialWeights(shape, plan.Seed));
        log($"{model.Shape.Parameters:N0} weights, {model.Shape.ActiveParameters:N0} used by a token; {data.Count:N0} sequences of " +
            $"{length}");
        var muon = new Muon<float>(AdamRate, name => name is "embedding" or "layer_embeddings" || name.Contains("router", StringComparison.Ordinal));
        Train(model, null, muon, Settings(plan, data, "reals", new Schedule(plan.Rate, plan.Steps, 0.02, 0.01)), data, log);
        double reals = Likelihood.Of(model, judged);
        log($"{reals:F4} nats per character of the held-out tenth");
        // Rounded, it learns what it was before, not the text again, which a small text would have it know by heart.
        var before = new TrainedTransformer<float>(model);
        model.RoundsActivations = true;
        model.Quantize(name => name.Contains("router", StringComparison.Ordinal) ? MatrixFormat.Int8 : plan.Weights);
        var falling = new Schedule(plan.Rate / 10, plan.IntegerSteps, 0.05, 0.01) { FallsEvenly = true };
        Train(model, before, new AdamW<float>(0, 0.9, 0.98), Settings(plan, data, "integers", falling) with { HiddenWeight = 0 }, data, log);
        double nats = Likelihood.Of(model, judged);
        log($"{nats:F4} with rounded weights");
        QuantizedTransformer integers = TrainedIntegers.Of(model);
        PackModel pack = TransformerLowering.Lower(integers, new LoweringOptions
        {
            Rows = plan.Rows, Ranges = [.. BalancedKeys.Greatest(integers, judged.Take(8)).Select(CacheRange.Of)],
        });
        pack.Tokenizer = TokenizerTables.Make(tokenizer);
        return new LanguageTrainingResult(pack, reals, nats, judged.Count * plan.Tokens);
    }

    private static LanguageTrainingSettings Settings(LanguageTrainingPlan plan, TokenSequences data, string name,
        Schedule schedule) => new()
    {
        Schedule = schedule, Tokens = plan.Tokens, Seed = plan.Seed, ReportEvery = 200,
        Checkpoint = Path.Combine(plan.Folder, name + ".checkpoint"),
        Description = $"{name}: {schedule}; {data.Digest()}; {plan with { Folder = "", Rows = 1, IntegerSteps = name == "reals" ? 0 : plan.IntegerSteps }}",
    };

    /// <param name="teacher">Null: the text itself is learned.</param>
    private static void Train(TrainedTransformer<float> model, TrainedTransformer<float>? teacher, IOptimizer<float> optimizer,
        LanguageTrainingSettings settings, TokenSequences data, Action<string> log)
    {
        LanguageGoal goal = teacher is null ? LanguageGoal.NextToken : LanguageGoal.Teacher;
        if (settings.Schedule.Steps > 0)
            new LanguageTrainer(model, goal, teacher, optimizer, settings).Run(data, progress => log(
                $"step {progress.Step:N0} of {progress.Steps:N0}, loss {progress.Loss:F4}, {progress.TokensPerSecond:N0} tokens/s"));
    }

    /// <summary>Pieces of a text, each behind the token of the beginning, and each begun in the middle of the one before.</summary>
    private static TokenSequences Sequences(int[] tokens, int length, int begin)
    {
        var sequences = new List<int>();
        for (int first = 0; first + length - 1 <= tokens.Length; first += length / 2)
            sequences.AddRange(tokens[first..(first + length - 1)].Prepend(begin));
        return TokenSequences.Of(sequences, length);
    }
}
