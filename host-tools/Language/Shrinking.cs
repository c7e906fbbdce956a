using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Lowering;
using McuAi.ModelConverter.Language.Pruning;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Language.Training;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Training;

namespace McuAi.HostTools.Language;

/// <summary>What a step of shrinking cost and gave.</summary>
/// <param name="Perplexity">On text that nobody has learned from.</param>
/// <param name="Excess">Of the perplexity over the teacher's, as a share.</param>
/// <param name="Weights">Of the model, and what one token uses of them.</param>
/// <param name="Bytes">Of all matrices; of real numbers, four for each.</param>
public sealed record ShrinkStep(string Name, double Perplexity, double Excess, long Weights, long ActiveWeights, int CachedValues,
    long Bytes);

/// <summary>Makes a small model of a teacher: text from the teacher, parts that matter least left out, a student of latent attention
/// and experts, its blocks and its probabilities learned from the teacher's, and the same with rounded weights. What is done is kept
/// in a folder.</summary>
public sealed class Shrinking
{
    private const int CalibratingSequences = 24, CalibratingTokens = 128, PruningSequences = 32, RangeSequences = 12;
    private const int RoundingSequences = 160;
    private const double AdamRate = 0.15;

    private readonly ITransformerSource _source;
    private readonly ITokenizer _tokenizer;
    private readonly ShrinkOptions _options;
    private readonly Action<string> _log;
    private readonly TrainedTransformer<float> _teacher;

    private IReadOnlyList<int[]> _heldOut = [];
    private double _teacherNats;

    /// <summary>Where what is learned is in the teacher's residual stream.</summary>
    private TeacherStreams? _streams;

    /// <summary>What is learned from, and what is kept of the teacher, for the descriptions of checkpoints.</summary>
    private string _learned = "";

    /// <param name="log">Is told what goes on.</param>
    /// <exception cref="ModelException">The teacher cannot be shrunk so.</exception>
    public Shrinking(ITransformerSource teacher, ITokenizer tokenizer, ShrinkOptions options, Action<string> log)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(options);
        _source = teacher;
        (_tokenizer, _options, _log) = (tokenizer, options, log);
        Check(teacher.Shape, options);
        _teacher = new TrainedTransformer<float>(teacher);
        Directory.CreateDirectory(options.Folder);
    }

    /// <summary>Of every step, the teacher first.</summary>
    public List<ShrinkStep> Steps { get; } = [];

    /// <summary>The pack of the small model.</summary>
    /// <exception cref="ModelException">No model can be made so, or it does not fit the budget.</exception>
    public PackModel Run(CancellationToken cancellation)
    {
        var texts = new ShrinkTexts(_source, _teacher.Digest(), _tokenizer, _options, _log);
        TokenSequences data = texts.Data(cancellation);
        _learned = _options.Learned(_teacher, data);
        _heldOut = texts.HeldOut(data);
        _teacherNats = Likelihood.Of(_teacher, _heldOut);
        Report(First, _teacher, FloatBytes(_source.Shape));
        QuantizedTransformer integers = Rounded(Student(Pruned(data, cancellation), data, cancellation), data, cancellation);
        int[][] few = [.. _heldOut.Take(RangeSequences)];
        return Named(TransformerLowering.Lower(integers with { Shape = ShortShape(integers.Shape) }, new LoweringOptions
        {
            Ranges = [.. BalancedKeys.Greatest(integers, few).Select(CacheRange.Of)],
        }));
    }

    /// <summary>What can be known before any text is made up.</summary>
    private static void Check(TransformerShape teacher, ShrinkOptions options)
    {
        if (teacher.Vocabulary > TokenSequences.MostTokens)
            throw new ModelException($"The teacher has a vocabulary of {teacher.Vocabulary:N0} tokens, and texts to learn from hold " +
                $"{TokenSequences.MostTokens:N0} at most; take a teacher of a smaller vocabulary, or convert this one as it is.");
        TransformerShape kept = PrunedSizes.Apply(teacher, options.Sizes);
        if (options.Student is { } student)
            kept = StudentWeights.ShapeOf(kept, student);
        kept = options.Fresh?.Shape ?? kept;
        if (options.HasKnownSizes)
            LanguagePack.RequireRoom(kept, options.Plan, (options.Bits ?? 0) * kept.Parameters / 8);
    }

    /// <summary>The teacher without what is to go, or what goes for the budget, after it has learned to do without.</summary>
    private ITransformerSource Pruned(TokenSequences data, CancellationToken cancellation)
    {
        ITransformerSource kept = new ShrinkPruning(_source, _options, _learned, _log).Choose(
            ShrinkTexts.First(data, PruningSequences, _options.Tokens + 1), _options.HasKnownSizes ? null : Excess, cancellation);
        if (kept is not PrunedSource pruned)
            return _source;
        var model = new TrainedTransformer<float>(pruned);
        Report("pruned", model, FloatBytes(model.Shape));
        var falling = new Schedule(_options.Rate, _options.PruneSteps, 0.02, 0.01);
        (_streams, _learned) = (pruned.Streams, $"{_learned}, kept {pruned.Kept.Digest()}");
        Train(model, Goal, Muon(), Settings("pruned", falling, 4, _learned), data, cancellation);
        _learned += $", pruned {falling}";
        Report("pruned and trained", model, FloatBytes(model.Shape));
        return model;
    }

    private TrainedTransformer<float> Student(ITransformerSource source, TokenSequences data, CancellationToken cancellation)
    {
        if (_options.Fresh is { } fresh)
            return Fresh(fresh, data, cancellation);
        if (_options.Student is not { } shape)
        {
            var same = new TrainedTransformer<float>(new BalancedKeys(source, Few(data)));
            return _options.Endpoint is null ? same : Taught(same, _learned, data, cancellation);
        }

        TrainedTransformer<float> teacher = source as TrainedTransformer<float> ?? _teacher;
        var student = new TrainedTransformer<float>(new StudentWeights(teacher, shape, Few(data), _options.Seed));
        RequireFit(student.Shape);
        Report("factors and experts", student, FloatBytes(student.Shape));
        LanguageTrainingSettings blocks = Settings("blocks", new Schedule(_options.Rate, _options.BlockSteps, 0.05, 0.1), 1,
            $"{_learned}, {shape}") with { Tokens = Math.Min(CalibratingTokens, _options.Tokens) };
        Train(student, LanguageGoal.Blocks, Muon(), blocks, data, cancellation, teacher);
        Report("blocks learned", student, FloatBytes(student.Shape));
        return Taught(student, blocks.Description, data, cancellation);
    }

    private TrainedTransformer<float> Fresh(FreshStudent fresh, TokenSequences data, CancellationToken cancellation)
    {
        _log($"random weights to begin with, not parts of the teacher; {fresh.Reason}");
        RequireFit(fresh.Shape);
        var student = new TrainedTransformer<float>(new InitialWeights(fresh.Shape, _options.Seed));
        Report("random weights", student, FloatBytes(student.Shape));
        return Taught(student, $"{_learned}, {fresh.Shape}", data, cancellation);
    }

    private TrainedTransformer<float> Taught(TrainedTransformer<float> student, string before, TokenSequences data,
        CancellationToken cancellation)
    {
        var falling = new Schedule(_options.Rate, _options.TeachingSteps, 0.02, 0.01);
        LanguageTrainingSettings settings = Settings("teaching", falling, 2, before);
        if (_options.Fresh is not null) // its residual stream is none of the teacher's
            settings = settings with { HiddenWeight = 0 };
        Train(student, Goal, Muon(), settings, data, cancellation);
        Report(_options.Endpoint is null ? "probabilities learned" : "text learned", student, FloatBytes(student.Shape));
        return student;
    }

    /// <summary>Rounded at once so that products stay what they are (GPTQ), or bit by bit in training.</summary>
    private QuantizedTransformer Rounded(TrainedTransformer<float> student, TokenSequences data, CancellationToken cancellation)
    {
        int[][] text = ShrinkTexts.First(data, RoundingSequences, _options.Tokens);
        QuantizationPlan plan = _options.Bits is { } bits ? BitBudget.Choose(student, _options.Weights.Bits, bits, text) : _options.Plan;
        TrainedTransformer<float> calibrated = Quantized(Calibration.Run(student, plan, text), plan);
        calibrated.Fix(1);
        QuantizedTransformer integers = TrainedIntegers.Of(calibrated);
        Report("rounded and calibrated", calibrated, integers.Bytes);
        if (_options.IntegerSteps == 0)
            return integers;
        TrainedTransformer<float> trained = Quantized(student, plan);
        var falling = new Schedule(_options.IntegerRate, _options.IntegerSteps, 0.05, 0.01) { FallsEvenly = true };
        LanguageTrainingSettings settings = Settings("integers", falling, 3, $"{_learned}, {_options.Student}{_options.Fresh?.Shape}, {_options.BlockSteps}, " +
            $"{_options.TeachingSteps}, {_options.Rate}, {_options.Weights}, {_options.Embedding}" +
            (_options.Bits is null ? "" : $", {_options.Bits} bits")) with { HiddenWeight = 0 };
        Train(trained, Goal, new AdamW<float>(0, 0.9, 0.98), settings, data, cancellation);
        integers = TrainedIntegers.Of(trained);
        Report("rounded in training", trained, integers.Bytes);
        return integers;
    }

    private static TrainedTransformer<float> Quantized(ITransformerSource source, QuantizationPlan plan)
    {
        var model = new TrainedTransformer<float>(source) { RoundsActivations = true };
        model.Quantize(name => TrainedFormats.Of(plan, name));
        return model;
    }

    /// <summary>Of an endpoint there are no probabilities, only text.</summary>
    private LanguageGoal Goal => _options.Endpoint is null ? LanguageGoal.Teacher : LanguageGoal.NextToken;

    /// <summary>The first step's name: of an endpoint's text, the model given is what learns.</summary>
    private string First => _options.Endpoint is null ? "teacher" : "given";

    private static Muon<float> Muon() =>
        new(AdamRate, name => name is "embedding" or "head" || name.Contains("router", StringComparison.Ordinal));

    private static int[][] Few(TokenSequences data) => ShrinkTexts.First(data, CalibratingSequences, CalibratingTokens);

    /// <param name="part">Of the training: each draws other batches.</param>
    /// <param name="before">What the training begins with.</param>
    private LanguageTrainingSettings Settings(string name, Schedule schedule, int part, string before) => new()
    {
        Schedule = schedule, Tokens = _options.Tokens, Seed = _options.Seed + part - 1, ReportEvery = 200,
        Checkpoint = Path.Combine(_options.Folder, name + ".checkpoint"), Description = $"{name}: {schedule}; {before}",
        Streams = _streams,
    };

    /// <param name="teacher">Null: the teacher of all.</param>
    private void Train(TrainedTransformer<float> model, LanguageGoal goal, IOptimizer<float> optimizer,
        LanguageTrainingSettings settings, TokenSequences data, CancellationToken cancellation,
        TrainedTransformer<float>? teacher = null)
    {
        if (settings.Schedule.Steps == 0)
            return;
        string name = Path.GetFileNameWithoutExtension(settings.Checkpoint!);
        new LanguageTrainer(model, goal, teacher ?? _teacher, optimizer, settings).Run(data, progress => _log(
            $"{name}: step {progress.Step:N0} of {progress.Steps:N0}, loss {progress.Loss:F4}, {progress.TokensPerSecond:N0} " +
            "tokens/s"), cancellation);
    }

    private void Report(string name, TrainedTransformer<float> model, long bytes)
    {
        double nats = name == First ? _teacherNats : Likelihood.Of(model, _heldOut);
        var step = new ShrinkStep(name, Math.Exp(nats), Math.Exp(nats - _teacherNats) - 1, model.Shape.Parameters,
            model.Shape.ActiveParameters, model.Shape.CachedWidth * model.Shape.Layers, bytes);
        Steps.Add(step);
        _log($"{name}: perplexity {step.Perplexity:F3} ({100 * step.Excess:+0.00;-0.00} %), {bytes:N0} bytes");
    }

    private static long FloatBytes(TransformerShape shape) => 4 * shape.Parameters;

    private TransformerShape ShortShape(TransformerShape shape) => shape with { Context = Math.Min(_options.Context, shape.Context) };

    /// <summary>The pack that a model of a shape becomes, but for its numbers.</summary>
    private PackModel Foretold(TransformerShape shape) => Named(PackMeasure.Of(ShortShape(shape), _options.Plan));

    /// <summary>Bytes of flash that it takes beyond that.</summary>
    private long More(TransformerShape shape) =>
        _options.Bits is { } bits ? BitBudget.Beyond(shape, _options.Weights.Bits, bits) : 0;

    private double Excess(TransformerShape shape) => _options.Budget.Excess(Foretold(shape), More(shape));

    private void RequireFit(TransformerShape shape) => _options.Budget.Require(PackWriter.Write(Foretold(shape)), More(shape));

    private PackModel Named(PackModel model)
    {
        model.Tokenizer = TokenizerTables.Make(_tokenizer);
        model.Metadata["name"] = _options.Name;
        model.Metadata["source"] = _options.Source;
        return model;
    }
}
