using System.Globalization;
using McuAi.HostTools.Native;

namespace McuAi.HostTools.Language;

/// <summary>What streaming a language model's weights took for each token, and the speed that this means.</summary>
/// <param name="Tokens">That the model was given.</param>
public sealed record StreamingReport(StoreStatistics Statistics, int Tokens)
{
    private const double Megabyte = 1e6;

    /// <summary>Bytes a second in millions: octal flash of small chips, quad SPI, and octal PSRAM or eMMC.</summary>
    public static IReadOnlyList<int> Bandwidths { get; } = [8, 24, 50];

    public double BytesPerToken => (double)Statistics.Bytes / Tokens;

    /// <summary>Tokens a second where reading alone takes time: computing overlaps with it and is faster.</summary>
    public double TokensPerSecond(double megabytesPerSecond) => megabytesPerSecond * Megabyte / BytesPerToken;

    /// <summary>The same where every token's computing comes on top of its reading: nothing overlaps.</summary>
    public double TokensPerSecond(double megabytesPerSecond, double computingSeconds) =>
        1 / ((1 / TokensPerSecond(megabytesPerSecond)) + computingSeconds);

    public override string ToString()
    {
        string speeds = string.Join(", ", Bandwidths.Select(rate =>
            string.Create(CultureInfo.InvariantCulture, $"{TokensPerSecond(rate):N2} tokens/s at {rate} MB/s")));
        return string.Create(CultureInfo.InvariantCulture,
            $"{BytesPerToken:N0} bytes a token, {(double)Statistics.Reads / Tokens:N1} reads, {(double)Statistics.Hits / Tokens:N1} " +
            $"hits, {(double)Statistics.Stalls / Tokens:N1} stalls, {Statistics.Repeats} repeated; where reading alone takes time {speeds}");
    }
}
