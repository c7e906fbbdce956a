namespace McuAi.ModelConverter.Audio;

/// <summary>An event of the plain keyword spotter.</summary>
/// <param name="Frame">At which the best window ended: the number of frames up to there.</param>
/// <param name="Score">In 1/256.</param>
internal readonly record struct IntegerEvent(int Frame, int Label, int Score);

/// <summary>Plain version of the keyword spotter's decision: docs/arithmetic.md to the bit, for tests of the core.</summary>
internal sealed class IntegerSpotter(SpotterSettings settings, int frames, IReadOnlyList<string> labels)
{
    /// <summary>Windows in which the model ran.</summary>
    public int Inferences { get; private set; }

    /// <param name="levels">Of all frames.</param>
    /// <param name="posteriors">What the model says of the window that ends after this many frames.</param>
    public List<IntegerEvent> Events(IReadOnlyList<int> levels, Func<int, sbyte[]> posteriors)
    {
        bool[] active = Active(levels);
        var history = new List<int[]>();
        var events = new List<IntegerEvent>();
        IntegerEvent? candidate = null;
        int age = 0, held = -1, quiet = 0;
        for (int end = frames; end <= levels.Count; end += settings.Hop)
        {
            bool open = active[(end - frames)..end].Count(a => a) >= settings.Active;
            history.Add(open ? [.. posteriors(end).Select(p => p + 128)] : new int[labels.Count]);
            Inferences += open ? 1 : 0;
            int[] sums = [.. labels.Select((_, c) => history.TakeLast(settings.Smoothing).Sum(p => p[c]))];
            int Times(int average) => average * settings.Smoothing;

            if (held >= 0 && sums[held] < Times(settings.Release))
                held = -1;
            quiet = Math.Max(0, quiet - settings.Hop);
            age++;
            int best = Enumerable.Range(0, sums.Length).Where(c => SpotterSettings.IsWord(labels[c])).DefaultIfEmpty(-1)
                .MaxBy(c => c < 0 ? 0 : sums[c]);
            int score = best < 0 ? 0 : Score(sums, best);
            if (best >= 0 && best != held && quiet == 0 && score >= Times(settings.Threshold)
                && score > (candidate?.Score ?? 0))
                (candidate, age) = (new IntegerEvent(end, best, score), 0);
            if (candidate is not { } decided
                || (age < settings.Delay && sums[decided.Label] >= Times(settings.Release)))
                continue;
            events.Add(decided with { Score = decided.Score / settings.Smoothing });
            (held, quiet, candidate) = (decided.Label, settings.Refractory, null);
        }

        return events;
    }

    private int Score(int[] sums, int word)
    {
        int others = sums.Where((_, c) => c != word && SpotterSettings.IsWord(labels[c])).Sum();
        return Math.Min(sums[word] + (settings.Others * others / 256), 255 * settings.Smoothing);
    }

    /// <summary>Which frames stand out of the noise.</summary>
    private bool[] Active(IReadOnlyList<int> levels)
    {
        bool[] active = new bool[levels.Count];
        int floor = 0;
        for (int i = 0; i < active.Length; i++)
        {
            int level = 256 * Math.Max(levels[i], settings.Least), distance = level - floor;
            floor = i == 0 ? level
                : distance < 0 ? floor + (distance >> settings.Fall)
                : floor + Math.Min(distance, settings.Rise);
            active[i] = settings.Gate == 0 || level - floor >= 256 * settings.Gate;
        }

        return active;
    }
}
