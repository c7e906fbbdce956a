namespace McuAi.HostTools.Listening;

/// <summary>How good a keyword spotter is on a continuous recording.</summary>
/// <param name="Spoken">Words of its labels.</param>
/// <param name="Found">Of these, words with an event of their label within the tolerance; each event counts once.</param>
/// <param name="False">All other events.</param>
public sealed record DetectionScore(int Spoken, int Found, int False, double Hours)
{
    /// <summary>Seconds between an event and the middle of its word, by default.</summary>
    public const double Tolerance = 0.5;

    public double? Recall => Spoken == 0 ? null : (double)Found / Spoken;

    public double FalsePerHour => False / Hours;

    /// <param name="words">In the order of time.</param>
    /// <param name="events">Likewise.</param>
    public static DetectionScore Of(IReadOnlyList<SpokenWord> words, IReadOnlyList<SpokenWord> events, double seconds,
        double tolerance = Tolerance)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(events);
        int found = Match(words, events, tolerance).Count(number => number >= 0);
        return new DetectionScore(words.Count, found, events.Count - found, seconds / 3600);
    }

    /// <summary>For each word the number of the event that found it; -1 of none. Taking the earliest event for each word
    /// in turn finds as many as any choice does.</summary>
    public static int[] Match(IReadOnlyList<SpokenWord> words, IReadOnlyList<SpokenWord> events, double tolerance)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(events);
        bool[] taken = new bool[events.Count];
        return [.. words.Select(word =>
        {
            int found = Enumerable.Range(0, events.Count).FirstOrDefault(i => !taken[i] && events[i].Label == word.Label
                && Math.Abs(events[i].Time - word.Time) <= tolerance, -1);
            if (found >= 0)
                taken[found] = true;
            return found;
        })];
    }
}
