using System.Text;
using McuAi.HostTools.Pages;

namespace McuAi.HostTools.Compressing;

/// <summary>A page with the candidates of a search: accuracy against bytes, and the table.</summary>
public static class CompressionPage
{
    /// <summary>Points of accuracy that the picture shows, from the best model downwards.</summary>
    private const int Span = 12;

    private static readonly (ScatterChart.Mark, string)[] Legend =
    [
        (ScatterChart.Mark.Circle, "trained with quantization"), (ScatterChart.Mark.HollowCircle, "left early"),
        (ScatterChart.Mark.Square, "uniform INT8"), (ScatterChart.Mark.HollowSquare, "rounded after training"),
    ];

    /// <summary>The page as UTF-8.</summary>
    public static byte[] Render(string title, CompressionResult result, Budget budget)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(budget);
        IReadOnlyList<Candidate> front = Selection.Front(result.Candidates.Where(candidate => candidate.RunsOnBoards));
        var page = new StringBuilder($"<h1>{HtmlPage.Text(title)}</h1>\n<div class=\"figures\">");
        foreach ((string name, string value) in Figures(result))
            page.Append($"<div class=\"figure\"><b>{HtmlPage.Text(value)}</b><span>{HtmlPage.Text(name)}</span></div>");
        page.Append("</div>\n<h2>Accuracy against bytes</h2>\n<p>Percent of all views of the validation against bytes of flash. The line joins ")
            .Append("the models that none beats in both. The budget is ").Append(HtmlPage.Text($"{budget}. "))
            .Append($"Models more than {Span} points below the best are not shown.")
            .Append("</p>\n<div class=\"scroll\">").Append(Picture(result, budget, front))
            .Append("</div>\n<h2>Candidates</h2>\n<p>Accuracies in percent of all views of the validation, and of its clips as they are. Efficiency is percent for each ")
            .Append("kilobyte of flash and for each million multiplications.</p>\n<div class=\"scroll\">");
        AppendTable(page, result, budget, front);
        return HtmlPage.Render(title, page.Append("</div>\n").ToString());
    }

    private static string Picture(CompressionResult result, Budget budget, IReadOnlyList<Candidate> front) =>
        ScatterChart.Render("flash", Span, [.. result.Candidates.Where(candidate => candidate.RunsOnBoards).Select(candidate =>
            new ScatterChart.Point(candidate.Cost.FlashBytes, 100 * candidate.Accuracy, MarkOf(candidate, result),
                $"{candidate.Name}: {100 * candidate.Accuracy:0.0} %, {candidate.Cost.FlashBytes:N0} bytes",
                candidate == result.Chosen || candidate.Kind == CandidateKind.UniformInt8 ? candidate.Name : ""))],
            [.. front.Select(candidate => ((double)candidate.Cost.FlashBytes, 100 * candidate.Accuracy))], budget.FlashBytes, Legend);

    private static ScatterChart.Mark MarkOf(Candidate candidate, CompressionResult result) => candidate.Kind switch
    {
        CandidateKind.UniformInt8 => ScatterChart.Mark.Square,
        CandidateKind.Rounded => ScatterChart.Mark.HollowSquare,
        _ => candidate.Steps < result.Candidates.Max(other => other.Steps)
            ? ScatterChart.Mark.HollowCircle
            : ScatterChart.Mark.Circle,
    };

    private static void AppendTable(StringBuilder page, CompressionResult result, Budget budget, IReadOnlyList<Candidate> front)
    {
        page.Append("<table><tr><th>model</th>");
        foreach (string column in (string[])["float", "integer", "clips", "flash", "RAM", "instructions", "ms", "%/KB", "%/MMAC", "steps"])
            page.Append($"<th class=\"n\">{column}</th>");
        page.Append("<th></th></tr>\n");
        foreach (Candidate candidate in result.Candidates.OrderByDescending(candidate => candidate.Cost.FlashBytes))
        {
            bool runs = candidate.RunsOnBoards;
            string[] cells =
            [
                $"{100 * candidate.RealAccuracy:0.00}", runs ? $"{100 * candidate.Accuracy:0.00}" : "",
                $"{100 * candidate.Judgement.Clips:0.0}",
                $"{candidate.Cost.FlashBytes:N0}", runs ? $"{candidate.Cost.RamBytes:N0}" : "",
                runs ? $"{candidate.Cost.Instructions:N0}" : "", runs ? $"{candidate.Cost.Milliseconds:0.0}" : "",
                $"{candidate.AccuracyPerKilobyte:0.00}", $"{candidate.AccuracyPerMillionMacs:0.0}",
                candidate.Kind == CandidateKind.Trained ? $"{candidate.Steps}" : "",
            ];
            page.Append($"<tr><td>{HtmlPage.Text(candidate.Name)}</td>");
            foreach (string cell in cells)
                page.Append($"<td class=\"n\">{cell}</td>");
            string remark = candidate == result.Chosen ? "chosen"
                : runs && !budget.Holds(candidate.Cost) ? "does not fit"
                : front.Contains(candidate) ? "on the line" : "";
            page.Append($"<td>{remark}</td></tr>\n");
        }

        page.Append("</table>");
    }

    private static IEnumerable<(string Name, string Value)> Figures(CompressionResult result)
    {
        Candidate chosen = result.Chosen;
        yield return ("chosen", chosen.Name);
        yield return ("of the validation", $"{100 * chosen.Accuracy:0.0} %");
        if (result.Tests.TryGetValue(chosen, out PackAccuracy? accuracy) && double.IsFinite(accuracy.Test))
            yield return ("of the test, through the core", $"{100 * accuracy.Test:0.00} %");
        yield return ("bytes of flash", $"{chosen.Cost.FlashBytes:N0}");
        yield return ("bytes of RAM", $"{chosen.Cost.RamBytes:N0}");
        yield return ("ms, estimated", $"{chosen.Cost.Milliseconds:0.0}");
        Candidate uniform = result.Uniform;
        yield return ((result.UniformIsAsAccurate ? "" : "no uniform INT8 model is as accurate; ") +
            $"times the bytes: {uniform.Name} with {100 * uniform.Accuracy:0.0} %",
            $"{(double)uniform.Cost.FlashBytes / chosen.Cost.FlashBytes:0.00}");
    }
}
