using System.Globalization;
using System.Text;

namespace McuAi.HostTools.Pages;

/// <summary>One or two lines over a common horizontal axis, as SVG.</summary>
internal static class LineChart
{
    private const int Width = 960, Height = 320, Left = 64, Right = 24, Top = 28, Bottom = 36, MostTicks = 8;

    /// <summary>A line and what it is called; points whose value is not a number are left out.</summary>
    public sealed record Line(string Name, IReadOnlyList<(double X, double Y)> Points);

    /// <param name="first">Drawn in the accent colour.</param>
    /// <param name="second">In the other one.</param>
    public static string Render(string horizontal, Line first, Line? second = null)
    {
        (double X, double Y)[] all = [.. first.Points.Concat(second?.Points ?? []).Where(point => double.IsFinite(point.Y))];
        if (all.Length == 0)
            return "<p>Nothing was measured.</p>";
        double right = Math.Max(1, all.Max(point => point.X));
        (double low, double high) = Bounds(all.Min(point => point.Y), all.Max(point => point.Y));
        var svg = new StringBuilder($"<svg viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" role=\"img\">");
        foreach (double value in RoundSteps.Between(low, high, RoundSteps.AtLeast((high - low) / MostTicks)))
            svg.Append($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{N(Y(value))}\" y2=\"{N(Y(value))}\"/>")
                .Append($"<text class=\"faint\" x=\"{Left - 8}\" y=\"{N(Y(value) + 4)}\" text-anchor=\"end\">")
                .Append($"{value.ToString("G3", CultureInfo.InvariantCulture)}</text>");
        foreach (double value in RoundSteps.Between(0, right, RoundSteps.AtLeast(right / MostTicks)))
            svg.Append($"<text class=\"faint\" x=\"{N(X(value))}\" y=\"{Height - 16}\" text-anchor=\"middle\">{value:#,0.##}</text>");
        svg.Append($"<text class=\"faint\" x=\"{Width - Right}\" y=\"{Height - 2}\" text-anchor=\"end\">{HtmlPage.Text(horizontal)}</text>");
        Append(first, "line", Left);
        if (second?.Points.Any(point => double.IsFinite(point.Y)) == true)
            Append(second, "line second", Left + 300);
        return svg.Append("</svg>").ToString();

        void Append(Line line, string style, int legend)
        {
            string points = string.Join(' ', line.Points.Where(point => double.IsFinite(point.Y))
                .Select(point => $"{N(X(point.X))},{N(Y(point.Y))}"));
            svg.Append($"<polyline class=\"{style}\" points=\"{points}\"/>")
                .Append($"<line class=\"{style}\" x1=\"{legend}\" x2=\"{legend + 24}\" y1=\"12\" y2=\"12\"/>")
                .Append($"<text x=\"{legend + 32}\" y=\"16\">{HtmlPage.Text(line.Name)}</text>");
        }

        double X(double x) => Left + (x / right * (Width - Left - Right));
        double Y(double y) => Top + ((high - y) / (high - low) * (Height - Top - Bottom));
    }

    /// <summary>The range of the vertical axis: some room above and below, never empty.</summary>
    private static (double Low, double High) Bounds(double least, double greatest)
    {
        double room = Math.Max((greatest - least) * 0.05, 1e-3);
        return (least - room < 0 && least >= 0 ? 0 : least - room, greatest + room);
    }

    private static string N(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
