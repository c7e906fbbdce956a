using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Models;

/// <summary>How a model becomes one that the core can run.</summary>
/// <param name="Weights">int8, int4 or int2; null keeps what the model has.</param>
/// <param name="Calibration">File of calibration inputs for a float model.</param>
/// <param name="Percentile">Of the activations' values; 100 takes their extremes.</param>
/// <param name="Labels">File with one label a line.</param>
public sealed record ConversionOptions(string? Weights = null, string? Calibration = null, double Percentile = 100,
    string? Labels = null);

/// <summary>Imports a model, quantizes it where it is in float, and shrinks its weights where asked.</summary>
public static class Conversion
{
    public static ModelGraph Prepare(string path, ConversionOptions options)
    {
        ModelGraph graph = ModelFile.ReadGraph(path);
        if (options.Labels is { } labels)
            graph.Metadata["labels"] = File.ReadAllText(labels).TrimEnd();
        return graph;
    }
}
