using System.Globalization;
using System.Text.RegularExpressions;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Commands;

/// <summary>Amounts as people write them: 32k, 1M, 100ms.</summary>
internal static partial class Amounts
{
    /// <summary>Bytes; k and M are 1024 and 1024². Infinite where nothing is given.</summary>
    public static double Bytes(string option, string? text) => Parse(option, text, "bytes, such as 32k, 32KB or 1M", unit => unit switch
    {
        "" or "b" => 1,
        "k" or "kb" or "kib" => 1024,
        "m" or "mb" or "mib" => 1024 * 1024,
        _ => null,
    });

    /// <summary>Milliseconds. Infinite where nothing is given.</summary>
    public static double Milliseconds(string option, string? text) => Parse(option, text, "a time with its unit, such as 100ms or 0.1s",
        unit => unit switch { "us" => 1e-3, "ms" => 1, "s" => 1e3, _ => null });

    private static double Parse(string option, string? text, string wanted, Func<string, double?> factor)
    {
        if (text is null)
            return double.PositiveInfinity;
        Match match = Amount().Match(text);
        return match.Success && factor(match.Groups[2].Value.ToLowerInvariant()) is { } unit &&
            double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * unit is > 0 and < 1e15 and var amount
            ? amount
            : throw new ModelException($"{option} {text}: give {wanted}.");
    }

    [GeneratedRegex(@"^([0-9]+(?:\.[0-9]+)?) ?([a-zA-Z]*)$")]
    private static partial Regex Amount();
}
