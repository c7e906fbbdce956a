using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Import.Onnx;
using McuAi.ModelConverter.Import.Onnx.Format;
using McuAi.ModelConverter.Reference;
using Element = McuAi.ModelConverter.Import.Onnx.Format.TensorProto.Types.DataType;

namespace McuAi.Tests.Import;

/// <summary>What the importer makes of small networks: which operators remain, and that the passes do not change
/// what is computed.</summary>
[TestClass]
public sealed class OnnxImporterTests
{
    /// <summary>The graph before the passes keeps every value in ONNX's layout: an independent way to compute the
    /// same.</summary>
    [TestMethod]
    public void Passes_KeepTheResultsOfRandomNetworks()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var network = new OnnxRandomNetwork(seed);
            ModelProto model = network.Build().Model;
            float[] x = network.Values(network.InputShape.Aggregate((a, b) => a * b), 2);
            ModelGraph plain = OnnxImporter.Translate(model, "plain", 1 << 20).Graph;
            ModelGraph graph = OnnxImporter.Import(model, "passed", 1 << 20);
            float[] wanted = FloatExecutor.Run(plain, [x])[0];
            float[] got = FloatExecutor.Run(graph, [x])[0];
            CollectionAssert.AreEqual(plain.Outputs[0].Shape, graph.Outputs[0].Shape);
            CollectionAssert.AreEqual(network.InputShape, graph.Inputs[0].Shape);
            for (int i = 0; i < wanted.Length; i++)
                Assert.AreEqual(wanted[i], got[i], 1e-5f * (1 + Math.Abs(wanted[i])), $"network {seed} at {i}");
        }
    }

    [TestMethod]
    public void ImageClassifier_IsFusedAndTransposedOnlyAtItsInput()
    {
        var network = new NaiveClassifier(new Random(5));
        ModelGraph graph = OnnxImporter.Import(network.Model(), "cnn");

        OperatorKind[] expected =
        [
            OperatorKind.Transpose, OperatorKind.Conv2D, OperatorKind.MaxPool2D, OperatorKind.Conv2D, OperatorKind.Mean,
            OperatorKind.Reshape, OperatorKind.FullyConnected, OperatorKind.Softmax,
        ];
        CollectionAssert.AreEqual(expected, Kinds(graph));
        Assert.AreEqual(FusedActivation.Relu, graph.Nodes[1].Get<ConvAttributes>().Activation);
        Assert.AreEqual("probabilities", graph.Outputs[0].Name);

        float[] x = network.RandomImage();
        double[] wanted = network.Run(x);
        float[] got = FloatExecutor.Run(graph, [x])[0];
        for (int i = 0; i < wanted.Length; i++)
            Assert.AreEqual(wanted[i], got[i], 1e-5);
    }

    [TestMethod]
    public void OneChannelInput_NeedsNoTranspose()
    {
        var builder = new OnnxModelBuilder();
        string x = builder.Input("x", -1, 1, 6, 6);
        string y = builder.Node("Conv", [x, builder.Constant(Ramp(18), 2, 1, 3, 3)]);
        builder.Output(builder.Node("Gemm", [builder.Node("Flatten", [y]), builder.Constant(Ramp(96), 32, 3)]));
        ModelGraph graph = OnnxImporter.Import(builder.Build(), "one");
        OperatorKind[] expected =
            [OperatorKind.Reshape, OperatorKind.Conv2D, OperatorKind.Reshape, OperatorKind.FullyConnected];
        CollectionAssert.AreEqual(expected, Kinds(graph));
    }

    [TestMethod]
    public void HardSwish_IsFoundInTheNodesOfItsFormula()
    {
        var builder = new OnnxModelBuilder();
        string x = builder.Input("x", 1, 8);
        string sum = builder.Node("Add", [x, builder.Constant([3f])]);
        string clip = builder.Node("Clip", [sum, builder.Constant([0f]), builder.Constant([6f])]);
        string product = builder.Node("Mul", [x, clip]);
        builder.Output(builder.Node("Div", [product, builder.Constant([6f])]));
        Same<OperatorKind>([OperatorKind.HardSwish], Kinds(OnnxImporter.Import(builder.Build(), "h")));

        builder = new OnnxModelBuilder();
        x = builder.Input("x", 1, 8);
        string gate = builder.Node("HardSigmoid", [x], ("alpha", 1f / 6));
        builder.Output(builder.Node("Mul", [gate, x]));
        Same<OperatorKind>([OperatorKind.HardSwish], Kinds(OnnxImporter.Import(builder.Build(), "h")));
    }

    [TestMethod]
    public void ShapeChains_AreComputedAtImport()
    {
        var builder = new OnnxModelBuilder(13);
        string x = builder.Input("x", -1, 3, 4);
        string batch = builder.Node("Gather", [builder.Node("Shape", [x]), builder.Integers(0)], ("axis", 0));
        string shape = builder.Node("Concat", [batch, builder.Integers(-1)], ("axis", 0));
        builder.Output(builder.Node("Relu", [builder.Node("Reshape", [x, shape])]));
        ModelGraph graph = OnnxImporter.Import(builder.Build(), "s");
        Same<OperatorKind>([OperatorKind.Relu, OperatorKind.Reshape], Kinds(graph));
        Same<int>([1, 12], graph.Outputs[0].Shape);
    }

    [TestMethod]
    [DataRow("SAME_UPPER", 5, 0, 1)]
    [DataRow("SAME_LOWER", 5, 1, 0)]
    [DataRow("VALID", 4, 0, 0)]
    public void AutoPad_IsResolved(string pad, int width, int before, int after)
    {
        var builder = new OnnxModelBuilder();
        string x = builder.Input("x", 1, 1, 1, 5);
        builder.Output(builder.Node("Conv", [x, builder.Constant(Ramp(2), 1, 1, 1, 2)], ("auto_pad", pad)));
        ModelGraph graph = OnnxImporter.Import(builder.Build(), "p");
        Node conv = graph.Nodes.Single(node => node.Kind == OperatorKind.Conv2D);
        Assert.AreEqual(width, conv.Output.Shape[2]);
        Assert.AreEqual(new Padding(0, before, 0, after), conv.Get<ConvAttributes>().Padding);
    }

    [TestMethod]
    public void OldSoftmax_CoversAllAxesFromTheGivenOne()
    {
        var builder = new OnnxModelBuilder(11);
        builder.Output(builder.Node("Softmax", [builder.Input("x", 2, 3, 2)], ("axis", 1)));
        float[] y = FloatExecutor.Run(OnnxImporter.Import(builder.Build(), "s"), [Ramp(12)])[0];
        Assert.AreEqual(1, y[..6].Sum(), 1e-6f);
        Assert.AreEqual(1, y[6..].Sum(), 1e-6f);
    }

    [TestMethod]
    public void Refusals_SayWhatAndWhere()
    {
        var builder = new OnnxModelBuilder();
        builder.Output(builder.Node("Einsum", [builder.Input("x", 1)]));
        string message = Refusal(builder);
        Assert.Contains("operator 0 (Einsum 'Einsum0')", message);
        Assert.Contains("ConvTranspose", message);

        builder = new OnnxModelBuilder(26);
        builder.Output(builder.Node("Relu", [builder.Input("x", 1)]));
        Assert.Contains("operator set 26", Refusal(builder));

        builder = new OnnxModelBuilder();
        builder.Output(builder.Node("Add", [builder.Input("x", 2), builder.Constant([1f, 2f], 2)]));
        builder.Model.Graph.Initializer[0].DataLocation = 1;
        Assert.Contains("external data", Refusal(builder));

        builder = new OnnxModelBuilder();
        builder.Output(builder.Node("Conv", [builder.Input("x", 1, 2, 4, 4), builder.Constant(Ramp(27), 1, 3, 3, 3)]));
        Assert.Contains("do not fit together", Refusal(builder));
    }

    [TestMethod]
    public void HalfPrecisionWeights_BecomeFloat32()
    {
        var builder = new OnnxModelBuilder();
        byte[] halves = [.. new[] { 1.5f, -2f }.SelectMany(value => BitConverter.GetBytes((Half)value))];
        string weights = builder.Constant(Element.Float16, halves, 2);
        builder.Output(builder.Node("Mul", [builder.Input("x", Element.Float16, 1, 2), weights]));
        ModelGraph graph = OnnxImporter.Import(builder.Build(), "half");
        Same<float>([3f, -4f], FloatExecutor.Run(graph, [[2, 2]])[0]);
    }

    private static string Refusal(OnnxModelBuilder builder) =>
        Assert.ThrowsExactly<ModelException>(() => OnnxImporter.Import(builder.Build(), "refused")).Message;

    private static OperatorKind[] Kinds(ModelGraph graph) => [.. graph.Nodes.Select(node => node.Kind)];

    private static float[] Ramp(int count) => [.. Enumerable.Range(0, count).Select(i => (i % 7 * 0.25f) - 0.6f)];

    private static void Same<T>(T[] expected, T[] actual) => CollectionAssert.AreEqual(expected, actual);
}
