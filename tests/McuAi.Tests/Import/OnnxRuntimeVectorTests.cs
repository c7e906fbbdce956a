using System.Runtime.InteropServices;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Import.Onnx;
using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Passes;
using McuAi.ModelConverter.Quantizing;
using McuAi.ModelConverter.Reference;
using McuAi.Tests.Core;

namespace McuAi.Tests.Import;

/// <summary>Small models against what ONNX Runtime computed for them; see tests/vectors/onnxruntime/NOTE.md. Float
/// models are compared in float and again after calibration, those too in the core.</summary>
[TestClass]
public sealed class OnnxRuntimeVectorTests
{
    /// <summary>Of the output's range, after quantization to 8 bits; chains of recurrent steps add up.</summary>
    private const double CalibratedTolerance = 0.06;

    public static IEnumerable<object[]> Names() => OnnxRuntimeCase.All().Select(test => new object[] { test.Name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ModelComputesWhatOnnxRuntimeDoes(string name)
    {
        OnnxRuntimeCase test = OnnxRuntimeCase.All().Single(other => other.Name == name);
        ModelGraph graph = OnnxImporter.Import(test.Model, name);
        GraphValidator.Validate(graph);
        bool partial = QdqFusion.IsPartial(graph);
        bool real = graph.Nodes.Exists(node =>
            node.Output.Type == DataType.Float32 && node.Kind != OperatorKind.Dequantize);
        if (!real)
        {
            CheckIntegers(test, graph, test.Inputs, test.Steps, 0);
            return;
        }

        float[][] inputs = [.. graph.Inputs.Select((input, i) => RealValues.Of(input, test.Inputs[i]))];
        if (!partial)
            CheckReal(test, graph, FloatExecutor.Run(graph, inputs));

        RecurrentUnrolling.Run(graph);
        float[][][] samples = Samples(inputs);
        ModelGraph quantized = partial
            ? PartialQuantizer.Quantize(graph, samples)
            : PostTrainingQuantizer.Quantize(graph, samples);
        byte[][] integers = partial
            ? test.Inputs
            : [.. inputs.Select((values, i) =>
                values.Select(value => (byte)Quantized.Level(quantized.Inputs[i], value)).ToArray())];
        CheckIntegers(test, quantized, integers, 0, CalibratedTolerance);
    }

    /// <summary>The inputs themselves, and shuffles of their values.</summary>
    private static float[][][] Samples(float[][] inputs)
    {
        var random = new Random(1);
        return [inputs, .. Enumerable.Range(0, 7).Select(_ =>
            inputs.Select(values => values.Select(_ => values[random.Next(values.Length)]).ToArray()).ToArray())];
    }

    private static void CheckReal(OnnxRuntimeCase test, ModelGraph graph, float[][] actual)
    {
        // Dynamic quantization rounds where the float model doesn't.
        double rounding = test.Name.StartsWith("dynq", StringComparison.Ordinal) ? 0.01 : 0;
        Assert.HasCount(test.Outputs.Length, actual);
        for (int i = 0; i < actual.Length; i++)
        {
            double[] expected = test.Outputs[i].Values();
            Compare(test, i, graph.Outputs[i].Shape, actual[i], 1e-4 + (rounding * Range(expected)), 1e-4);
        }
    }

    private static void CheckIntegers(OnnxRuntimeCase test, ModelGraph graph, byte[][] inputs, int steps, double share)
    {
        byte[][] actual = new IntegerExecutor(graph).Run(inputs);
        Assert.HasCount(test.Outputs.Length, actual);
        for (int i = 0; i < actual.Length; i++)
        {
            Tensor output = graph.Outputs[i];
            bool isInteger = test.Outputs[i].IsInteger;
            float[] values = output.Type == DataType.Float32
                ? MemoryMarshal.Cast<byte, float>(actual[i]).ToArray()
                : isInteger ? Plain(output, actual[i]) : RealValues.Of(output, actual[i]);
            double step = isInteger ? 1 : graph.Producer(output)?.Input(0).Quantization?.Scale ?? 0;
            double tolerance = 1e-4 + (1.01 * steps * step) + (share * Range(test.Outputs[i].Values()));
            Compare(test, i, output.Shape, values, tolerance, 0);
        }

        ModelGraph edges = FloatEdges.Drop(graph);
        byte[][] ports = [.. inputs.Select((data, i) => Port(graph.Inputs[i], edges.Inputs[i], data))];
        CoreRun.Compare(edges, CoreRun.Portable, [ports], test.Name);
    }

    /// <summary>The bytes for a port that stands for a real input.</summary>
    private static byte[] Port(Tensor given, Tensor port, byte[] data) =>
        given.Type != DataType.Float32 || port.Type == DataType.Float32
            ? data
            : [.. MemoryMarshal.Cast<byte, float>(data).ToArray().Select(value => (byte)Quantized.Level(port, value))];

    private static float[] Plain(Tensor output, byte[] data) =>
        RealValues.Of(new Tensor(output.Name, output.Type, output.Shape) { Quantization = new Quantization(1, 0) }, data);

    private static void Compare(OnnxRuntimeCase test, int output, int[] shape, float[] actual, double tolerance,
        double relative)
    {
        CollectionAssert.AreEqual(test.Outputs[output].Shape, shape, $"{test.Name}, output {output}");
        double[] expected = test.Outputs[output].Values();
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], tolerance + (relative * Math.Abs(expected[i])),
                $"{test.Name}, output {output} at {i}");
        }
    }

    private static double Range(double[] values) => Math.Max(values.Max(), 0) - Math.Min(values.Min(), 0);
}
