using System.Net;
using System.Text;
using McuAi.HostTools.Models;
using McuAi.ModelConverter.Memory;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Inspection;

/// <summary>A self-contained HTML page about a pack: figures, the graph, the arena over time, flash and MACs by layer.
/// No script, no request to anywhere.</summary>
public static class InspectionPage
{
    private const string Style = """
        :root { color-scheme: light dark; --ink: #1c2430; --faint: #667085; --line: #d5dbe3; --paper: #fff;
          --panel: #f5f7fa; --accent: #2563a8; --second: #b4570f; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --faint: #98a2b3; --line: #39424f;
          --paper: #14181e; --panel: #1c222b; --accent: #6ba6e8; --second: #e5965a; } }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem auto;
          max-width: 72rem; padding: 0 1rem; }
        h1 { font-size: 1.6rem; margin: 0 0 1rem; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; }
        p { margin: .3rem 0 .8rem; color: var(--faint); max-width: 46rem; }
        .figures { display: flex; flex-wrap: wrap; gap: .7rem; }
        .figure { background: var(--panel); border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .9rem; }
        .figure b { display: block; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
        .figure span { color: var(--faint); font-size: .85rem; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
        th { color: var(--faint); font-weight: 600; } .n { text-align: right; }
        .scroll { overflow-x: auto; } svg { display: block; max-width: 100%; height: auto; }
        svg text { fill: var(--ink); font: 12px system-ui, sans-serif; } svg .faint { fill: var(--faint); }
        svg .box { fill: var(--panel); stroke: var(--line); } svg .edge { stroke: var(--faint); fill: none; }
        svg .bar { fill: var(--accent); } svg .grid { stroke: var(--line); }
        """;

    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>The page as UTF-8.</summary>
    public static byte[] Render(PackModel model)
    {
        ArenaPlan plan = ArenaPlan.Of(model);
        var page = new StringBuilder();
        page.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
            .Append($"<title>{Text(model.Name)} – McuAi</title>\n<style>{Style}</style></head>\n<body>\n")
            .Append($"<h1>{Text(model.Name)}</h1>\n");
        AppendFigures(page, model);
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
        page.Append("</body></html>\n");
        return Encoding.UTF8.GetBytes(page.ToString());
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
            ($"{model.CacheBytes:N0}", "bytes of cache if streamed"),
            ($"{model.Operators.Count}", "operators"),
            (ModelInput.Describe(model), "input"),
        ];
        page.Append("<div class=\"figures\">");
        if (model.WholeArenaBytes is { } whole)
            figures = [.. figures, ($"{whole:N0}", "bytes of arena with whole layers; they run in strips of rows")];
        foreach ((string value, string name) in figures)
            page.Append($"<div class=\"figure\"><b>{Text(value)}</b><span>{Text(name)}</span></div>");
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
