using System.Globalization;
using System.Text.RegularExpressions;
using McuAi.HostTools.Boards;

namespace McuAi.Tests.Learning;

/// <summary>The card beside a pack that is shipped.</summary>
internal static class ModelCard
{
    /// <summary>A file of the folder models.</summary>
    public static string Path(string name) => System.IO.Path.Combine(ProjectFolder.Find().Root, "models", name);

    /// <summary>The number that a card states where the figure's first group matches.</summary>
    public static double Stated(string card, Regex figure)
    {
        Match match = figure.Match(File.ReadAllText(Path(card)));
        Assert.IsTrue(match.Success, $"{card} does not state {figure}");
        return double.Parse(match.Groups[1].Value.Replace(",", ""), CultureInfo.InvariantCulture);
    }
}
