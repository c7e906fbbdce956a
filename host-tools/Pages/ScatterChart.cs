using System.Globalization;
using System.Text;

namespace McuAi.HostTools.Pages;

/// <summary>Points over a logarithmic horizontal axis, as SVG.</summary>
internal static class ScatterChart
{
    private const int Width = 960, Height = 460, Left = 64, Right = 24, Top = 44, Bottom = 44, MostTicks = 8, LegendStep = 200;

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
    /// <param name="span">How far below the highest point the picture reaches; what is lower is left out.</param>
    public static string Render(string horizontal, double span, IReadOnlyList<Point> all, IReadOnlyList<(double X, double Y)> line,
        double limit, IReadOnlyList<(Mark Mark, string Name)> legend)
    {
        if (all.Count == 0)
            return "<p>Nothing was measured.</p>";
        double top = all.Max(point => point.Y);
        Point[] points = [.. all.Where(point => point.Y >= top - span)];
        double left = points.Min(point => point.X) / 1.15, right = points.Max(point => point.X) * 1.15;
        double step = RoundSteps.AtLeast(Math.Max(top - points.Min(point => point.Y), 1) / (MostTicks - 2));
        double low = (Math.Floor(points.Min(point => point.Y) / step) - 0.5) * step, high = (Math.Ceiling(top / step) + 0.25) * step;
        var svg = new StringBuilder($"<svg viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" role=\"img\">");
        for (double value = Math.Ceiling(low / step) * step; value <= high; value += step)
            svg.Append($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{N(Y(value))}\" y2=\"{N(Y(value))}\"/>")
                .Append($"<text class=\"faint\" x=\"{Left - 8}\" y=\"{N(Y(value) + 4)}\" text-anchor=\"end\">{N(value)}</text>");
        foreach (double tick in Doublings(left, right))
            svg.Append($"<line class=\"grid\" x1=\"{N(X(tick))}\" x2=\"{N(X(tick))}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/>")
                .Append($"<text class=\"faint\" x=\"{N(X(tick))}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{tick / 1024:0.##} KB</text>");
        svg.Append($"<text class=\"faint\" x=\"{Width - Right}\" y=\"{Height - 6}\" text-anchor=\"end\">{HtmlPage.Text(horizontal)}</text>");
        if (limit >= left && limit <= right)
            svg.Append($"<line class=\"edge\" stroke-dasharray=\"5 4\" x1=\"{N(X(limit))}\" x2=\"{N(X(limit))}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/>")
                .Append($"<text class=\"faint\" x=\"{N(X(limit) + 5)}\" y=\"{Top + 12}\">budget</text>");
        svg.Append($"<polyline class=\"line\" points=\"{string.Join(' ', line.Where(point => point.Y >= low).Select(point => $"{N(X(point.X))},{N(Y(point.Y))}"))}\"/>");
        foreach (Point point in points)
            Append(svg, point.Mark, X(point.X), Y(point.Y), point.Name, point.Label, -7); // above lines and neighbours
        for (int i = 0; i < legend.Count; i++)
            Append(svg, legend[i].Mark, Left + 6 + (i * LegendStep), 14, legend[i].Name, legend[i].Name, 4);
        return svg.Append("</svg>").ToString();

        double X(double x) => Left + ((Math.Log(x) - Math.Log(left)) / (Math.Log(right) - Math.Log(left)) * (Width - Left - Right));
        double Y(double y) => Top + ((high - y) / (high - low) * (Height - Top - Bottom));
    }

    private static void Append(StringBuilder svg, Mark mark, double x, double y, string name, string label, int rise)
    {
        string style = mark is Mark.HollowCircle or Mark.HollowSquare ? "hollow" : "solid";
        svg.Append("<g>").Append(mark is Mark.Circle or Mark.HollowCircle
                ? $"<circle class=\"{style}\" cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"5\"/>"
                : $"<rect class=\"{style} second\" x=\"{N(x - 5)}\" y=\"{N(y - 5)}\" width=\"10\" height=\"10\"/>")
            .Append($"<title>{HtmlPage.Text(name)}</title></g>");
        if (label.Length == 0)
            return;
        bool before = x > Width * 0.8;
        svg.Append($"<text x=\"{N(before ? x - 8 : x + 8)}\" y=\"{N(y + rise)}\"{(before ? " text-anchor=\"end\"" : "")}>{HtmlPage.Text(label)}</text>");
    }

    /// <summary>Powers of two and what is one and a half times as much.</summary>
    private static IEnumerable<double> Doublings(double left, double right)
    {
        for (double power = Math.Pow(2, Math.Floor(Math.Log2(left))); power <= right; power *= 2)
            foreach (double tick in (double[])[power, 1.5 * power])
                if (tick >= left && tick <= right)
                    yield return tick;
    }

    private static string N(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
