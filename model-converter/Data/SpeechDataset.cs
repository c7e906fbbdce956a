using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Data;

/// <summary>Clips of spoken words, with what a trainer needs to know of them.</summary>
/// <example><code>
/// SpeechDataset data = SpeechDataset.Load("commands", new DatasetOptions { Rate = 8000 });
/// foreach (string warning in data.Warnings) Console.Error.WriteLine(warning);
/// var augmentation = new Augmentation(AugmentationSettings.Default, data.Rate, length: 8000, data.Noise, seed: 1);
/// foreach (Clip clip in data.Of(Split.Train))
///     augmentation.Apply(ClipWindow.Fit(clip.Samples, 8000, peak: 0.5f), index++, output);
/// </code></example>
public sealed class SpeechDataset
{
    /// <summary>The class of all other words.</summary>
    public const string Unknown = DatasetListing.Unknown;

    private SpeechDataset(string path, int rate, IReadOnlyList<string> labels, IReadOnlyList<Clip> clips)
    {
        (Path, Rate, Labels, Clips) = (path, rate, labels, clips);
    }

    public string Path { get; }

    /// <summary>Of all samples, in Hz; 0 when every clip was left at its own.</summary>
    public int Rate { get; }

    /// <summary>The classes in their order: by name, unknown last.</summary>
    public IReadOnlyList<string> Labels { get; }

    public IReadOnlyList<Clip> Clips { get; }

    /// <summary>Background noise, as long as it was recorded.</summary>
    public IReadOnlyList<float[]> Noise { get; private init; } = [];

    public SplitRule Rule { get; private init; }

    /// <summary>What should be looked at before hours of training are spent; each is one sentence.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    public IReadOnlyList<Clip> Of(Split split) => [.. Clips.Where(clip => clip.Split == split)];

    /// <summary>Reads a data set: FOLDER/WORD/*.wav, a manifest, a folder with a manifest for each split, or files
    /// whose names a pattern describes.</summary>
    public static SpeechDataset Load(string path, DatasetOptions options, CancellationToken cancellation = default)
    {
        DatasetListing listing = DatasetListing.Read(path, options);
        IReadOnlyList<DatasetEntry> own = ChooseWords(Renamed(listing.Entries, path, options), path, options.Words);
        CheckLabels(own, path);
        IReadOnlyList<DatasetEntry> entries = [.. own, .. options.Also.SelectMany(also => More(also, own, options))];
        string[] labels =
        [
            .. entries.Select(entry => entry.Label).Distinct().OrderBy(label => label == DatasetListing.Unknown)
                .ThenBy(label => label, StringComparer.Ordinal),
        ];
        SplitAssignment splits = SplitAssignment.Of(own, path, options);
        List<string> warnings = [.. listing.Warnings, .. splits.Warnings];
        Clip[] clips = ClipLoader.Load(entries, [.. splits.Splits, .. entries.Skip(own.Count).Select(_ => Data.Split.Train)],
            labels, options.Rate, cancellation);
        LeakageCheck.Run(clips, splits.Rule, warnings);
        WarnOfSound(clips, path, options.Rate, warnings);
        return new SpeechDataset(path, options.Rate, labels, clips)
        {
            Rule = splits.Rule,
            Noise = LoadNoise(listing.Noise, options.Rate, warnings, cancellation),
            Warnings = warnings,
        };
    }

    /// <summary>All clips of a data set, or its test split where it gives one, to judge a model of these labels with.
    /// Other words are the class unknown, if the model has it.</summary>
    public static IReadOnlyList<Clip> LoadToJudge(string path, IReadOnlyList<string> labels, DatasetOptions options,
        CancellationToken cancellation = default)
    {
        DatasetListing listing = DatasetListing.Read(path, options with { IsAddition = true });
        IReadOnlyList<DatasetEntry> all = Renamed(listing.Entries, path, options);
        HashSet<string> known = [.. labels];
        string[] strange = [.. all.Select(entry => entry.Label).Distinct().Where(label => !known.Contains(label))];
        if (strange.Length > 0 && !known.Contains(DatasetListing.Unknown))
            throw new ModelException($"{path} holds {FileList.Of(strange)}, which the model does not know; its labels are " +
                $"{string.Join(", ", labels)}.");
        DatasetEntry[] entries =
        [
            .. all.Where(entry => options.TestSpeakers.Count == 0 || options.TestSpeakers.Contains(entry.Speaker!))
                .Select(entry => known.Contains(entry.Label) ? entry : entry with { Label = DatasetListing.Unknown }),
        ];
        if (options.TestTakes is { } takes)
            entries = [.. entries.Where(entry => TakeRanges.Parse("--test-takes", takes).Contains(entry.Take ?? ""))];
        else if (entries.Any(entry => entry.Split == Data.Split.Test))
            entries = [.. entries.Where(entry => entry.Split == Data.Split.Test)];
        if (entries.Length == 0)
            throw new ModelException($"{path} has no clip of the test; give other takes or speakers.");
        return ClipLoader.Load(entries, [.. entries.Select(_ => Data.Split.Test)], labels, options.Rate, cancellation);
    }

    /// <summary>The background noise of a data set, and that of the options.</summary>
    public static IReadOnlyList<float[]> NoiseToJudge(string path, DatasetOptions options,
        CancellationToken cancellation = default) =>
        LoadNoise(DatasetListing.Read(path, options with { IsAddition = true }).Noise, options.Rate, [], cancellation);

    private static IReadOnlyList<DatasetEntry> Renamed(IReadOnlyList<DatasetEntry> entries, string path,
        DatasetOptions options)
    {
        foreach (string label in options.Renamed.Keys)
            if (!entries.Any(entry => entry.Label == label))
                throw new ModelException($"{path} has no label '{label}' to be renamed to '{options.Renamed[label]}'.");
        return [.. entries.Select(entry => entry with { Label = options.Renamed.GetValueOrDefault(entry.Label, entry.Label) })];
    }

    private static IEnumerable<DatasetEntry> More(string path, IReadOnlyList<DatasetEntry> own, DatasetOptions options)
    {
        HashSet<string> labels = [.. own.Select(entry => entry.Label)];
        return DatasetListing.Read(path, new DatasetOptions { AllowMissing = options.AllowMissing, IsAddition = true }).Entries
            .Select(entry => entry with
            {
                Label = labels.Contains(entry.Label) ? entry.Label : DatasetListing.Unknown,
                Speaker = $"{path}: {entry.Speaker}",
                Addition = path,
            });
    }

    private static IReadOnlyList<DatasetEntry> ChooseWords(IReadOnlyList<DatasetEntry> entries, string path,
        IReadOnlyList<string> words)
    {
        if (words.Count == 0)
            return entries;
        HashSet<string> there = [.. entries.Select(entry => entry.Label)];
        string[] absent = [.. words.Where(word => !there.Contains(word))];
        if (absent.Length > 0)
            throw new ModelException($"{path} holds no clips of {FileList.Of(absent)}; its words are " +
                $"{FileList.Of([.. there.Order(StringComparer.Ordinal)])}.");
        return
        [
            .. entries.Select(entry => words.Contains(entry.Label)
                ? entry
                : entry with { Label = DatasetListing.Unknown }),
        ];
    }

    private static void CheckLabels(IReadOnlyList<DatasetEntry> entries, string path)
    {
        foreach (IGrouping<string, DatasetEntry> label in entries.GroupBy(entry => entry.Label))
            if (label.Count() == 1)
                throw new ModelException($"'{label.Key}' of {path} has a single clip ({label.First().Path}), which " +
                    "cannot be both trained and tested with; add clips, or remove it.");
    }

    private static void WarnOfSound(Clip[] clips, string dataset, int rate, List<string> warnings)
    {
        string folder = Directory.Exists(dataset)
            ? dataset
            : System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(dataset))!;
        Warn(clips.Where(clip => clip.Level.IsSilent), "silent: nothing can be learnt from", "; remove or record again");
        Warn(clips.Where(clip => clip.Level.IsClipped), "clipped: recorded too loud", "");
        Warn(clips.Where(clip => clip.FileRate < rate), $"recorded at less than {rate:N0} Hz: without upper frequencies",
            $"; a rate of {clips.Min(clip => clip.FileRate):N0} Hz would suit all clips");

        void Warn(IEnumerable<Clip> some, string what, string advice)
        {
            string[] paths = [.. some.Select(clip => System.IO.Path.GetRelativePath(folder, clip.Path))];
            if (paths.Length > 0)
                warnings.Add($"{paths.Length:N0} of {clips.Length:N0} clips are {what}: {FileList.Of(paths)}{advice}.");
        }
    }

    private static float[][] LoadNoise(IReadOnlyList<string> paths, int rate, List<string> warnings,
        CancellationToken cancellation)
    {
        float[][] all = ClipLoader.LoadNoise(paths, rate, cancellation);
        ILookup<bool, int> silent = Enumerable.Range(0, all.Length)
            .ToLookup(i => SignalLevel.Of(all[i], Math.Max(rate, 1)).IsSilent);
        if (silent[true].Any())
            warnings.Add($"{silent[true].Count():N0} noise recordings are silent and left out: " +
                $"{FileList.Of([.. silent[true].Select(i => paths[i])])}.");
        return [.. silent[false].Select(i => all[i])];
    }
}
