using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Training;

namespace McuAi.HostTools.Compressing;

/// <summary>How a candidate came about.</summary>
public enum CandidateKind
{
    /// <summary>Trained plainly, in real numbers; no board runs it.</summary>
    Float,

    /// <summary>Trained plainly, then rounded to INT8 in all layers: what compression is compared with.</summary>
    UniformInt8,

    /// <summary>Rounded after training.</summary>
    Rounded,

    /// <summary>Trained with its quantization.</summary>
    Trained,
}

/// <summary>A model of a search.</summary>
public sealed class Candidate
{
    /// <summary>Shape and weights: "pruned 32x4 INT4".</summary>
    public required string Name { get; init; }

    public required CandidateKind Kind { get; init; }

    public required Network<float> Network { get; init; }

    /// <summary>On the validation, in real numbers, before quantization.</summary>
    public required double RealAccuracy { get; init; }

    /// <summary>On the validation, as the integer model has it.</summary>
    public double Accuracy => Judgement.Accuracy;

    /// <summary>Of the integer model; of the network itself where that is what a candidate stands for.</summary>
    public required Judgement Judgement { get; set; }

    public required ModelCost Cost { get; set; }

    /// <summary>Steps of training with quantization.</summary>
    public int Steps { get; set; }

    /// <summary>Whether it is trained to the end for comparison, whatever it takes.</summary>
    public bool IsReference { get; init; }

    /// <summary>Width of each layer's weights, in the order of the network; none of a float model.</summary>
    public IReadOnlyList<DataType> Types { get; init; } = [];

    public bool RunsOnBoards => Kind != CandidateKind.Float;

    /// <summary>Percentage points of accuracy for each kilobyte of flash.</summary>
    public double AccuracyPerKilobyte => 100 * Accuracy / (Cost.FlashBytes / 1024.0);

    /// <summary>Percentage points of accuracy for each million multiplications.</summary>
    public double AccuracyPerMillionMacs => 100 * Accuracy / (Cost.Macs / 1e6);
}
