using System.Globalization;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Models;

/// <summary>Input files as the raw bytes of a model's inputs.</summary>
public static class ModelInput
{
    /// <summary>Bytes of all inputs of one inference.</summary>
    public static int Bytes(PackModel model) => model.Inputs.Sum(input => input.Bytes);

    /// <summary>The inferences in <paramref name="paths"/>, one after another. A .csv file holds one inference a line, in
    /// real numbers, which are quantized with the input's scale; any other file raw elements.</summary>
    public static byte[] Read(IEnumerable<string> paths, PackModel model)
    {
        var all = new MemoryStream();
        foreach (string path in paths)
        {
            byte[] data = ModelFile.ReadBytes(path);
            data = Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase)
                ? FromCsv(path, data, model)
                : data;
            if (data.Length == 0 || data.Length % Bytes(model) != 0)
                throw new ModelException($"{path} has {data.Length} bytes; the model takes {Bytes(model)} for each " +
                    $"inference ({Describe(model)}).");
            all.Write(data);
        }

        return all.ToArray();
    }

    public static string Describe(PackModel model) => string.Join(" and ",
        model.Inputs.Select(input => $"{input.Type.ToString().ToLowerInvariant()}[{string.Join("x", input.Shape)}]"));

    private static byte[] FromCsv(string path, byte[] text, PackModel model)
    {
        if (model.Inputs.Count != 1)
            throw new ModelException($"{path}: a .csv file goes with models of one input; this one has " +
                $"{model.Inputs.Count}. Give raw bytes.");
        PackTensor input = model.Inputs[0];
        var all = new MemoryStream();
        int number = 0;
        using var reader = new StreamReader(new MemoryStream(text));
        for (string? line = reader.ReadLine(); line is not null; line = reader.ReadLine())
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            string[] fields = line.Split([',', ';', '\t'], StringSplitOptions.TrimEntries);
            if (fields.Length != input.Elements)
                throw new ModelException($"{path}, line {number}: {fields.Length} numbers; the model takes " +
                    $"{input.Elements}.");
            foreach (string field in fields)
                all.Write(Quantize(double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture,
                    out double value) && double.IsFinite(value)
                    ? value
                    : throw new ModelException($"{path}, line {number}: '{field}' is not a number."), input));
        }

        return all.ToArray();
    }

    /// <summary>round(value / scale) + zero point, saturated; a tensor without scale takes the number itself.</summary>
    private static byte[] Quantize(double value, PackTensor input)
    {
        double level = Math.Round(input.Scale > 0 ? value / input.Scale : value, MidpointRounding.AwayFromZero) +
            input.ZeroPoint;
        return input.Type switch
        {
            DataType.Int8 => [(byte)(sbyte)Math.Clamp(level, sbyte.MinValue, sbyte.MaxValue)],
            DataType.UInt8 => [(byte)Math.Clamp(level, 0, byte.MaxValue)],
            DataType.Int16 => BitConverter.GetBytes((short)Math.Clamp(level, short.MinValue, short.MaxValue)),
            _ => BitConverter.GetBytes((int)Math.Clamp(level, int.MinValue, int.MaxValue)),
        };
    }
}
