using System.Text;
using McuAi.HostTools.Pages;

namespace McuAi.HostTools.Inspection;

/// <summary>A horizontal bar for each row, as SVG.</summary>
internal static class BarChart
{
    private const int Width = 960, LabelWidth = 190, ValueWidth = 200, RowHeight = 22;

    public static string Render(IReadOnlyList<(string Label, long Value)> rows, string unit)
    {
        long greatest = Math.Max(1, rows.Select(row => row.Value).DefaultIfEmpty(0).Max());
        long total = Math.Max(1, rows.Sum(row => row.Value));
        int height = Math.Max(1, rows.Count) * RowHeight;
        var svg = new StringBuilder($"<svg viewBox=\"0 0 {Width} {height}\" width=\"{Width}\" role=\"img\">");
        for (int i = 0; i < rows.Count; i++)
        {
            int y = i * RowHeight;
            double width = (Width - LabelWidth - ValueWidth) * rows[i].Value / (double)greatest;
            svg.Append($"<text x=\"0\" y=\"{y + 15}\">{HtmlPage.Text(rows[i].Label)}</text>")
                .Append($"<rect class=\"bar\" x=\"{LabelWidth}\" y=\"{y + 3}\" width=\"{width:0.#}\" ")
                .Append($"height=\"{RowHeight - 6}\" rx=\"2\"/>")
                .Append($"<text class=\"faint\" x=\"{LabelWidth + width + 8:0.#}\" y=\"{y + 15}\">")
                .Append($"{rows[i].Value:N0} {unit}, {100.0 * rows[i].Value / total:0.#} %</text>");
        }

        return svg.Append("</svg>").ToString();
    }
}
