using System.Diagnostics;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>How a language model is trained.</summary>
public sealed record LanguageTrainingSettings
{
    public required Schedule Schedule { get; init; }

    /// <summary>Sequences of a batch.</summary>
    public int Sequences { get; init; } = 16;

    /// <summary>Tokens of a sequence that are learned from.</summary>
    public int Tokens { get; init; } = 256;

    /// <summary>Greatest norm of the gradient.</summary>
    public double Clip { get; init; } = 1;

    /// <summary>How much a router's bias changes in a step by which its expert is chosen less often than others
    /// (DeepSeek-V3), at first; it falls to 0.</summary>
    public double BalanceRate { get; init; } = 2e-3;

    public int Seed { get; init; } = 1;

    /// <summary>Of the distance of each layer's residual stream from the teacher's at first; it falls to 0.</summary>
    public double HiddenWeight { get; init; } = 0.3;

    /// <summary>Of a student with fewer layers or channels than its teacher; null: it has as many.</summary>
    public TeacherStreams? Streams { get; init; }

    /// <summary>Steps from one report, and one checkpoint, to the next.</summary>
    public int ReportEvery { get; init; } = 100;

    /// <summary>File to resume from and to write to; null for none.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Describes everything that the result depends on beside the code; kept in the checkpoint.</summary>
    public string Description { get; init; } = "";
}

/// <summary>What a run tells while it goes on.</summary>
/// <param name="Loss">Mean since the last report.</param>
/// <param name="LeastLoad">The least share of tokens, of all experts of all layers, times the number of experts; 1 is
/// balance.
/// </param>
/// <param name="TokensPerSecond">Since the last report.</param>
public sealed record LanguageProgress(int Step, int Steps, double Loss, double LeastLoad, double GreatestLoad,
    double TokensPerSecond);

/// <summary>What is learned.</summary>
public enum LanguageGoal
{
    NextToken = 0,

    /// <summary>A teacher's blocks, one by one.</summary>
    Blocks = 1,

    /// <summary>A teacher's probabilities, and its residual stream at first.</summary>
    Teacher = 2,
}

/// <summary>Trains a transformer; a run that was killed goes on from its checkpoint with the same result.</summary>
public sealed class LanguageTrainer
{
    private const double HiddenUntil = 0.6, AllFixed = 0.9;

    private readonly TrainedTransformer<float> _model;
    private readonly IOptimizer<float> _optimizer;
    private readonly LanguageTrainingSettings _settings;
    private readonly IReadOnlyList<ISequenceLoss> _losses;
    private readonly BatchGradient _gradient;
    private readonly IReadOnlyList<Parameter<float>> _parameters;
    private readonly List<CurvePoint> _curve = [];

    /// <param name="teacher">Null where the goal is the next token.</param>
    public LanguageTrainer(TrainedTransformer<float> model, LanguageGoal goal, TrainedTransformer<float>? teacher,
        IOptimizer<float> optimizer, LanguageTrainingSettings settings)
    {
        (_model, _optimizer, _settings) = (model, optimizer, settings);
        if (goal != LanguageGoal.NextToken && teacher is null)
            throw new ArgumentException("Somebody has to teach.", nameof(teacher));
        _losses = BatchGradient.Losses(() => goal switch
        {
            LanguageGoal.NextToken => new NextTokenLoss(),
            LanguageGoal.Blocks => new BlockLoss(teacher!),
            _ => new DistillationLoss(teacher!, settings.HiddenWeight, HiddenUntil, settings.Streams),
        });
        (_gradient, _parameters) = (new BatchGradient(model), model.Parameters);
    }

    /// <summary>A point for each report.</summary>
    public IReadOnlyList<CurvePoint> Curve => _curve;

    /// <summary>Runs all steps that are left.</summary>
    /// <param name="data">Sequences of at least one token more than the settings say.</param>
    public void Run(TokenSequences data, Action<LanguageProgress>? report = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Length <= _settings.Tokens || _settings.Tokens > _model.Shape.Context)
            throw new ModelException($"{_settings.Tokens} tokens of a sequence do not fit the data, sequences of {data.Length}, " +
                $"and a context of {_model.Shape.Context}.");
        int steps = _settings.Schedule.Steps, first = Resume();
        (double loss, int since, long began) = (0, 0, Stopwatch.GetTimestamp());
        int[][] seen = Loads();
        for (int step = first; step < steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            loss += Step(data.Batch(_settings.Seed, step, _settings.Sequences, _settings.Tokens + 1), step, seen);
            since++;
            if ((step + 1) % _settings.ReportEvery != 0 && step + 1 != steps)
                continue;
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            (double least, double greatest) = Balance.Extremes(seen);
            report?.Invoke(new LanguageProgress(step + 1, steps, loss / since, least, greatest,
                (double)since * _settings.Sequences * _settings.Tokens / seconds));
            _curve.Add(new CurvePoint(step + 1, loss / since, double.NaN, double.NaN));
            if (_settings.Checkpoint is { } path)
                Checkpoint.Write(path, step + 1, _settings.Description, State(), _curve);
            (loss, since, began, seen) = (0, 0, Stopwatch.GetTimestamp(), Loads());
        }
    }

    /// <summary>One step; gives the loss.</summary>
    private double Step(IReadOnlyList<int[]> batch, int step, int[][] seen)
    {
        double progress = (double)step / _settings.Schedule.Steps;
        int[][] loads = Loads();
        double loss = _gradient.Of(batch, _losses, progress, loads);
        double norm = GradientClipping.Clip(_parameters, _settings.Clip);
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
            throw new ModelException($"Step {step}: the loss is {loss}, the norm of its gradient {norm}. Try a lower learning " +
                $"rate than {_settings.Schedule.Peak}.");
        _optimizer.Step(_parameters, _settings.Schedule.Rate(step));
        _model.Fix(FixedShare((step + 1.0) / _settings.Schedule.Steps));
        Balance.Shift(_model, loads, _settings.BalanceRate * (1 - progress));
        for (int layer = 0; layer < seen.Length; layer++)
            for (int expert = 0; expert < seen[layer].Length; expert++)
                seen[layer][expert] += loads[layer][expert];
        return loss;
    }

    /// <summary>The share of quantized weights that are rounded for good by then: the fewer are left, the slower. In the last part
    /// of the run only scales and vectors are learned.</summary>
    private static double FixedShare(double progress) => 1 - Math.Pow(1 - Math.Min(1, progress / AllFixed), 3);

    private int[][] Loads() =>
        [.. Enumerable.Range(0, _model.Shape.Layers).Select(_ => new int[_model.Shape.Experts?.Count ?? 0])];

    private int Resume()
    {
        if (_settings.Checkpoint is not { } path || !File.Exists(path))
            return 0;
        int step = Checkpoint.Read(path, _settings.Description, State(), _curve);
        _optimizer.Steps = step;
        _model.Round();
        return step;
    }

    private IEnumerable<float[]> State() =>
        [.. _parameters.Select(parameter => parameter.Value.Array), .. _model.RouterBiases,
            .. _model.Weights.SelectMany(each => each.Quantization?.State ?? []),
            .. _optimizer.State(_parameters)];
}

/// <summary>Experts that are chosen equally often, without a loss that asks for it (Wang et al., 2024).</summary>
internal static class Balance
{
    /// <summary>Raises the biases of experts that were chosen less often than others, and lowers those of the
    /// rest.</summary>
    /// <param name="loads">[layers][experts]: how often each was.</param>
    public static void Shift(TrainedTransformer<float> model, IReadOnlyList<int[]> loads, double rate)
    {
        for (int layer = 0; layer < loads.Count; layer++)
            if (model.Layers[layer].FeedForward is TrainedExperts<float> { Biases: { } biases })
            {
                double mean = loads[layer].Average();
                for (int expert = 0; expert < biases.Length; expert++)
                    biases[expert] += (float)(rate * Math.Sign(mean - loads[layer][expert]));
            }
    }

    /// <summary>The least and the greatest load, over the mean of their layer.</summary>
    public static (double Least, double Greatest) Extremes(IReadOnlyList<int[]> loads)
    {
        double[] shares = [.. loads.Where(layer => layer.Any(load => load > 0))
            .SelectMany(layer => layer.Select(load => load / layer.Average()))];
        return shares.Length == 0 ? (1, 1) : (shares.Min(), shares.Max());
    }
}
