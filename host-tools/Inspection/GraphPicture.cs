using System.Text;
using McuAi.HostTools.Models;
using McuAi.HostTools.Pages;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Inspection;

/// <summary>The program as boxes from top to bottom with arrows from producers to consumers.</summary>
internal static class GraphPicture
{
    private const int BoxWidth = 330, BoxHeight = 26, Step = 40, Left = 10, Lane = 14;

    public static string Render(PackModel model)
    {
        List<(int From, int To)> edges = Edges(model);
        List<(int From, int To)> branches = [.. edges.Where(edge => edge.To > edge.From + 1)];
        int height = ((model.Operators.Count + 2) * Step) + 10;
        int width = Left + BoxWidth + 40 + (Lane * branches.Count);
        var svg = new StringBuilder($"<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" role=\"img\">")
            .Append("<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" ")
            .Append("markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0 L8 4 L0 8 z\" style=\"fill:var(--faint)\"/>")
            .Append("</marker></defs>");
        AppendBox(svg, -1, "input", ModelInput.Describe(model));
        for (int i = 0; i < model.Operators.Count; i++)
            AppendBox(svg, i, $"{i} {ModelSummary.Name(model.Operators[i])}",
                ModelSummary.Shape(model.Operators[i].Output));
        foreach ((int from, int to) in edges.Except(branches))
            svg.Append($"<path class=\"edge\" marker-end=\"url(#tip)\" d=\"M{Left + 60} {Y(from) + BoxHeight} ")
                .Append($"V{Y(to)}\"/>");
        for (int i = 0; i < branches.Count; i++)
            svg.Append($"<path class=\"edge\" marker-end=\"url(#tip)\" d=\"M{Left + BoxWidth} ")
                .Append($"{Y(branches[i].From) + 17} H{Left + BoxWidth + 16 + (Lane * i)} V{Y(branches[i].To) + 9} ")
                .Append($"H{Left + BoxWidth}\"/>");
        return svg.Append("</svg>").ToString();
    }

    private static int Y(int number) => 6 + ((number + 1) * Step);

    private static void AppendBox(StringBuilder svg, int number, string name, string shape) => svg
        .Append($"<rect class=\"box\" x=\"{Left}\" y=\"{Y(number)}\" width=\"{BoxWidth}\" height=\"{BoxHeight}\" rx=\"4\"/>")
        .Append($"<text x=\"{Left + 10}\" y=\"{Y(number) + 17}\">{HtmlPage.Text(name)}</text>")
        .Append($"<text class=\"faint\" x=\"{Left + BoxWidth - 10}\" y=\"{Y(number) + 17}\" text-anchor=\"end\">")
        .Append($"{HtmlPage.Text(shape)}</text>");

    /// <summary>Pairs of operator numbers; -1 is the model's input.</summary>
    private static List<(int From, int To)> Edges(PackModel model)
    {
        var producers = new Dictionary<PackTensor, int>(ReferenceEqualityComparer.Instance);
        foreach (PackTensor input in model.Inputs)
            producers[Whole(input)] = -1;
        var edges = new HashSet<(int, int)>();
        var drawn = new HashSet<(int, PackTensor)>(); // one arrow for all strips that read what one operator wrote
        for (int i = 0; i < model.Operators.Count; i++)
        {
            foreach (PackTensor input in model.Operators[i].Inputs.OfType<PackTensor>())
                if (producers.TryGetValue(Whole(input), out int from) &&
                    (input.Bytes == Whole(input).Bytes || drawn.Add((from, Whole(input)))))
                    edges.Add((from, i));
            foreach (PackTensor output in model.Operators[i].Outputs)
                producers[Whole(output)] = i;
        }

        return [.. edges];
    }

    private static PackTensor Whole(PackTensor tensor) => tensor.ViewOf ?? tensor;
}
