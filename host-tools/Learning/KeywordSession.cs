using McuAi.HostTools.Boards;
using McuAi.HostTools.Native;
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
    private const int Warps = 9;

    public static KeywordResult Run(SpeechDataset data, KeywordSessionSettings settings, string? checkpoint,
        Action<Progress>? report, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(settings);
        HostLibrary library = HostLibraryBuilder.Load(ProjectFolder.Find().Root);
        using var plain = new HostFrontEnd(library, settings.FrontEnd);
        HostFrontEnd[] warped = [.. Enumerable.Range(0, Warps).Select(i => new HostFrontEnd(library, settings.FrontEnd,
            1 + (settings.VocalTract * ((2.0 * i / (Warps - 1)) - 1))))];
        try
        {
            string[] labels = [.. data.Labels, .. settings.Silence ? ["silence"] : Array.Empty<string>()];
            var augmentation = new Augmentation(settings.Augmentation, settings.FrontEnd.SampleRate,
                settings.FrontEnd.ClipSamples, data.Noise, settings.Batches.Seed);
            var batches = new KeywordBatches(data.Of(Split.Train), labels.Length, warped, augmentation, settings.Batches);
            KeywordInputs validation = KeywordInputs.Of(data.Of(Split.Validation), plain);
            KeywordInputs test = KeywordInputs.Of(data.Of(Split.Test), plain);
            var training = new KeywordTraining(settings.Recipe, batches, validation, test, settings.FrontEnd, labels.Length);
            ModelGraph graph = training.Run(checkpoint, report, cancellation);
            PackModel model = KeywordPack.Make(graph, labels, plain.Tables);
            byte[] pack = PackWriter.Write(model);
            return new KeywordResult(pack, model, training.Real, training.Quantized,
                new KeywordAccuracy(KeywordPack.Accuracy(pack, validation), KeywordPack.Accuracy(pack, test)), training.Curve);
        }
        finally
        {
            foreach (HostFrontEnd frontEnd in warped)
                frontEnd.Dispose();
        }
    }
}
