using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Data;

/// <summary>Refuses data sets whose test would be passed by heart: with the same recording, or the same speaker where
/// speakers are to be apart, in two splits.</summary>
internal static class LeakageCheck
{
    public static void Run(IReadOnlyList<Clip> clips, SplitRule rule, List<string> warnings)
    {
        CheckContents(clips, warnings);
        CheckSpeakers(clips, rule, warnings);
    }

    private static void CheckContents(IReadOnlyList<Clip> clips, List<string> warnings)
    {
        // Silence is equal to silence; it has a warning of its own.
        Clip[][] copies =
        [
            .. clips.Where(clip => !clip.Level.IsSilent).GroupBy(clip => clip.Content).Select(group => group.ToArray())
                .Where(group => group.Length > 1),
        ];
        Clip[][] across = [.. copies.Where(group => group.Any(clip => clip.Split != group[0].Split))];
        if (across.FirstOrDefault(group => group.Any(clip => clip.Split == Split.Test)) is { } tested)
            throw new ModelException($"{Pair(tested)}, so the test would be passed by heart; remove one of the two.");
        if (across.Length > 0)
            warnings.Add(Pair(across[0]) + (across.Length > 1 ? $", and {across.Length - 1:N0} other pairs are" : "") +
                ", so the validation is better than it should be.");
        Clip[][] mislabelled = [.. copies.Where(group => group.Any(clip => clip.Label != group[0].Label))];
        if (mislabelled.Length > 0)
            warnings.Add($"{mislabelled.Length:N0} recordings stand under more than one label: " +
                $"{FileList.Of([.. mislabelled.Select(group => string.Join(" = ", group.Select(clip => clip.Path)))])}.");
        Clip[][] repeated = [.. copies.Except(across).Except(mislabelled)];
        if (repeated.Length > 0)
            warnings.Add($"{repeated.Sum(group => group.Length - 1):N0} clips repeat another of their split, such as " +
                $"{repeated[0][1].Path}.");
    }

    private static void CheckSpeakers(IReadOnlyList<Clip> clips, SplitRule rule, List<string> warnings)
    {
        if (rule == SplitRule.Clip)
            return; // has its warning already
        Clip[][] shared =
        [
            .. clips.Where(clip => clip.Speaker is not null).GroupBy(clip => clip.Speaker)
                .Select(group => group.DistinctBy(clip => clip.Split).OrderBy(clip => clip.Split).ToArray())
                .Where(group => group.Length > 1 && (rule == SplitRule.Speaker || group[^1].Split == Split.Test)),
        ];
        if (shared.Length == 0)
            return;
        Clip one = shared[0][0], other = shared[0][^1];
        if (rule == SplitRule.Speaker)
            throw new ModelException($"Speaker '{one.Speaker}' is in the {Name(one.Split)} split ({one.Path}) and in " +
                $"the {Name(other.Split)} split ({other.Path}); put all clips of a speaker into one split, or give " +
                "--split given if the splits are official.");
        warnings.Add($"{shared.Length:N0} speakers are in the test split and in another, so the test tells little " +
            $"about new voices: {FileList.Of([.. shared.Select(group => group[0].Speaker!)])}.");
    }

    private static string Pair(Clip[] copies)
    {
        Clip other = copies.OrderBy(clip => clip.Split).Last(), one = copies.First(clip => clip.Split != other.Split);
        return $"{one.Path} ({Name(one.Split)}) and {other.Path} ({Name(other.Split)}) are the same recording";
    }

    private static string Name(Split split) => split.ToString().ToLowerInvariant();
}
