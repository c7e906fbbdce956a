using System.Text;
using McuAi.HostTools.Models;
using McuAi.HostTools.Pages;
using McuAi.ModelConverter.Memory;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Inspection;

/// <summary>A page about a pack: figures, the graph, the arena over time, flash and MACs by layer.</summary>
public static class InspectionPage
{
    /// <summary>The page as UTF-8.</summary>
    public static byte[] Render(PackModel model)
    {
        ArenaPlan plan = ArenaPlan.Of(model);
        var page = new StringBuilder();
        page.Append($"<h1>{HtmlPage.Text(model.Name)}</h1>\n");
        AppendFigures(page, model);
        if (TokenReads.Of(model) is { } reads)
            LanguageSection.Append(page, model, reads);
        page.Append("<h2>Graph</h2>\n<p>Operators in the order of execution. Each box gives the output's shape; an arrow ")
            .Append("that skips boxes is a branch.</p>\n<div class=\"scroll\">").Append(GraphPicture.Render(model))
            .Append("</div>\n<h2>Arena over time</h2>\n<p>Each block is a tensor (blue) or scratch memory (orange): ")
            .Append("from left to right the operators during which it lives, from bottom to top its addresses. Blocks ")
            .Append("that overlap share memory that the kernels are done with.</p>\n<div class=\"scroll\">")
            .Append(ArenaPicture.Render(model, plan)).Append("</div>\n")
            .Append("<h2>Flash by operator</h2>\n<div class=\"scroll\">")
            .Append(BarChart.Render(Rows(model, ModelSummary.WeightBytes(model)), "bytes"))
            .Append("</div>\n<h2>MACs by operator</h2>\n<div class=\"scroll\">")
            .Append(BarChart.Render(Rows(model, [.. model.Operators.Select(ModelSummary.Macs)]), "MACs")).Append("</div>\n");
        AppendOperators(page, model);
        AppendShards(page, model);
        return HtmlPage.Render(model.Name, page.ToString());
    }

    private static List<(string Label, long Value)> Rows(PackModel model, long[] values) =>
        [.. model.Operators.Select((node, number) => ($"{number} {ModelSummary.Name(node)}", values[number]))
            .Where(row => row.Item2 > 0)];

    private static void AppendFigures(StringBuilder page, PackModel model)
    {
        (string Value, string Name)[] figures =
        [
            ($"{ModelSummary.Parameters(model):N0}", "parameters"),
            ($"{ModelSummary.Macs(model):N0}", "MACs an inference"),
            ($"{model.WeightBytes:N0}", "bytes of weights (flash)"),
            ($"{model.ArenaBytes:N0}", "bytes of arena (RAM)"),
            ($"{model.CacheSizes.Least:N0}", "bytes of cache if streamed"),
            ($"{model.Operators.Count}", "operators"),
            (ModelInput.Describe(model), "input"),
        ];
        page.Append("<div class=\"figures\">");
        if (model.WholeArenaBytes is { } whole)
            figures = [.. figures, ($"{whole:N0}", "bytes of arena with whole layers; they run in strips of rows")];
        foreach ((string value, string name) in figures)
            page.Append($"<div class=\"figure\"><b>{HtmlPage.Text(value)}</b><span>{HtmlPage.Text(name)}</span></div>");
        page.Append("</div>\n");
    }

    private static void AppendOperators(StringBuilder page, PackModel model)
    {
        page.Append("<h2>Operators</h2>\n<div class=\"scroll\"><table><tr><th class=\"n\">#</th><th>operator</th>")
            .Append("<th>input</th><th>output</th><th class=\"n\">MACs</th><th class=\"n\">weights, bytes</th>")
            .Append("<th>type</th><th class=\"n\">scratch, bytes</th></tr>\n");
        long[] weightBytes = ModelSummary.WeightBytes(model);
        for (int i = 0; i < model.Operators.Count; i++)
        {
            PackOperator node = model.Operators[i];
            string input = node.Inputs[0] is { } x ? ModelSummary.Shape(x) : "";
            string type = node.HasWeights ? $"{node.Input(1).Type}, {node.Layout} layout".ToLowerInvariant() : "";
            page.Append($"<tr><td class=\"n\">{i}</td><td>{ModelSummary.Name(node)}</td><td>{input}</td>")
                .Append($"<td>{ModelSummary.Shape(node.Output)}</td><td class=\"n\">{ModelSummary.Macs(node):N0}</td>")
                .Append($"<td class=\"n\">{weightBytes[i]:N0}</td><td>{type}</td>")
                .Append($"<td class=\"n\">{node.ScratchBytes:N0}</td></tr>\n");
        }

        page.Append("</table></div>\n");
    }

    private static void AppendShards(StringBuilder page, PackModel model)
    {
        page.Append("<h2>Shards</h2>\n<div class=\"scroll\"><table><tr><th class=\"n\">#</th><th class=\"n\">offset</th>")
            .Append("<th class=\"n\">bytes</th><th>CRC-32C</th><th>SHA-256</th></tr>\n");
        for (int i = 0; i < model.Shards.Count; i++)
        {
            PackShard shard = model.Shards[i];
            page.Append($"<tr><td class=\"n\">{i}</td><td class=\"n\">{shard.Offset:N0}</td>")
                .Append($"<td class=\"n\">{shard.Bytes:N0}</td><td>{shard.Crc32C:x8}</td>")
                .Append($"<td>{Convert.ToHexStringLower(shard.Sha256)}</td></tr>\n");
        }

        page.Append("</table></div>\n");
    }
}
