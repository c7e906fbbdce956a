using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Batches;
using McuAi.ModelConverter.Language.Lowering;
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

/// <summary>Makes a small model of a teacher: text from the teacher, a student of latent attention and experts, its blocks and its
/// probabilities learned from the teacher's, and the same with rounded weights. What is done is kept in a folder.</summary>
public sealed class Shrinking
{
    private const int HeldOutSequences = 128, CalibratingSequences = 24, CalibratingTokens = 128, RangeSequences = 12, RoundingSequences = 160;
    private const double HotterTemperature = 1.25, AdamRate = 0.15;
    private const int HotterEvery = 4, SequencesOfPart = 2000, HeldOutSeed = 77;

    private readonly ITransformerSource _source;
    private readonly ITokenizer _tokenizer;
    private readonly ShrinkOptions _options;
    private readonly Action<string> _log;
    private readonly TrainedTransformer<float> _teacher;

    private IReadOnlyList<int[]> _heldOut = [];
    private double _teacherNats;

    /// <param name="log">Is told what goes on.</param>
    public Shrinking(ITransformerSource teacher, ITokenizer tokenizer, ShrinkOptions options, Action<string> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        _source = teacher;
        (_tokenizer, _options, _log) = (tokenizer, options, log);
        _teacher = new TrainedTransformer<float>(teacher);
        Directory.CreateDirectory(options.Folder);
    }

    /// <summary>Of every step, the teacher first.</summary>
    public List<ShrinkStep> Steps { get; } = [];

    /// <summary>The pack of the small model, without a tokenizer.</summary>
    public PackModel Run(CancellationToken cancellation)
    {
        TokenSequences data = Data();
        _heldOut = HeldOut(data);
        _teacherNats = Likelihood.Of(_teacher, _heldOut);
        Report("teacher", _teacher, FloatBytes(_source.Shape));
        TrainedTransformer<float> model = Rounded(Student(data, cancellation), data);
        Report("rounded and calibrated", model, TrainedIntegers.Of(model).Bytes);
        Train(model, LanguageGoal.Teacher, new AdamW<float>(0, 0.9, 0.98), Settings("integers", new Schedule(_options.IntegerRate,
            _options.IntegerSteps, 0.05, 0.01), 3, $"{Learned}, {_options.Student}, {_options.BlockSteps}, {_options.TeachingSteps}, " +
            $"{_options.Rate}, {_options.Weights}, {_options.Embedding}"), data, cancellation);
        QuantizedTransformer integers = TrainedIntegers.Of(model);
        Report("trained with rounded weights", model, integers.Bytes);
        int[][] few = [.. _heldOut.Take(RangeSequences)];
        TransformerShape shape = integers.Shape with { Context = Math.Min(_options.Context, integers.Shape.Context) };
        return TransformerLowering.Lower(integers with { Shape = shape }, new LoweringOptions
        {
            Ranges = [.. BalancedKeys.Greatest(integers, few).Select(CacheRange.Of)],
        });
    }

    private TrainedTransformer<float> Student(TokenSequences data, CancellationToken cancellation)
    {
        int[][] calibration = [.. Enumerable.Range(0, Math.Min(CalibratingSequences, data.Count)).Select(i =>
            data.Tokens(i, 0, Math.Min(CalibratingTokens, data.Length)))];
        if (_options.Student is not { } shape)
            return new TrainedTransformer<float>(new BalancedKeys(_source, calibration));
        var student = new TrainedTransformer<float>(new StudentWeights(_teacher, shape, calibration, _options.Seed));
        Report("factors and experts", student, FloatBytes(student.Shape));
        LanguageTrainingSettings blocks = Settings("blocks", new Schedule(_options.Rate, _options.BlockSteps, 0.05, 0.1), 1,
            $"{Learned}, {shape}") with { Tokens = Math.Min(CalibratingTokens, _options.Tokens) };
        Train(student, LanguageGoal.Blocks, Muon(), blocks, data, cancellation);
        Report("blocks learned", student, FloatBytes(student.Shape));
        var falling = new Schedule(_options.Rate, _options.TeachingSteps, 0.02, 0.01);
        Train(student, LanguageGoal.Teacher, Muon(), Settings("teaching", falling, 2, blocks.Description), data, cancellation);
        Report("probabilities learned", student, FloatBytes(student.Shape));
        return student;
    }

    /// <summary>Rounded so that products stay what they are (GPTQ), with inputs and the cache rounded as well; training goes on from
    /// there.</summary>
    private TrainedTransformer<float> Rounded(TrainedTransformer<float> student, TokenSequences data)
    {
        int[][] text = [.. Enumerable.Range(0, Math.Min(RoundingSequences, data.Count)).Select(i =>
            data.Tokens(i, 0, Math.Min(_options.Tokens, data.Length)))];
        var rounded = new TrainedTransformer<float>(Calibration.Run(student, new QuantizationPlan
        {
            Embedding = _options.Embedding, Attention = _options.Weights, FeedForward = _options.Weights,
        }, text)) { RoundsActivations = true };
        rounded.Quantize(Precision);
        return rounded;
    }

    private MatrixFormat? Precision(string name) =>
        name.Contains("router", StringComparison.Ordinal) ? MatrixFormat.Int8
        : name is "embedding" or "head" ? _options.Embedding
        : _options.Weights;

    private static Muon<float> Muon() =>
        new(AdamRate, name => name is "embedding" or "head" || name.Contains("router", StringComparison.Ordinal));

    /// <summary>What is learned from, for the descriptions of checkpoints.</summary>
    private string Learned => $"{_source.Shape.Parameters} weights teach {_options.Data ?? "own text"}, {_options.Sequences} sequences, " +
        $"{_options.Tokens} tokens, seed {_options.Seed}";

    /// <param name="part">Of the training: each draws other batches.</param>
    /// <param name="before">What the training begins with.</param>
    private LanguageTrainingSettings Settings(string name, Schedule schedule, int part, string before) => new()
    {
        Schedule = schedule, Tokens = _options.Tokens, Seed = _options.Seed + part - 1, ReportEvery = 200,
        Checkpoint = Path.Combine(_options.Folder, name + ".checkpoint"), Description = $"{name}: {schedule}; {before}",
    };

    private void Train(TrainedTransformer<float> model, LanguageGoal goal, IOptimizer<float> optimizer,
        LanguageTrainingSettings settings, TokenSequences data, CancellationToken cancellation)
    {
        if (settings.Schedule.Steps == 0)
            return;
        string name = Path.GetFileNameWithoutExtension(settings.Checkpoint!);
        new LanguageTrainer(model, goal, _teacher, optimizer, settings).Run(data, progress => _log(
            $"{name}: step {progress.Step:N0} of {progress.Steps:N0}, loss {progress.Loss:F4}, {progress.TokensPerSecond:N0} " +
            "tokens/s"), cancellation);
    }

    private void Report(string name, TrainedTransformer<float> model, long bytes)
    {
        double nats = name == "teacher" ? _teacherNats : Likelihood.Of(model, _heldOut);
        var step = new ShrinkStep(name, Math.Exp(nats), Math.Exp(nats - _teacherNats) - 1, model.Shape.Parameters,
            model.Shape.ActiveParameters, model.Shape.CachedWidth * model.Shape.Layers, bytes);
        Steps.Add(step);
        _log($"{name}: perplexity {step.Perplexity:F3} ({100 * step.Excess:+0.00;-0.00} %), {bytes:N0} bytes");
    }

    private static long FloatBytes(TransformerShape shape) => 4 * shape.Parameters;

    /// <summary>What is learned from: the file's text, or the teacher's own, every fourth part of it less likely.</summary>
    private TokenSequences Data()
    {
        if (_options.Data is { } text)
            return OfText(text);
        int length = Math.Min(513, _source.Shape.Context + 1);
        var tokens = new List<ushort>();
        for (int part = 0; part * SequencesOfPart < _options.Sequences; part++)
        {
            int count = Math.Min(SequencesOfPart, _options.Sequences - (part * SequencesOfPart));
            TokenSequences sampled = Sampled($"text{part}", count, length, 1000 + part + (1_000_003 * (_options.Seed - 1)),
                part % HotterEvery == HotterEvery - 1 ? HotterTemperature : 1);
            for (int i = 0; i < sampled.Count; i++)
                tokens.AddRange(sampled.Tokens(i, 0, length).Select(token => (ushort)token));
        }

        return new TokenSequences([.. tokens], length);
    }

    private TokenSequences Sampled(string name, int count, int length, int seed, double temperature)
    {
        string path = Path.Combine(_options.Folder, $"{name}.tokens");
        if (!File.Exists(path))
        {
            _log($"{name}: {count:N0} sequences of {length:N0} tokens from the teacher");
            int[][] texts = TextSampler.Sample(_source, Begin(), count, length, seed, null, temperature);
            new TokenSequences([.. texts.SelectMany(sequence => sequence).Select(token => (ushort)token)], length).Write(path);
        }

        TokenSequences read = TokenSequences.Read(path);
        return read.Count == count && read.Length == length ? read : throw new ModelException(
            $"{path} has {read.Count} sequences of {read.Length} tokens, not {count} of {length}; delete it, or give another " +
            "--work.");
    }

    private int Begin() => _tokenizer.Begin >= 0 ? _tokenizer.Begin : throw new ModelException(
        "Texts of the teacher have no token to begin with, so it cannot make any up; give some with --data FILE.");

    private TokenSequences OfText(string path)
    {
        int length = _options.Tokens + 1;
        string text = System.Text.Encoding.UTF8.GetString(Models.ModelFile.ReadBytes(path));
        ushort[] tokens = [.. TextSurprisal.Windows(_tokenizer, text, _options.Tokens).Where(window => window.Length == length)
            .SelectMany(window => window).Select(token => (ushort)token)];
        return tokens.Length > 0 ? new TokenSequences(tokens, length) : throw new ModelException(
            $"{path} has no {length} tokens to learn from in one piece; give a longer text, or fewer --length.");
    }

    /// <summary>Text of the teacher that is not learned from; where it cannot make any up, what is learned from.</summary>
    private IReadOnlyList<int[]> HeldOut(TokenSequences data)
    {
        if (_options.Data is not null && _tokenizer.Begin < 0)
            return [.. Enumerable.Range(0, Math.Min(HeldOutSequences, data.Count)).Select(i => data.Tokens(i, 0, data.Length))];
        int length = Math.Min(_options.Tokens + 1, _source.Shape.Context + 1);
        TokenSequences held = Sampled($"held-out{length}", HeldOutSequences, length, HeldOutSeed, 1);
        return [.. Enumerable.Range(0, held.Count).Select(i => held.Tokens(i, 0, length))];
    }
}
