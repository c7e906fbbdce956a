using System.Reflection;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Speech;

/// <summary>What people say that is none of the words: sentences, and words by themselves.</summary>
internal sealed class OtherSpeech
{
    private const string Resource = "McuAi.HostTools.Speech.OtherSpeech.txt";
    private const string Language = "en";
    private static readonly char[] Separators = [' ', ',', '.', '?', '!', '\''];

    private readonly string[][] _kinds;

    /// <exception cref="ModelException">It is asked for in a language that the texts are not in.</exception>
    public OtherSpeech(SynthesisRequest request)
    {
        if (request.Language.Split('-')[0] != Language)
            throw new ModelException($"--unknown speaks English, and '{request.Language}' is not; give the words of the class " +
                "unknown yourself, in a folder of their own, and train with --also.");
        HashSet<string> own = [.. request.Words.SelectMany(Words)];
        var random = new Random(request.Seed);
        _kinds = [.. Lines().Where(line => !Words(line).Any(own.Contains)).GroupBy(line => line.Contains(' '))
            .Select(lines => lines.ToArray())];
        if (_kinds.Length == 0)
            throw new ModelException("Every text of --unknown holds one of the words; give fewer words.");
        foreach (string[] lines in _kinds)
            random.Shuffle(lines);
    }

    /// <summary>Sentences and words take turns, and each gets its turn before one is heard again.</summary>
    public string Text(int number)
    {
        string[] lines = _kinds[number % _kinds.Length];
        return lines[number / _kinds.Length % lines.Length];
    }

    private static IEnumerable<string> Words(string text) =>
        text.ToLowerInvariant().Split(Separators, StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Lines()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
            if (line.Length > 0)
                yield return line;
    }
}
