using System.Globalization;
using System.Runtime.InteropServices;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Passes;
using McuAi.ModelConverter.Quantizing;

namespace McuAi.HostTools.Models;

/// <summary>How a model becomes one that the core can run.</summary>
/// <param name="Weights">int8, int4 or int2; null keeps what the model has.</param>
/// <param name="Calibration">File of calibration inputs for a float model.</param>
/// <param name="Percentile">Of the activations' values; 100 takes their extremes.</param>
/// <param name="Labels">File with one label a line.</param>
public sealed record ConversionOptions(string? Weights = null, string? Calibration = null, double Percentile = 100,
    string? Labels = null)
{
    public DataType? WeightType => Weights switch
    {
        null => null,
        "int8" => DataType.Int8,
        "int4" => DataType.Int4,
        "int2" => DataType.Int2,
        _ => throw new ModelException($"--weights {Weights}: weights are int8, int4 or int2."),
    };
}

/// <summary>Imports a model, quantizes it where it is in float, and shrinks its weights where asked.</summary>
public static class Conversion
{
    public static ModelGraph Prepare(string path, ConversionOptions options)
    {
        ModelGraph graph = ModelFile.ReadGraph(path);
        if (QdqFusion.IsPartial(graph))
            QdqFusion.Run(graph, new ConstantBudget(new FileInfo(path).Length));

        bool isFloat = graph.Nodes.Exists(node => node.Kind != OperatorKind.Dequantize &&
            node.Output.Type == DataType.Float32);
        if (options.Calibration is { } file)
        {
            if (!isFloat)
                throw new ModelException($"{path} is quantized already; --calibrate is for float models.");
            graph = Calibrate(graph, file, options);
        }
        else if (isFloat)
        {
            throw QdqFusion.IsPartial(graph)
                ? QdqFusion.PartialError(graph)
                : new ModelException($"{path} computes in float; give sample inputs to quantize it with: " +
                    "--calibrate SAMPLES (.csv with one inference a line, or raw float32).");
        }
        else if (options.WeightType is DataType.Int4 or DataType.Int2)
        {
            graph = WeightShrinker.Shrink(graph, options.WeightType.Value);
        }

        if (options.Labels is { } labels)
            graph.Metadata["labels"] = string.Join('\n', File.ReadAllLines(labels).Select(line => line.Trim()));
        return graph;
    }

    private static ModelGraph Calibrate(ModelGraph graph, string file, ConversionOptions options)
    {
        var quantizer = new QuantizerOptions
        {
            Method = options.Percentile >= 100 ? CalibrationMethod.MinMax : CalibrationMethod.Percentile,
            Percentile = options.Percentile,
            WeightType = options.WeightType ?? DataType.Int8,
        };
        RecurrentUnrolling.Run(graph);
        List<float[][]> samples = ReadCalibration(file, graph);
        if (!QdqFusion.IsPartial(graph))
            return PostTrainingQuantizer.Quantize(graph, samples, quantizer);

        graph = PartialQuantizer.Quantize(graph, samples, quantizer);
        return options.WeightType is DataType.Int4 or DataType.Int2
            ? WeightShrinker.Shrink(graph, options.WeightType.Value)
            : graph;
    }

    /// <summary>The inferences of a calibration file, each with an array for every input of the graph.</summary>
    private static List<float[][]> ReadCalibration(string path, ModelGraph graph)
    {
        float[] values = Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase)
            ? ReadCsv(path)
            : MemoryMarshal.Cast<byte, float>(ModelFile.ReadBytes(path)).ToArray();
        int each = graph.Inputs.Sum(input => input.Elements);
        if (values.Length == 0 || values.Length % each != 0 || !Array.TrueForAll(values, float.IsFinite))
            throw new ModelException($"{path} holds {values.Length} numbers, which is no multiple of the {each} that " +
                "one inference takes, or some are not finite.");
        var inferences = new List<float[][]>();
        for (int start = 0; start < values.Length; start += each)
        {
            int offset = start;
            inferences.Add([.. graph.Inputs.Select(input =>
            {
                float[] part = values[offset..(offset + input.Elements)];
                offset += input.Elements;
                return part;
            })]);
        }

        return inferences;
    }

    private static float[] ReadCsv(string path)
    {
        var values = new List<float>();
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            foreach (string field in line.Split([',', ';', '\t'],
                StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                values.Add(float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out float value)
                    ? value
                    : throw new ModelException($"{path}, line {number}: '{field}' is not a number."));
        }

        return [.. values];
    }
}
