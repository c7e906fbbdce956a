using McuAi.ModelConverter.Audio;
using McuAi.ModelConverter.Data;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Training;

namespace McuAi.HostTools.Learning;

/// <summary>What a keyword spotter is trained with.</summary>
public sealed record KeywordSessionSettings
{
    public KeywordRecipe Recipe { get; init; } = new();

    public FrontEndSettings FrontEnd { get; init; } = FrontEndSettings.KeywordSpotting;

    public AugmentationSettings Augmentation { get; init; } = AugmentationSettings.Default;

    public KeywordBatchSettings Batches { get; init; } = new();

    /// <summary>Vocal tracts are up to this share longer or shorter than the speaker's.</summary>
    public double VocalTract { get; init; } = 0.1;

    /// <summary>Whether the front end's tables leave out mirror images: fewer bytes for some more instructions.</summary>
    public bool CompactTables { get; init; }

    /// <summary>Whether silence is a class.</summary>
    public bool Silence { get; init; }
}

/// <summary>How good the trained model is, and how large.</summary>
/// <param name="Real">In real numbers.</param>
/// <param name="Quantized">As training simulated the integer model.</param>
/// <param name="Integer">Of the pack itself in the C core.</param>
public sealed record KeywordResult(byte[] Pack, PackModel Model, KeywordAccuracy Real, KeywordAccuracy Quantized,
    KeywordAccuracy Integer, IReadOnlyList<CurvePoint> Curve);

/// <summary>From a data set to the pack of a keyword spotter.</summary>
public static class KeywordSession
{
    public static KeywordResult Run(SpeechDataset data, KeywordSessionSettings settings, string? checkpoint,
        Action<Progress>? report, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(settings);
        using var material = new KeywordMaterial(data, settings);
        var training = new KeywordTraining(settings.Recipe, material.Batches, material.Validation, material.Test,
            settings.FrontEnd, material.Labels.Count);
        ModelGraph graph = training.Run(checkpoint, report, cancellation);
        PackModel model = KeywordPack.Make(graph, material.Labels, material.FrontEnd);
        byte[] pack = PackWriter.Write(model);
        return new KeywordResult(pack, model, training.Real, training.Quantized, new KeywordAccuracy(
            KeywordPack.Accuracy(pack, material.Validation), KeywordPack.Accuracy(pack, material.Test)), training.Curve);
    }
}
