using System.Globalization;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Import.Tflite;

namespace McuAi.Tests.Import;

/// <summary>The published models: operators, shapes, quantization, attributes and constants as an independent reading
/// of the files gives them.</summary>
[TestClass]
public class TfliteImporterTests
{
    public static IEnumerable<object[]> Models => TfliteExpectedModels.All.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Models))]
    public void Published_model_is_as_an_independent_reading_gives_it(string file)
    {
        ModelGraph graph = TfliteImporter.Import(SharedData.Bytes(file), "model");
        string[] expected = TfliteExpectedModels.All[file].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] actual = graph.Nodes.SelectMany(Describe).ToArray();
        CollectionAssert.AreEqual(expected, actual);
        Assert.HasCount(1, graph.Inputs);
        Assert.HasCount(1, graph.Outputs);
        Assert.AreSame(graph.Nodes[0].Inputs[0], graph.Inputs[0]);
        Assert.AreSame(graph.Nodes[^1].Output, graph.Outputs[0]);
    }

    [TestMethod]
    public void Weights_beside_float_activations_become_float()
    {
        ModelGraph graph = TfliteImporter.Import(
            SharedData.Bytes("mlperf-tiny/models/kws_ref_model_float32.tflite"), "kws");
        Assert.HasCount(13, graph.Nodes);
        foreach (Node node in graph.Nodes)
        {
            foreach (Tensor? input in node.Inputs)
            {
                Assert.AreEqual(DataType.Float32, input!.Type);
                Assert.IsNull(input.Quantization);
            }
        }

        float[] weights = graph.Nodes[0].Input(1).As<float>().ToArray();
        Assert.HasCount(64 * 10 * 4, weights);
        float step = weights.Where(weight => weight != 0).Min(Math.Abs);
        Assert.IsTrue(weights.All(weight => Math.Abs((weight / step) - Math.Round(weight / step)) < 1e-3));
        Assert.AreEqual(127, Math.Round(weights.Max(Math.Abs) / step), "the greatest weight takes all of int8");
    }

    [TestMethod]
    [DataRow("tflm/models/audio_preprocessor_int8.tflite")]
    [DataRow("tflm/models/audio_preprocessor_float.tflite")]
    public void Custom_operator_is_named_with_what_is_supported(string file)
    {
        byte[] bytes = SharedData.Bytes(file);
        ModelException error = Assert.ThrowsExactly<ModelException>(() => TfliteImporter.Import(bytes, "audio"));
        Assert.Contains("Operator 0 (custom SignalWindow) is not supported", error.Message);
        Assert.Contains("DEPTHWISE_CONV_2D, DEPTH_TO_SPACE", error.Message);
    }

    [TestMethod]
    public void Variables_of_svdf_are_states()
    {
        ModelGraph graph = TfliteImporter.Import(SharedData.Bytes("tflm/models/keyword_scrambled_8bit.tflite"), "kws");
        Node[] layers = graph.Nodes.Where(node => node.Kind == OperatorKind.Svdf).ToArray();
        Assert.HasCount(7, layers);
        foreach (Node layer in layers)
        {
            Assert.IsTrue(layer.Input(4).IsState);
            Assert.IsFalse(layer.Input(4).IsConstant);
        }
    }

    private static string[] Describe(Node node)
    {
        string inputs = string.Join(' ', node.Inputs.Select(tensor => tensor is null ? "-" : Describe(tensor)));
        string attributes = node.Attributes switch
        {
            ConvAttributes a => $" s{a.StrideH},{a.StrideW} d{a.DilationH},{a.DilationW} {Describe(a.Padding)} "
                + $"{a.Activation}",
            PoolAttributes a => $" k{a.KernelH},{a.KernelW} s{a.StrideH},{a.StrideW} {Describe(a.Padding)} "
                + $"{a.Activation}",
            ActivationAttributes a => $" {a.Activation}",
            SvdfAttributes a => $" r{a.Rank} {a.Activation}",
            _ => string.Empty,
        };
        return [$"{node.Kind} {inputs}", $"  -> {Describe(node.Output)}{attributes}"];
    }

    private static string Describe(Padding padding) =>
        $"p{padding.Top},{padding.Left},{padding.Bottom},{padding.Right}";

    private static string Describe(Tensor tensor)
    {
        string text = $"{tensor.Type}[{string.Join(',', tensor.Shape)}]";
        if (tensor.Quantization is { } quantization)
        {
            uint bits = BitConverter.SingleToUInt32Bits(quantization.Scale);
            text += $"@{bits.ToString("x8", CultureInfo.InvariantCulture)}/{quantization.ZeroPoint}";
            text += quantization.IsPerAxis ? $"*{quantization.Scales.Length}" : string.Empty;
        }

        if (tensor.Data is { } data)
        {
            uint sum = data.Aggregate(0u, (total, value) => unchecked((total * 31) + value));
            text += $"={sum.ToString("x8", CultureInfo.InvariantCulture)}";
        }

        return text;
    }
}
