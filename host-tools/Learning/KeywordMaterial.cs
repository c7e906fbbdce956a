using McuAi.HostTools.Boards;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Data;
using McuAi.ModelConverter.Training;

namespace McuAi.HostTools.Learning;

/// <summary>What a keyword spotter is trained and judged with, made of a data set by the core's own front end.</summary>
public sealed class KeywordMaterial : IDisposable
{
    private const int Warps = 9;

    /// <summary>Seed of the validation's variants, less that of the batches: all is drawn anew.</summary>
    private const int ViewSeed = 1000;

    private readonly HostFrontEnd _plain;
    private readonly HostFrontEnd[] _warped;
    private readonly Func<int, KeywordInputs> _views;

    public KeywordMaterial(SpeechDataset data, KeywordSessionSettings settings)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(settings);
        HostLibrary library = HostLibraryBuilder.Load(ProjectFolder.Find().Root);
        _plain = new HostFrontEnd(library, settings.FrontEnd, compact: settings.CompactTables);
        _warped = [.. Enumerable.Range(0, Warps).Select(i => new HostFrontEnd(library, settings.FrontEnd,
            1 + (settings.VocalTract * ((2.0 * i / (Warps - 1)) - 1)), settings.CompactTables))];
        Labels = [.. data.Labels, .. settings.Silence ? ["silence"] : Array.Empty<string>()];
        var augmentation = new Augmentation(settings.Augmentation, settings.FrontEnd.SampleRate,
            settings.FrontEnd.ClipSamples, data.Noise, settings.Batches.Seed);
        Batches = new KeywordBatches([.. data.Of(Split.Train).SelectMany(clip => Windows(clip, settings.FrontEnd.ClipSamples))],
            Labels.Count, _warped, augmentation, settings.Batches with
            {
                Unknown = data.Labels.ToList().IndexOf(SpeechDataset.Unknown),
            });
        Validation = KeywordInputs.Of(data.Of(Split.Validation), _plain);
        _views = variants => KeywordInputs.OfViews(data.Of(Split.Validation), _plain, new Augmentation(settings.Augmentation,
            settings.FrontEnd.SampleRate, settings.FrontEnd.ClipSamples, data.Noise, settings.Batches.Seed + ViewSeed), variants);
        Test = KeywordInputs.Of(data.Of(Split.Test), _plain);
        using var stream = new FrontEndStream(library, _plain.Tables);
        FrontEndBytes = stream.MemoryBytes;
    }

    public IReadOnlyList<string> Labels { get; }

    public KeywordBatches Batches { get; }

    public KeywordInputs Validation { get; }

    public KeywordInputs Test { get; }

    /// <summary>The validation's clips as they are, and so many variants of each.</summary>
    public KeywordInputs Views(int variants) => _views(variants);

    /// <summary>The front end's tables, for a pack.</summary>
    public byte[] FrontEnd => _plain.Tables;

    /// <summary>RAM that the front end takes.</summary>
    public int FrontEndBytes { get; }

    /// <summary>A word is in the loudest part of its clip; speech that holds no word is all worth learning from.</summary>
    private static IEnumerable<Clip> Windows(Clip clip, int samples) => clip.Label == SpeechDataset.Unknown
        ? ClipWindow.Cut(clip.Samples, samples).Select(window => clip with { Samples = window })
        : [clip];

    public void Dispose()
    {
        _plain.Dispose();
        foreach (HostFrontEnd frontEnd in _warped)
            frontEnd.Dispose();
    }
}
