namespace McuAi.ModelConverter.Data;

/// <summary>What a data set holds, in figures.</summary>
public sealed record DatasetSummary(
    int Clips, double Seconds, string SplitRule, IReadOnlyList<LabelSummary> Labels, IReadOnlyList<SplitSummary> Splits,
    IReadOnlyList<RateSummary> Rates, IReadOnlyList<SpeakerSummary> Speakers)
{
    public double ShortestSeconds { get; init; }

    public double LongestSeconds { get; init; }

    public int SilentClips { get; init; }

    public int ClippedClips { get; init; }

    public int NoiseRecordings { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    public static DatasetSummary Of(SpeechDataset data) => new(
        data.Clips.Count,
        data.Clips.Sum(clip => clip.Seconds),
        data.Rule.ToString().ToLowerInvariant(),
        [.. data.Labels.Select(label => LabelSummary.Of(label, [.. data.Clips.Where(clip => clip.Label == label)]))],
        [.. Enum.GetValues<Split>().Select(split => SplitSummary.Of(split, data.Of(split)))],
        [
            .. data.Clips.GroupBy(clip => clip.FileRate).OrderBy(group => group.Key)
                .Select(group => new RateSummary(group.Key, group.Count())),
        ],
        [
            .. data.Clips.Where(clip => clip.Speaker is not null).GroupBy(clip => clip.Speaker!)
                .OrderBy(group => group.Key, StringComparer.Ordinal).Select(SpeakerSummary.Of),
        ])
    {
        ShortestSeconds = data.Clips.Min(clip => clip.Seconds),
        LongestSeconds = data.Clips.Max(clip => clip.Seconds),
        SilentClips = data.Clips.Count(clip => clip.Level.IsSilent),
        ClippedClips = data.Clips.Count(clip => clip.Level.IsClipped),
        NoiseRecordings = data.Noise.Count,
        Warnings = data.Warnings,
    };
}

public sealed record LabelSummary(
    string Label, int Clips, int Train, int Validation, int Test, int Speakers, double Seconds)
{
    internal static LabelSummary Of(string label, IReadOnlyList<Clip> clips)
    {
        int In(Split split) => clips.Count(clip => clip.Split == split);
        return new LabelSummary(label, clips.Count, In(Split.Train), In(Split.Validation), In(Split.Test),
            SplitSummary.CountSpeakers(clips), clips.Sum(clip => clip.Seconds));
    }
}

public sealed record SplitSummary(string Split, int Clips, int Speakers, double Seconds)
{
    internal static SplitSummary Of(Split split, IReadOnlyList<Clip> clips) =>
        new(split.ToString().ToLowerInvariant(), clips.Count, CountSpeakers(clips), clips.Sum(clip => clip.Seconds));

    /// <summary>0 where speakers are unknown.</summary>
    internal static int CountSpeakers(IReadOnlyList<Clip> clips) =>
        clips.Select(clip => clip.Speaker).OfType<string>().Distinct().Count();
}

public sealed record RateSummary(int Hz, int Clips);

public sealed record SpeakerSummary(string Speaker, int Clips, IReadOnlyList<string> Splits)
{
    internal static SpeakerSummary Of(IGrouping<string, Clip> clips) => new(clips.Key, clips.Count(),
        [.. clips.Select(clip => clip.Split).Distinct().Order().Select(split => split.ToString().ToLowerInvariant())]);
}
