using McuAi.ModelConverter.Audio;
using McuAi.ModelConverter.Compression;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Training;

/// <summary>A keyword spotter's network and how it is trained.</summary>
public sealed record KeywordRecipe
{
    /// <summary>temporal or ds-cnn.</summary>
    public string Network { get; init; } = "temporal";

    /// <summary>Channels of the blocks.</summary>
    public int Width { get; init; } = 80;

    public int Blocks { get; init; } = 4;

    /// <summary>Frames of the front end from one frame of the network to the next: 1 tells shorter sounds apart, for about twice
    /// the multiplications and the activations of 2.</summary>
    public int TimeStride { get; init; } = 2;

    /// <summary>Steps in real numbers.</summary>
    public int Steps { get; init; } = 2000;

    /// <summary>Steps with quantization.</summary>
    public int QuantizedSteps { get; init; } = 800;

    public double Rate { get; init; } = 4e-3;

    public double QuantizedRate { get; init; } = 1e-3;

    public double Decay { get; init; } = 1e-2;

    public double Dropout { get; init; } = 0.2;

    /// <summary>Networks in real numbers, differently begun, whose mean teaches the quantized one.</summary>
    public int Teachers { get; init; } = 1;

    /// <summary>Whether the integer model is all teachers at once, rather than one network that they teach.</summary>
    public bool Committee { get; init; }

    /// <summary>Weights of the integer model.</summary>
    public DataType Weights { get; init; } = DataType.Int4;

    public int Seed { get; init; } = 1;

    /// <summary>What the training in real numbers of one network depends on: a checkpoint of it serves any number of teachers.
    /// </summary>
    internal KeywordRecipe RealPhase => this with { QuantizedSteps = 0, Teachers = 1, Committee = false };

    public ModelGraph Build(FrontEndSettings settings, int classes) => Network switch
    {
        "temporal" => KeywordNetworks.Temporal(settings.Frames, settings.Features, classes, Seed, Width, Blocks, timeStride: TimeStride),
        "ds-cnn" => KeywordNetworks.DsCnn(settings.Frames, settings.Features, classes, Seed, Width, Blocks, TimeStride),
        _ => throw new ModelException($"There is no network '{Network}'; there are temporal and ds-cnn."),
    };
}

/// <summary>Shares of the validation and test inputs that were classified right; NaN where there are none.</summary>
public readonly record struct KeywordAccuracy(double Validation, double Test);

/// <summary>Trains a keyword spotter: first in real numbers, then with the quantization of the integer model.</summary>
public sealed class KeywordTraining(KeywordRecipe recipe, IBatchSource batches, KeywordInputs validation,
    KeywordInputs test, FrontEndSettings frontEnd, int classes)
{
    /// <summary>Training batches whose activations set the ranges of the integer model.</summary>
    private const int CalibrationBatches = 8;

    /// <summary>Of the network in real numbers in the loss of the second phase.</summary>
    private const double TeacherShare = 0.9;

    public Network<float> Network { get; private set; } = new(recipe.Build(frontEnd, classes)) { Dropout = recipe.Dropout };

    /// <summary>Of both phases, steps counted on.</summary>
    public List<CurvePoint> Curve { get; } = [];

    /// <summary>In real numbers, after the first phase; of a committee, all of it.</summary>
    public KeywordAccuracy Real { get; private set; } = new(double.NaN, double.NaN);

    /// <summary>With quantization, after the second.</summary>
    public KeywordAccuracy Quantized { get; private set; } = new(double.NaN, double.NaN);

    /// <param name="checkpoint">File to resume from; null for none.</param>
    /// <returns>The integer model.</returns>
    public ModelGraph Run(string? checkpoint = null, Action<Progress>? report = null, CancellationToken cancellation = default)
    {
        if (recipe is { Committee: true, QuantizedSteps: < 1 })
            throw new ModelException($"A committee is made in the steps with quantization, of which there are {recipe.QuantizedSteps}.");
        Train(recipe.Steps, recipe.Rate, 0, checkpoint, report, cancellation);
        Real = Measure();
        if (recipe.QuantizedSteps > 0)
        {
            // What it has learned in real numbers goes on teaching it: by the labels alone it would learn the training voices
            // once more, and lose what it can do with others.
            Network<float>[] teachers = [FineTuning.Copy(Network), .. Others(checkpoint, report, cancellation)];
            var teacher = new Distillation(teachers, share: TeacherShare);
            if (recipe.Committee)
            {
                Network = new Network<float>(Committee.Of(teachers));
                Real = Measure();
            }

            Network.Quantization = new QuantizationAwareness<float>(Network, _ => recipe.Weights);
            Network.Quantization.Calibrate(Enumerable.Range(0, CalibrationBatches).Select(step => batches.Batch(step).Inputs),
                99.95, new Dictionary<Tensor, Quantization>
                {
                    [Network.Graph.Inputs[0]] = new((float)frontEnd.Scale, frontEnd.ZeroPoint),
                });
            Network.Dropout = 0;
            Train(recipe.QuantizedSteps, recipe.QuantizedRate, recipe.Steps * recipe.Teachers, checkpoint, report, cancellation,
                teacher);
            Quantized = Measure();
        }

        return TrainedGraph.Quantized(Network, Rows(batches.Batch(0).Inputs));
    }

    /// <summary>The teachers besides the network itself: of other seeds, and of batches of their own.</summary>
    private List<Network<float>> Others(string? checkpoint, Action<Progress>? report, CancellationToken cancellation)
    {
        var others = new List<Network<float>>();
        for (int teacher = 1; teacher < recipe.Teachers; teacher++)
        {
            KeywordRecipe own = recipe.RealPhase with { Seed = Trainer.HashCode(recipe.Seed, teacher) };
            int before = recipe.Steps * teacher;
            var training = new KeywordTraining(own, new LaterBatches(batches, before), KeywordInputs.None(frontEnd),
                KeywordInputs.None(frontEnd), frontEnd, classes);
            training.Train(own.Steps, own.Rate, 0, checkpoint is null ? null : $"{checkpoint}.teacher{teacher}",
                progress => report?.Invoke(Counted(progress, before)), cancellation);
            others.Add(training.Network);
        }

        return others;
    }

    private Progress Counted(Progress progress, int before) => progress with
    {
        Point = progress.Point with { Step = progress.Point.Step + before }, Steps = Total,
    };

    private int Total => (recipe.Steps * recipe.Teachers) + recipe.QuantizedSteps;

    private KeywordAccuracy Measure() => new(Of(validation), Of(test));

    private double Of(KeywordInputs inputs) =>
        inputs.Count == 0 ? double.NaN : Accuracy.Of(Network, inputs.Real(), inputs.Labels);

    private void Train(int steps, double rate, int before, string? checkpoint, Action<Progress>? report,
        CancellationToken cancellation, Distillation? teacher = null)
    {
        bool quantized = teacher is not null;
        var trainer = new Trainer(Network, new AdamW<float>(recipe.Decay), new TrainerSettings
        {
            Schedule = new Schedule(rate, steps),
            Seed = recipe.Seed + (quantized ? 1 : 0),
            Checkpoint = checkpoint is null ? null : quantized ? checkpoint + ".quantized" : checkpoint,
            Description = $"{(quantized ? recipe : recipe.RealPhase)} {frontEnd} {classes}",
        })
        {
            Loss = teacher is null ? (tape, outputs, batch) => tape.CrossEntropy(outputs, batch.Targets) : teacher.Loss,
        };
        trainer.Run(new LaterBatches(batches, before), validation.Count == 0 ? null : () => Of(validation),
            progress => report?.Invoke(progress with { Point = Continued(progress.Point), Steps = Total }), cancellation);
        Curve.AddRange(trainer.Curve.Select(Continued));

        CurvePoint Continued(CurvePoint point) => point with
        {
            Step = point.Step + before, Loss = point.Loss / (teacher?.Weight ?? 1),
        };
    }

    private static float[][] Rows(Tensor<float> inputs)
    {
        int size = inputs.Count / inputs.Shape[0];
        return [.. Enumerable.Range(0, inputs.Shape[0]).Select(i => inputs.Data.Slice(i * size, size).ToArray())];
    }
}
