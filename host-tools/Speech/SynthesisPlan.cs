namespace McuAi.HostTools.Speech;

/// <summary>Who speaks which clip: fixed by the seed, the word and the clip's number, so that an interrupted run can be
/// taken up, and more clips or words can be added.</summary>
internal sealed class SynthesisPlan
{
    private readonly int seed;
    private readonly Voice[] turns;

    public SynthesisPlan(SynthesisRequest request, IReadOnlyList<Voice> voices)
    {
        seed = request.Seed;
        Voices = request.Voices == 0 ? voices : [.. Choose(voices, request.Voices, seed)];
        int ofPeople = TurnsOfPeople(Voices, request.People);
        turns = [.. Voices.SelectMany(voice => Enumerable.Repeat(voice, voice.IsPerson && ofPeople > 0 ? ofPeople : voice.Turns))];
    }

    /// <summary>With which people speak the share of the clips that is asked for; 0: none is, or there are no others.</summary>
    private static int TurnsOfPeople(IReadOnlyList<Voice> voices, double? share)
    {
        int people = voices.Count(voice => voice.IsPerson), others = voices.Where(voice => !voice.IsPerson).Sum(voice => voice.Turns);
        return share is { } wanted && people > 0 && others > 0
            ? Math.Max(1, (int)Math.Round(wanted * others / ((1 - wanted) * people)))
            : 0;
    }

    public IReadOnlyList<Voice> Voices { get; }

    /// <summary>Every voice gets its turns before one is heard again.</summary>
    public Voice VoiceOf(string word, int number)
    {
        Voice[] order = [.. turns];
        RandomOf(word, -1 - number / turns.Length).Shuffle(order);
        return order[number % turns.Length];
    }

    /// <summary>Draws how a clip is spoken; another attempt is spoken differently.</summary>
    public Random MannerOf(string word, int number, int attempt) => RandomOf(word, number + 1_000_003 * attempt);

    /// <summary>Recorded people first, as they are few; then variants at random.</summary>
    private static IEnumerable<Voice> Choose(IReadOnlyList<Voice> voices, int count, int seed)
    {
        Voice[] order = [.. voices];
        new Random(seed).Shuffle(order);
        return order.OrderByDescending(voice => voice.Turns).Take(count);
    }

    private Random RandomOf(string word, int number)
    {
        // Not string.GetHashCode, which changes with every run.
        int hash = seed;
        foreach (char letter in word)
            hash = hash * 31 + letter;
        return new Random(hash * 1_000_003 + number);
    }
}
