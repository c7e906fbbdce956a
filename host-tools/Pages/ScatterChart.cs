using System.Globalization;
using System.Text;

namespace McuAi.HostTools.Pages;

/// <summary>Points over a logarithmic horizontal axis, as SVG.</summary>
internal static class ScatterChart
{
    private const int Width = 960, Height = 460, Left = 64, Right = 24, Top = 44, Bottom = 44, Ticks = 5, LegendStep = 200;

    /// <summary>Filled or hollow circles in the accent colour, filled or hollow squares in the other one.</summary>
    public enum Mark
    {
        Circle,
        HollowCircle,
        Square,
        HollowSquare,
    }

    /// <param name="Name">Shown when the pointer rests on the point.</param>
    /// <param name="Label">Beside the point; empty for none.</param>
    public sealed record Point(double X, double Y, Mark Mark, string Name, string Label = "");

    /// <param name="line">Through some of the points, such as those that none beats.</param>
    /// <param name="limit">A vertical line; infinite for none.</param>
    public static string Render(string horizontal, IReadOnlyList<Point> points, IReadOnlyList<(double X, double Y)> line,
        double limit, IReadOnlyList<(Mark Mark, string Name)> legend)
    {
        if (points.Count == 0)
            return "<p>Nothing was measured.</p>";
        double left = points.Min(point => point.X) / 1.15, right = points.Max(point => point.X) * 1.15;
        double room = Math.Max(0.05 * (points.Max(point => point.Y) - points.Min(point => point.Y)), 0.5);
        double low = points.Min(point => point.Y) - room, high = points.Max(point => point.Y) + room;
        var svg = new StringBuilder($"<svg viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" role=\"img\">");
        for (int i = 0; i <= Ticks; i++)
        {
            double value = low + ((high - low) * i / Ticks);
            svg.Append($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{N(Y(value))}\" y2=\"{N(Y(value))}\"/>")
                .Append($"<text class=\"faint\" x=\"{Left - 8}\" y=\"{N(Y(value) + 4)}\" text-anchor=\"end\">{value.ToString("0.0", CultureInfo.InvariantCulture)}</text>");
        }

        foreach (double tick in PowersOfTwo(left, right))
            svg.Append($"<line class=\"grid\" x1=\"{N(X(tick))}\" x2=\"{N(X(tick))}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/>")
                .Append($"<text class=\"faint\" x=\"{N(X(tick))}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{tick / 1024:0.##} KB</text>");
        svg.Append($"<text class=\"faint\" x=\"{Width - Right}\" y=\"{Height - 6}\" text-anchor=\"end\">{HtmlPage.Text(horizontal)}</text>");
        if (limit >= left && limit <= right)
            svg.Append($"<line class=\"edge\" stroke-dasharray=\"5 4\" x1=\"{N(X(limit))}\" x2=\"{N(X(limit))}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/>")
                .Append($"<text class=\"faint\" x=\"{N(X(limit) + 5)}\" y=\"{Top + 12}\">budget</text>");
        svg.Append($"<polyline class=\"line\" points=\"{string.Join(' ', line.Select(point => $"{N(X(point.X))},{N(Y(point.Y))}"))}\"/>");
        foreach (Point point in points)
            Append(svg, point.Mark, X(point.X), Y(point.Y), point.Name, point.Label);
        for (int i = 0; i < legend.Count; i++)
            Append(svg, legend[i].Mark, Left + 6 + (i * LegendStep), 14, legend[i].Name, legend[i].Name);
        return svg.Append("</svg>").ToString();

        double X(double x) => Left + ((Math.Log(x) - Math.Log(left)) / (Math.Log(right) - Math.Log(left)) * (Width - Left - Right));
        double Y(double y) => Top + ((high - y) / (high - low) * (Height - Top - Bottom));
    }

    private static void Append(StringBuilder svg, Mark mark, double x, double y, string name, string label)
    {
        string style = mark is Mark.HollowCircle or Mark.HollowSquare ? "hollow" : "solid";
        svg.Append("<g>").Append(mark is Mark.Circle or Mark.HollowCircle
                ? $"<circle class=\"{style}\" cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"5\"/>"
                : $"<rect class=\"{style} second\" x=\"{N(x - 5)}\" y=\"{N(y - 5)}\" width=\"10\" height=\"10\"/>")
            .Append($"<title>{HtmlPage.Text(name)}</title></g>");
        if (label.Length == 0)
            return;
        bool before = x > Width * 0.8;
        svg.Append($"<text x=\"{N(before ? x - 10 : x + 10)}\" y=\"{N(y + 4)}\"{(before ? " text-anchor=\"end\"" : "")}>{HtmlPage.Text(label)}</text>");
    }

    private static IEnumerable<double> PowersOfTwo(double left, double right)
    {
        for (double tick = Math.Pow(2, Math.Ceiling(Math.Log2(left))); tick <= right; tick *= 2)
            yield return tick;
    }

    private static string N(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
