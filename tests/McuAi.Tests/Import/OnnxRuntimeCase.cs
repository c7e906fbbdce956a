using System.Globalization;
using System.Runtime.InteropServices;

namespace McuAi.Tests.Import;

/// <summary>A line of tests/vectors/onnxruntime/cases.txt: a model, its inputs and ONNX Runtime's outputs.</summary>
/// <param name="Steps">By how many steps a quantized output may differ.</param>
internal sealed record OnnxRuntimeCase(string Name, int Steps, byte[] Model, byte[][] Inputs,
    OnnxRuntimeCase.Output[] Outputs)
{
    private static readonly Lazy<OnnxRuntimeCase[]> Lines = new(Read);

    /// <summary>An output as stored.</summary>
    internal sealed record Output(string Type, int[] Shape, byte[] Data)
    {
        public bool IsInteger => Type != "float32";

        public double[] Values() => Type switch
        {
            "float32" => [.. MemoryMarshal.Cast<byte, float>(Data).ToArray().Select(value => (double)value)],
            "int8" => [.. Data.Select(value => (double)(sbyte)value)],
            "uint8" => [.. Data.Select(value => (double)value)],
            "int16" => [.. MemoryMarshal.Cast<byte, short>(Data).ToArray().Select(value => (double)value)],
            "int32" => [.. MemoryMarshal.Cast<byte, int>(Data).ToArray().Select(value => (double)value)],
            _ => throw new ArgumentException(Type),
        };
    }

    public static OnnxRuntimeCase[] All() => Lines.Value;

    private static OnnxRuntimeCase[] Read() => SharedData.RepositoryRoot is { } root
        ? [.. File.ReadLines(Path.Combine(root, "tests", "vectors", "onnxruntime", "cases.txt")).Select(Parse)]
        : [];

    private static OnnxRuntimeCase Parse(string line)
    {
        string[] fields = line.Split(' ');
        return new OnnxRuntimeCase(fields[0], int.Parse(fields[1], CultureInfo.InvariantCulture),
            Convert.FromBase64String(fields[2]), [.. fields[3].Split(';').Select(Convert.FromBase64String)],
            [.. fields[4].Split(';').Select(ParseOutput)]);
    }

    private static Output ParseOutput(string text)
    {
        string[] parts = text.Split(':');
        int[] shape = parts[1].Length == 0
            ? []
            : [.. parts[1].Split(',').Select(size => int.Parse(size, CultureInfo.InvariantCulture))];
        return new Output(parts[0], shape, Convert.FromBase64String(parts[2]));
    }
}
