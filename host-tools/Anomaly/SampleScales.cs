using System.Globalization;
using McuAi.ModelConverter.Anomaly;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Anomaly;

/// <summary>The scales of a pack's samples, for whoever has them in real numbers: metadata `channels`, one a line, `name
/// offset step`.</summary>
public static class SampleScales
{
    private const string Key = "channels";

    public static void Write(PackModel model, IReadOnlyList<string> names, SampleScale[] scales) =>
        model.Metadata[Key] = string.Join('\n', names.Zip(scales, (name, scale) => string.Create(
            CultureInfo.InvariantCulture, $"{name}\t{scale.Offset:R}\t{scale.Step:R}")));

    /// <exception cref="ModelException">The pack has none.</exception>
    public static SampleScale[] Read(PackModel model)
    {
        if (!model.Metadata.TryGetValue(Key, out string? text))
            throw new ModelException("The pack does not say what its samples are (metadata 'channels'); make it with mcuai " +
                "anomaly train.");
        return [.. text.Split('\n').Select(line => line.Split('\t')).Select(cells =>
            cells.Length == 3 && double.TryParse(cells[1], CultureInfo.InvariantCulture, out double offset) &&
            double.TryParse(cells[2], CultureInfo.InvariantCulture, out double step) && step > 0
                ? new SampleScale(offset, step)
                : throw new ModelException("The pack's metadata 'channels' is damaged; make the pack anew."))];
    }
}
