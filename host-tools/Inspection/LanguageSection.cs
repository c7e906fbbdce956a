using System.Text;
using McuAi.HostTools.Pages;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Reference.Transformer;

namespace McuAi.HostTools.Inspection;

/// <summary>The part of a page that tells of a language model: bytes for each token, the cache, and which experts are chosen.</summary>
internal static class LanguageSection
{
    private const int MostTokens = 256, Seed = 7;
    private const int Cell = 26, LabelWidth = 80;

    public static void Append(StringBuilder page, PackModel model, TokenReads reads)
    {
        (string Part, long Bytes)[] parts = [.. reads.Parts];
        page.Append("<h2>Bytes that a token reads</h2>\n<p>").Append($"{parts.Sum(part => part.Bytes):N0} bytes of weights for each ")
            .Append("token that is foreseen, of experts those of the chosen ones.</p>\n<div class=\"scroll\">")
            .Append(BarChart.Render(parts, "bytes")).Append("</div>\n<h2>Cache of attention</h2>\n<p>")
            .Append($"Of each token {reads.CachedValues:N0} numbers of 8 bits are remembered in {reads.Layers} layers, with their scales ")
            .Append($"{reads.CacheBytes:N0} bytes of RAM.</p>\n");
        if (reads.Experts.Count > 0)
            AppendRouting(page, model, reads);
    }

    private static void AppendRouting(StringBuilder page, PackModel model, TokenReads reads)
    {
        if (model.Operators.Exists(node => node.Layout != ModelConverter.Layouts.WeightLayout.Rows))
            return; // the plain reference, which tells of its experts, reads that layout alone
        var counts = reads.Experts.ToDictionary(node => node, node => new int[node.Parameters[0]]);
        int tokens = Run(model, counts);
        page.Append("<h2>Routing</h2>\n<p>").Append($"How often each expert was chosen for {tokens} tokens that the model made up ")
            .Append("itself, in percent of the tokens: the darker the more.</p>\n<div class=\"scroll\">")
            .Append(Picture([.. reads.Experts.Select(node => counts[node])], tokens)).Append("</div>\n");
    }

    /// <summary>Lets the model go on from nothing, by chance; returns how many tokens it was given.</summary>
    private static int Run(PackModel model, Dictionary<PackOperator, int[]> counts)
    {
        var executor = new TransformerExecutor(model)
        {
            Routed = (node, chosen) =>
            {
                foreach (int expert in chosen)
                    counts[node][expert]++;
            },
        };
        ITokenizer? tokenizer = model.Tokenizer is { } record ? TokenizerReader.Read(record) : null;
        int most = Math.Min(MostTokens, model.Operators.First(node => node.Opcode == Opcode.Attention).Input(6).Dim(2));
        var random = new Random(Seed);
        int token = Math.Max(tokenizer?.Begin ?? 0, 0);
        for (int i = 0; i < most; i++)
            token = Draw(executor.Next([token], i), random);
        return most;
    }

    private static int Draw(int[] logits, Random random)
    {
        double greatest = logits.Max();
        double[] weights = [.. logits.Select(logit => Math.Exp((logit - greatest) / 65536))];
        double left = random.NextDouble() * weights.Sum();
        int token = Array.FindIndex(weights, weight => (left -= weight) < 0);
        return token < 0 ? Array.IndexOf(logits, (int)greatest) : token;
    }

    private static string Picture(IReadOnlyList<int[]> layers, int tokens)
    {
        int experts = layers.Max(layer => layer.Length), greatest = Math.Max(1, layers.Max(layer => layer.Max()));
        int width = LabelWidth + (experts * Cell), height = (layers.Count + 1) * Cell;
        var svg = new StringBuilder($"<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" role=\"img\">");
        for (int expert = 0; expert < experts; expert++)
            svg.Append($"<text class=\"faint\" x=\"{LabelWidth + (expert * Cell) + (Cell / 2)}\" y=\"16\" text-anchor=\"middle\">{expert}</text>");
        for (int layer = 0; layer < layers.Count; layer++)
        {
            int y = (layer + 1) * Cell;
            svg.Append($"<text x=\"0\" y=\"{y + 17}\">layer {layer}</text>");
            for (int expert = 0; expert < layers[layer].Length; expert++)
            {
                int x = LabelWidth + (expert * Cell), count = layers[layer][expert];
                svg.Append($"<rect class=\"bar\" x=\"{x + 1}\" y=\"{y + 1}\" width=\"{Cell - 2}\" height=\"{Cell - 2}\" rx=\"2\" ")
                    .Append(FormattableString.Invariant($"fill-opacity=\"{0.05 + (0.6 * count / greatest):0.##}\"/>"))
                    .Append($"<text x=\"{x + (Cell / 2)}\" y=\"{y + 17}\" text-anchor=\"middle\">{100 * count / tokens}</text>");
            }
        }

        return svg.Append("</svg>").ToString();
    }
}
