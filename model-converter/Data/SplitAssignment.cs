using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Data;

/// <summary>Which split each clip of a listing belongs to.</summary>
internal sealed class SplitAssignment
{
    private readonly IReadOnlyList<DatasetEntry> entries;
    private readonly DatasetOptions options;
    private readonly Split[] splits;

    private SplitAssignment(IReadOnlyList<DatasetEntry> entries, DatasetOptions options)
    {
        this.entries = entries;
        this.options = options;
        splits = new Split[entries.Count];
    }

    public IReadOnlyList<Split> Splits => splits;

    /// <summary>The rule that was followed; never Auto.</summary>
    public SplitRule Rule { get; private set; }

    public List<string> Warnings { get; } = [];

    private bool SpeakersKnown => entries.All(entry => entry.Speaker is not null);

    public static SplitAssignment Of(IReadOnlyList<DatasetEntry> entries, string name, DatasetOptions options)
    {
        foreach (double share in (double[])[options.TestShare, options.ValidationShare])
            if (share is not (>= 0 and < 1))
                throw new ModelException($"{share} is no share of the clips; give one from 0 to below 1, such as 0.2.");
        var assignment = new SplitAssignment(entries, options);
        assignment.Assign(name);
        assignment.CheckTraining(name);
        return assignment;
    }

    private void Assign(string name)
    {
        Split?[] given = Given(name);
        bool isGiven = given.Contains(Split.Train) || given.Contains(Split.Test) || given.Contains(Split.Validation);
        Rule = options.Split != SplitRule.Auto ? options.Split
            : options.TestSpeakers.Count > 0 ? SplitRule.Speaker
            : isGiven ? SplitRule.Given
            : SpeakersKnown ? SplitRule.Speaker
            : SplitRule.Clip;
        if (Rule == SplitRule.Speaker && !SpeakersKnown)
            throw new ModelException($"{name} does not say who speaks in " +
                $"{entries.First(entry => entry.Speaker is null).Path}; give --speaker or --pattern, or --split clip.");
        if (Rule == SplitRule.Given && !isGiven)
            throw new ModelException($"{name} gives no splits; add a column split, or leave out --split given.");
        if (isGiven && options.TestSpeakers.Count == 0 && Rule is SplitRule.Given or SplitRule.Speaker)
            TakeGiven(given, name);
        else if (Rule == SplitRule.Speaker)
            BySpeaker(name);
        else
            ByClip();
    }

    private Split?[] Given(string name)
    {
        if (options.TestTakes is null && options.ValidationTakes is null)
            return [.. entries.Select(entry => entry.Split)];
        TakeRanges? test = options.TestTakes is { } tests ? TakeRanges.Parse("--test-takes", tests) : null;
        TakeRanges? validation = options.ValidationTakes is { } others
            ? TakeRanges.Parse("--validation-takes", others)
            : null;
        if (entries.FirstOrDefault(entry => entry.Take is null) is { } without)
            throw new ModelException($"{name} does not say which take {without.Path} is; give --pattern with {{take}} " +
                "in it, or leave out --test-takes.");
        return
        [
            .. entries.Select(entry => (Split?)(test?.Contains(entry.Take!) == true ? Split.Test
                : validation?.Contains(entry.Take!) == true ? Split.Validation
                : Split.Train)),
        ];
    }

    private void TakeGiven(Split?[] given, string name)
    {
        int without = Array.IndexOf(given, null);
        if (without >= 0)
            throw new ModelException($"{entries[without].Source}: {name} gives splits, but none for this clip; write " +
                $"{SplitNames.All}.");
        for (int i = 0; i < given.Length; i++)
            splits[i] = given[i]!.Value;
        if (splits.Contains(Split.Validation) || options.ValidationShare == 0)
            return;

        // Validation clips are held out of training as the test clips are: by speaker where those are apart.
        int[] training = [.. Enumerable.Range(0, entries.Count).Where(i => splits[i] == Split.Train)];
        if (SpeakersKnown && !Overlap() && training.Select(i => entries[i].Speaker).Distinct().Count() > 1)
            HoldOut(training, Split.Validation, options.ValidationShare, keep: 1);
        else
            HoldOutClips(training, 0, options.ValidationShare);
    }

    private bool Overlap() => entries.Select((entry, i) => (entry.Speaker, splits[i])).Distinct()
        .GroupBy(pair => pair.Speaker).Any(group => group.Count() > 1);

    private void BySpeaker(string name)
    {
        int[] all = [.. Enumerable.Range(0, entries.Count)];
        int speakers = entries.Select(entry => entry.Speaker).Distinct().Count();
        if (speakers < 2)
            throw new ModelException($"All clips of {name} are spoken by '{entries[0].Speaker}', so no speaker can " +
                "be held out for the test; add speakers, or give --split clip.");
        bool validates = options.ValidationShare > 0 && speakers > 2;
        if (options.TestSpeakers.Count > 0)
            HoldOutNamed(name);
        else
            HoldOut(all, Split.Test, options.TestShare, keep: validates ? 2 : 1);
        if (validates)
            HoldOut([.. all.Where(i => splits[i] == Split.Train)], Split.Validation, options.ValidationShare, keep: 1);
        else if (options.ValidationShare > 0)
            Warnings.Add($"{name} has two speakers, so none is held out for validation.");
    }

    private void HoldOutNamed(string name)
    {
        foreach (string speaker in options.TestSpeakers)
            if (!entries.Any(entry => entry.Speaker == speaker))
                throw new ModelException($"{name} has no speaker '{speaker}' for the test; its speakers are " +
                    $"{FileList.Of([.. entries.Select(entry => entry.Speaker!).Distinct().Order(StringComparer.Ordinal)])}.");
        for (int i = 0; i < splits.Length; i++)
            if (options.TestSpeakers.Contains(entries[i].Speaker!))
                splits[i] = Split.Test;
    }

    /// <summary>Moves speakers out of training, in a random order, until the split has its share of all clips; one that
    /// would make it half as large again has to stay, unless all would, and so many stay in any case.</summary>
    private void HoldOut(int[] candidates, Split split, double share, int keep)
    {
        double target = share * entries.Count;
        if (target == 0)
            return;
        IGrouping<string, int>[] speakers =
        [
            .. SeededOrder.Sort(candidates.GroupBy(i => entries[i].Speaker!), options.Seed, group => group.Key),
        ];
        var held = new List<IGrouping<string, int>>();
        double count = 0;
        foreach (IGrouping<string, int> speaker in speakers)
        {
            if (count >= target || held.Count + keep == speakers.Length)
                break;
            if (count + speaker.Count() > 1.5 * target)
                continue;
            held.Add(speaker);
            count += speaker.Count();
        }

        if (held.Count == 0)
            held.Add(speakers.MinBy(speaker => speaker.Count())!);
        foreach (int i in held.SelectMany(speaker => speaker))
            splits[i] = split;
    }

    private void ByClip()
    {
        Warnings.Add(SpeakersKnown
            ? "The splits share speakers, so the test tells little about voices that were not trained with."
            : "Who speaks is unknown, so the splits may share speakers, and the test tells little about new voices; " +
                "give --speaker or --pattern, or a column speaker.");
        HoldOutClips([.. Enumerable.Range(0, entries.Count)], options.TestShare, options.ValidationShare);
    }

    /// <summary>Shares of each label's clips, at least one where there are enough.</summary>
    private void HoldOutClips(int[] candidates, double test, double validation)
    {
        foreach (IGrouping<string, int> label in candidates.GroupBy(i => entries[i].Label))
        {
            int[] order =
            [
                .. SeededOrder.Sort(label, options.Seed, i => $"{label.Key}/{Path.GetFileName(entries[i].Path)}"),
            ];
            int tests = Share(test, order.Length, keep: 1);
            int validations = Share(validation, order.Length, keep: 1 + tests);
            for (int i = 0; i < tests + validations; i++)
                splits[order[i]] = i < tests ? Split.Test : Split.Validation;
        }
    }

    private static int Share(double share, int count, int keep) =>
        share == 0 ? 0 : Math.Min(Math.Max(1, (int)Math.Round(share * count)), Math.Max(0, count - keep));

    private void CheckTraining(string name)
    {
        ILookup<string, Split> byLabel = entries.Zip(splits).ToLookup(pair => pair.First.Label, pair => pair.Second);
        foreach (IGrouping<string, Split> label in byLabel)
            if (!label.Contains(Split.Train))
                throw new ModelException($"No clip of '{label.Key}' in {name} is in the training split; add clips, " +
                    "or split otherwise with --split-seed or --split.");
        foreach (Split split in (Split[])[Split.Validation, Split.Test])
        {
            string[] without = [.. byLabel.Where(label => !label.Contains(split)).Select(label => label.Key)];
            if (without.Length > 0 && splits.Contains(split))
                Warnings.Add($"The {split.ToString().ToLowerInvariant()} split has no clip of {FileList.Of(without)}.");
        }
    }
}
