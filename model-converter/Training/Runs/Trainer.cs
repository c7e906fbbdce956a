using System.Diagnostics;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Training;

/// <summary>A batch: inputs [N, ...] and, for each row, target probabilities of the classes (or the values to be
/// predicted).</summary>
public sealed record Batch(Tensor<float> Inputs, float[] Targets);

/// <summary>Where batches come from. A batch depends on nothing but its number, so that a run can be resumed and repeated.
/// </summary>
public interface IBatchSource
{
    Batch Batch(int step);
}

/// <summary>One point of the curves of a run.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Loss">Mean since the last point.</param>
/// <param name="Accuracy">Share of training inputs whose likeliest class was right since the last point, 0..1.</param>
/// <param name="Validation">The same of the validation set; NaN where it was not measured.</param>
public readonly record struct CurvePoint(int Step, double Loss, double Accuracy, double Validation);

/// <summary>What a run tells while it goes on.</summary>
public sealed record Progress(CurvePoint Point, int Steps, double Rate, TimeSpan Left);

/// <summary>How a network is trained.</summary>
public sealed record TrainerSettings
{
    public required Schedule Schedule { get; init; }

    /// <summary>Greatest norm of the gradient.</summary>
    public double Clip { get; init; } = 5;

    /// <summary>Steps from one report to the next.</summary>
    public int ReportEvery { get; init; } = 50;

    /// <summary>Reports from one validation to the next.</summary>
    public int ValidateEvery { get; init; } = 4;

    /// <summary>File to resume from and to write to at each validation; null for none.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Seed of dropout.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Weight of the newest parameters in a running mean of them that replaces them at the end (Polyak and
    /// Juditsky, 1992); 0: no mean.</summary>
    public double Averaging { get; init; }

    /// <summary>Describes everything that the result depends on beside the code; kept in the checkpoint.</summary>
    public string Description { get; init; } = "";
}

/// <summary>Trains a classifier, or with a loss of its own anything else.</summary>
public sealed class Trainer(Network<float> network, IOptimizer<float> optimizer, TrainerSettings settings)
{
    private readonly Tape<float> _tape = new();
    private readonly List<CurvePoint> _curve = [];
    private readonly Dictionary<string, float[]> _means = [];

    public IReadOnlyList<CurvePoint> Curve => _curve;

    /// <summary>Computes the loss of a batch's outputs; cross-entropy by default.</summary>
    public Func<Tape<float>, Tensor<float>, Batch, Tensor<float>> Loss { get; init; } =
        (tape, outputs, batch) => tape.CrossEntropy(outputs, batch.Targets);

    /// <summary>Runs all steps that are left. <paramref name="validate"/> gives the accuracy on a validation set.</summary>
    public void Run(IBatchSource source, Func<double>? validate = null, Action<Progress>? report = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.ReportEvery, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.ValidateEvery, 1);
        int first = Resume();
        int steps = settings.Schedule.Steps;
        if (first >= steps)
            return;
        long began = Stopwatch.GetTimestamp();
        (double loss, int right, int seen, int sum) = (0, 0, 0, 0);
        using var batches = new Prefetch(source, first, steps, cancellation);
        for (int step = first; step < steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            Batch batch = batches.Next();
            int following = step + 1;
            (double stepLoss, int stepRight) = Step(batch, step);
            (loss, right, seen, sum) = (loss + stepLoss, right + stepRight, seen + batch.Inputs.Shape[0], sum + 1);
            if (following % settings.ReportEvery != 0 && following != steps)
                continue;
            bool validating = validate is not null &&
                (following / settings.ReportEvery % settings.ValidateEvery == 0 || following == steps);
            if (following == steps)
                TakeMeans();
            _curve.Add(new CurvePoint(following, loss / sum, (double)right / seen, validating ? validate!() : double.NaN));
            (loss, right, seen, sum) = (0, 0, 0, 0);
            report?.Invoke(new Progress(_curve[^1], steps, settings.Schedule.Rate(step),
                Stopwatch.GetElapsedTime(began) / (following - first) * (steps - following)));
            if (settings.Checkpoint is { } path && (validating || validate is null))
                Checkpoint.Write(path, following, settings.Description, State(), _curve);
        }
    }

    /// <summary>One step of training; gives the loss and how many likeliest classes were right.</summary>
    /// <exception cref="ModelException">The loss or its gradient is no finite number; no parameter was changed.
    /// </exception>
    public (double Loss, int Right) Step(Batch batch, int step)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _tape.Reset();
        _tape.IsTraining = true;
        IReadOnlyList<Parameter<float>> parameters = network.Parameters;
        foreach (Parameter<float> parameter in parameters)
            parameter.Value.Gradient.Clear();
        var random = new Random(HashCode(settings.Seed, step));
        Tensor<float> outputs = network.Forward(_tape, batch.Inputs, random);
        Tensor<float> loss = Loss(_tape, outputs, batch);
        RequireFinite(loss.Data[0], "loss", batch, step);
        _tape.Backward(loss);
        RequireFinite(GradientClipping.Clip(parameters, settings.Clip), "gradient", batch, step);
        optimizer.Step(parameters, settings.Schedule.Rate(step));
        network.Quantization?.Constrain();
        Average(parameters, step);
        return (loss.Data[0], Accuracy.Right(outputs.Data, batch.Targets, outputs.Channels));
    }

    /// <summary>Stops a run that has left the numbers: what it would go on with is lost, but not the last checkpoint.
    /// </summary>
    private void RequireFinite(double value, string what, Batch batch, int step)
    {
        if (double.IsFinite(value))
            return;
        bool inputs = !Array.TrueForAll(batch.Inputs.Array, float.IsFinite) || !Array.TrueForAll(batch.Targets, float.IsFinite);
        throw new ModelException($"Step {step}: the {what} is {value}. " + (inputs
            ? "The batch holds numbers that are not finite: look for them in the data."
            : $"Try a lower learning rate than {settings.Schedule.Peak} or a smaller gradient norm than {settings.Clip}."));
    }

    /// <summary>The same on every machine, unlike System.HashCode.</summary>
    internal static int HashCode(int seed, int step)
    {
        ulong x = ((ulong)(uint)seed << 32) | (uint)step;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return (int)(x >> 33);
    }

    private int Resume()
    {
        if (settings.Checkpoint is not { } path || !File.Exists(path))
            return 0;
        foreach (Parameter<float> parameter in network.Parameters)
            Mean(parameter);
        int step = Checkpoint.Read(path, settings.Description, State(), _curve);
        optimizer.Steps = step;
        return step;
    }

    private IEnumerable<float[]> State()
    {
        IReadOnlyList<Parameter<float>> parameters = network.Parameters;
        return [.. parameters.Select(parameter => parameter.Value.Array), .. network.Statistics,
            .. optimizer.State(parameters), .. settings.Averaging > 0 ? parameters.Select(Mean) : []];
    }

    private float[] Mean(Parameter<float> parameter)
    {
        if (!_means.TryGetValue(parameter.Name, out float[]? mean))
            _means.Add(parameter.Name, mean = parameter.Value.Data.ToArray());
        return mean;
    }

    private void Average(IReadOnlyList<Parameter<float>> parameters, int step)
    {
        if (settings.Averaging <= 0)
            return;
        // Early on the mean is over few steps, so the newest have more weight.
        float share = (float)Math.Max(settings.Averaging, 1.0 / (step + 1));
        foreach (Parameter<float> parameter in parameters)
        {
            float[] mean = Mean(parameter);
            for (int i = 0; i < mean.Length; i++)
                mean[i] += share * (parameter.Value.Array[i] - mean[i]);
        }
    }

    private void TakeMeans()
    {
        if (settings.Averaging > 0)
            foreach (Parameter<float> parameter in network.Parameters)
                Mean(parameter).CopyTo(parameter.Value.Array, 0);
    }

    /// <summary>Makes a batch while the one before is learned from. What a source works with may be given up once this is
    /// disposed of, even if the run has ended before its time.</summary>
    private sealed class Prefetch(IBatchSource source, int first, int steps, CancellationToken cancellation) : IDisposable
    {
        private int _step = first;
        private Task<Batch> _next = Task.Run(() => source.Batch(first), cancellation);

        public Batch Next()
        {
            Batch batch = _next.GetAwaiter().GetResult();
            int following = ++_step;
            if (following < steps)
                _next = Task.Run(() => source.Batch(following), cancellation);
            return batch;
        }

        public void Dispose() => Task.WhenAny(_next).GetAwaiter().GetResult();
    }
}
