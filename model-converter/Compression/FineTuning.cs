using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Quantizing;
using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Compression;

/// <summary>Trains networks that were pruned, factored or quantized until they are as good as they can be.</summary>
/// <param name="batches">Of the training split.</param>
/// <param name="given">Quantizations that activations have to have, such as the input's.</param>
public sealed class FineTuning(IBatchSource batches, IReadOnlyDictionary<string, Quantization> given)
{
    /// <summary>Training batches whose activations set the ranges of the integer model.</summary>
    private const int CalibrationBatches = 4;

    private const double Percentile = 99.95;

    public double Decay { get; init; } = 1e-2;

    /// <summary>Some steps of training, along a learning rate that rises and falls.</summary>
    /// <param name="first">Number of the first batch.</param>
    /// <param name="teacher">Null: on the targets alone.</param>
    public void Run(Network<float> network, int steps, double rate, int first, Distillation? teacher,
        CancellationToken cancellation = default)
    {
        var settings = new TrainerSettings { Schedule = new Schedule(rate, steps), Seed = first + 1, ReportEvery = steps };
        var optimizer = new AdamW<float>(Decay);
        Trainer trainer = teacher is null
            ? new Trainer(network, optimizer, settings)
            : new Trainer(network, optimizer, settings) { Loss = teacher.Loss };
        if (steps > 0)
            trainer.Run(new LaterBatches(batches, first), cancellation: cancellation);
    }

    /// <summary>Lets a network compute as its integer model will, with weights of the widths that
    /// <paramref name="type"/> gives.</summary>
    public void Quantize(Network<float> network, Func<Node, DataType> type)
    {
        ArgumentNullException.ThrowIfNull(network);
        network.Quantization = new QuantizationAwareness<float>(network, type);
        network.Quantization.Calibrate(Enumerable.Range(0, CalibrationBatches).Select(step => batches.Batch(step).Inputs),
            Percentile, network.Graph.Inputs.Where(input => given.ContainsKey(input.Name))
                .ToDictionary(input => input, input => given[input.Name]));
    }

    /// <summary>A network of its own with what <paramref name="network"/> has learned in real numbers.</summary>
    public static Network<float> Copy(Network<float> network, double dropout = 0)
    {
        ArgumentNullException.ThrowIfNull(network);
        network.Store();
        return new Network<float>(GraphCopy.Of(network.Graph)) { Dropout = dropout };
    }
}
