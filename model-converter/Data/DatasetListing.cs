using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Data;

/// <summary>The files of a data set, before any is read.</summary>
internal sealed record DatasetListing(IReadOnlyList<DatasetEntry> Entries, IReadOnlyList<string> Noise)
{
    public const string Unknown = "unknown";
    public const string ManifestName = "manifest.csv";

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Reads the data set at a path: a manifest, a folder with one or one for each split, files that a pattern
    /// describes, or a folder for each word.</summary>
    public static DatasetListing Read(string path, DatasetOptions options)
    {
        DatasetListing listing = Find(path, options);
        if (listing.Entries.Count == 0)
            throw new ModelException($"{path} holds no .wav file of a word; give a folder of FOLDER/WORD/*.wav, or a " +
                "manifest with the columns path,label.");
        return listing with { Noise = [.. listing.Noise, .. options.Noise.SelectMany(NoiseAt)] };
    }

    private static DatasetListing Find(string path, DatasetOptions options)
    {
        if (File.Exists(path))
            return Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase)
                ? Manifest.Read(path, options)
                : throw new ModelException($"{path} is neither a folder nor a .csv manifest; give one of these.");
        if (!Directory.Exists(path))
            throw new ModelException($"There is no file or folder {path}.");
        if (options.Pattern is not null)
            return FileNamePattern.Parse(options.Pattern).List(path);
        if (File.Exists(Path.Combine(path, ManifestName)))
            return Manifest.Read(Path.Combine(path, ManifestName), options);
        return Manifest.OfSplits(path) is { Length: > 0 } manifests
            ? Manifest.Read(manifests, options)
            : WordFolders.List(path, options);
    }

    private static string[] NoiseAt(string path) => File.Exists(path) ? [path]
        : !Directory.Exists(path) ? throw new ModelException($"There is no file or folder {path} of background noise.")
        : DatasetFolders.WavFiles(path) is { Length: > 0 } files ? files
        : throw new ModelException($"{path} holds no .wav file of background noise; give another folder.");
}
