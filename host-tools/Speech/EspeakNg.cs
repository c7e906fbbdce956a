using System.Text;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Speech;

/// <summary>espeak-ng: many accents, and variants of the voice that speaks them.</summary>
internal static class EspeakNg
{
    public const string Program = "espeak-ng";

    /// <summary>Variants that nobody would take for a person.</summary>
    private static readonly string[] Unhuman =
        ["whisper", "robo", "croak", "demonic", "unirobot", "ricishay", "announcer", "fast"];

    /// <summary>Voices of a language: the variants, each of which speaks every accent, so that a held-out voice is
    /// heard in no accent.</summary>
    public static async Task<IReadOnlyList<Voice>> VoicesAsync(string language, CancellationToken cancellation)
    {
        string[] accents = [.. (await ListAsync(language, cancellation).ConfigureAwait(false))
            .Where(row => !row.File.StartsWith("mb/", StringComparison.Ordinal) && !row.File.StartsWith('!'))
            .Select(row => row.Language).Distinct()];
        if (accents.Length == 0)
            throw new ModelException($"{Program} speaks no language '{language}'; `{Program} --voices` lists those " +
                "that it speaks.");
        string[] variants = [.. (await ListAsync("variant", cancellation).ConfigureAwait(false))
            .Where(row => row.File.StartsWith("!v/", StringComparison.Ordinal)).Select(row => row.File[3..])
            .Where(IsHuman).Distinct().Order(StringComparer.Ordinal)];
        return [new EspeakVoice("", accents), .. variants.Select(variant => new EspeakVoice(variant, accents))];
    }

    private static bool IsHuman(string variant) =>
        !Unhuman.Any(name => variant.Contains(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Rows of `espeak-ng --voices=X`: priority, language, age and gender, name, file, other
    /// languages.</summary>
    private static async Task<IReadOnlyList<(string Language, string File)>> ListAsync(string what,
        CancellationToken cancellation)
    {
        byte[] output = await SpeechProgram.RunAsync(Program, [$"--voices={what}"], "", cancellation).ConfigureAwait(false);
        var rows = new List<(string, string)>();
        foreach (string line in Encoding.UTF8.GetString(output).Split('\n').Skip(1))
        {
            // A name with a space, as "Mr serious", is cut off here and not a voice that could be chosen.
            string[] cells = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (cells.Length >= 5 && (cells.Length == 5 || cells[5].StartsWith('(')))
                rows.Add((cells[1], cells[4]));
        }

        return rows;
    }
}

/// <param name="Variant">Of the voice; empty for the plain one.</param>
/// <param name="Accents">That it can speak with.</param>
internal sealed record EspeakVoice(string Variant, string[] Accents)
    : Voice("espeak-" + (Variant.Length == 0 ? "plain" : Variant.Replace('_', '-')))
{
    private static readonly string[] Endings = ["", ".", "?", ","];

    public override int Turns => 1;

    public override Task<byte[]> SpeakAsync(string word, Random random, CancellationToken cancellation)
    {
        string accent = Accents[random.Next(Accents.Length)];
        int pitch = random.Next(15, 86), wordsPerMinute = random.Next(95, 231);
        string text = word + Endings[random.Next(Endings.Length)];
        string voice = Variant.Length == 0 ? accent : $"{accent}+{Variant}";
        return SpeechProgram.RunAsync(EspeakNg.Program,
            ["-v", voice, "-p", $"{pitch}", "-s", $"{wordsPerMinute}", "-b", "1", "--stdin", "--stdout"], text,
            cancellation);
    }
}
