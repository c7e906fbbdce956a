using System.Text;

namespace McuAi.HostTools.Speech;

/// <summary>flite: few English voices, which are recorded people.</summary>
internal static class Flite
{
    public const string Program = "flite";

    /// <summary>Voices that know a few sentences only, such as the time of day.</summary>
    private const string LimitedEnding = "_time";

    public static async Task<IReadOnlyList<Voice>> VoicesAsync(CancellationToken cancellation)
    {
        // Voices available: kal awb_time kal16 awb rms slt
        byte[] output = await SpeechProgram.RunAsync(Program, ["-lv"], "", cancellation).ConfigureAwait(false);
        string[] words = Encoding.UTF8.GetString(output).Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        return
        [
            .. words.SkipWhile(word => !word.EndsWith(':')).Skip(1)
                .Where(name => !name.EndsWith(LimitedEnding, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal).Select(name => new FliteVoice(name)),
        ];
    }
}

/// <param name="Name">kal and kal16 are the same person at two rates.</param>
internal sealed record FliteVoice(string Name)
    : Voice("flite-" + Name.Replace("16", "", StringComparison.Ordinal).Replace('_', '-'))
{
    private static readonly string[] Endings = [".", "?", ","];

    /// <summary>People vary more than a synthesizer's variants do.</summary>
    public override int Turns => 4;

    public override bool IsPerson => true;

    /// <summary>Hz, as its recordings have.</summary>
    private int MeanPitch => Name switch
    {
        "slt" => 180,
        "awb" => 120,
        _ => 103,
    };

    public override async Task<byte[]> SpeakAsync(string word, Random random, CancellationToken cancellation)
    {
        double stretch = 0.7 + 0.7 * random.NextDouble(), pitch = MeanPitch * (0.75 + 0.6 * random.NextDouble());
        string text = word + Endings[random.Next(Endings.Length)];

        // It goes back to write the length, which a pipe does not allow.
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            await SpeechProgram.RunAsync(Flite.Program,
                ["-voice", Name, "--setf", $"duration_stretch={stretch:0.00}", "--setf", $"int_f0_target_mean={pitch:0}",
                    "-t", text, "-o", file], "", cancellation).ConfigureAwait(false);
            return await File.ReadAllBytesAsync(file, cancellation).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
