using System.Text;
using McuAi.HostTools.Pages;
using McuAi.ModelConverter.Memory;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Inspection;

/// <summary>The arena as a picture: operators from left to right, addresses from bottom to top.</summary>
internal static class ArenaPicture
{
    private const int Left = 80, Height = 320, Bottom = 24;

    public static string Render(PackModel model, ArenaPlan plan)
    {
        int columns = model.Operators.Count + 2; // before the first operator, the operators, after the last
        double column = Math.Clamp(860.0 / columns, 4, 70);
        int numbered = (int)Math.Ceiling(18 / column); // every so many operators, where numbers would touch
        double width = Left + (column * columns);
        double bytes = Math.Max(1, plan.Bytes);
        double Y(double address) => 8 + (Height * (1 - (address / bytes)));

        var svg = new StringBuilder($"<svg viewBox=\"0 0 {width:0} {Height + Bottom + 8}\" width=\"{width:0}\" ")
            .Append("role=\"img\">");
        for (int i = 0; i <= 4; i++)
        {
            double address = bytes * i / 4;
            svg.Append($"<line class=\"grid\" x1=\"{Left}\" x2=\"{width:0}\" y1=\"{Y(address):0.#}\" ")
                .Append($"y2=\"{Y(address):0.#}\"/><text class=\"faint\" x=\"{Left - 8}\" y=\"{Y(address) + 4:0.#}\" ")
                .Append($"text-anchor=\"end\">{address:N0}</text>");
        }

        for (int i = 0; i < model.Operators.Count; i += numbered)
            svg.Append($"<text class=\"faint\" x=\"{Left + (column * (i + 1.5)):0.#}\" y=\"{Height + Bottom}\" ")
                .Append($"text-anchor=\"middle\">{i}</text>");
        foreach (ArenaBuffer buffer in plan.Buffers.Where(buffer => buffer.LastUse >= buffer.FirstUse))
            AppendBlock(svg, buffer, Left + (column * (buffer.FirstUse + 1)),
                column * (buffer.LastUse - buffer.FirstUse + 1), Y(buffer.Offset + buffer.Bytes), Y(buffer.Offset));
        return svg.Append("</svg>").ToString();
    }

    private static void AppendBlock(StringBuilder svg, ArenaBuffer buffer, double x, double width, double top,
        double bottom)
    {
        string color = buffer.ScratchOf is null ? "var(--accent)" : "var(--second)";
        svg.Append($"<g><title>{HtmlPage.Text(buffer.Name)}: {buffer.Bytes:N0} bytes at {buffer.Offset:N0}</title>")
            .Append($"<rect x=\"{x + 1:0.#}\" y=\"{top:0.#}\" width=\"{Math.Max(1, width - 2):0.#}\" ")
            .Append($"height=\"{Math.Max(1, bottom - top):0.#}\" rx=\"2\" style=\"fill:{color};fill-opacity:.35;")
            .Append($"stroke:{color}\"/>");
        string label = $"{buffer.Bytes:N0}";
        if (bottom - top > 14 && width > label.Length * 7)
            svg.Append($"<text x=\"{x + (width / 2):0.#}\" y=\"{((top + bottom) / 2) + 4:0.#}\" ")
                .Append($"text-anchor=\"middle\">{label}</text>");
        svg.Append("</g>");
    }
}
