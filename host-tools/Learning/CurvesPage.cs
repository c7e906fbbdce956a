using System.Text;
using McuAi.HostTools.Pages;
using McuAi.ModelConverter.Training;

namespace McuAi.HostTools.Learning;

/// <summary>A page with the curves of a training run.</summary>
public static class CurvesPage
{
    /// <param name="settings">What the run was started with: name and value.</param>
    public static byte[] Render(string title, IReadOnlyList<CurvePoint> curve, IEnumerable<(string Name, string Value)> settings)
    {
        ArgumentNullException.ThrowIfNull(curve);
        ArgumentNullException.ThrowIfNull(settings);
        var page = new StringBuilder($"<h1>{HtmlPage.Text(title)}</h1>\n<div class=\"figures\">");
        foreach ((string name, string value) in settings)
            page.Append($"<div class=\"figure\"><b>{HtmlPage.Text(value)}</b><span>{HtmlPage.Text(name)}</span></div>");
        page.Append("</div>\n<h2>Loss</h2>\n<p>Cross-entropy, the mean over the training batches since the point before; with " +
                "quantization mostly to what the network in real numbers found likely.</p>\n")
            .Append(LineChart.Render("step", Line("training", curve, point => point.Loss)))
            .Append("\n<h2>Accuracy</h2>\n<p>Percent of inputs whose likeliest class is the right one. Training inputs are ")
            .Append("augmented, so they are harder.</p>\n")
            .Append(LineChart.Render("step", Line("training", curve, point => 100 * point.Accuracy),
                Line("validation", curve, point => 100 * point.Validation)));
        return HtmlPage.Render(title, page.ToString());
    }

    private static LineChart.Line Line(string name, IReadOnlyList<CurvePoint> curve, Func<CurvePoint, double> value) =>
        new(name, [.. curve.Select(point => ((double)point.Step, value(point)))]);
}
