using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Import.Onnx;
using McuAi.ModelConverter.Import.Onnx.Format;
using McuAi.ModelConverter.Passes;
using McuAi.ModelConverter.Reference;
using Element = McuAi.ModelConverter.Import.Onnx.Format.TensorProto.Types.DataType;

namespace McuAi.Tests.Import;

/// <summary>Quantized ONNX models, run as integers after import.</summary>
[TestClass]
public sealed class OnnxQuantizedTests
{
    /// <summary>Before the passes, the graph computes in float and rounds at each QuantizeLinear, which is what ONNX
    /// defines. The integers may differ by their own rounding (hard swish and averages round twice), and by what later
    /// layers make of that.</summary>
    [TestMethod]
    public void Integers_FollowTheFloatDefinition()
    {
        long sum = 0, count = 0;
        for (int seed = 0; seed < 150; seed++)
        {
            var network = new OnnxQdqNetwork(seed, Element.Int8, realInput: false);
            ModelProto model = network.Build(realOutput: false).Model;
            ModelGraph plain = OnnxImporter.Translate(model, "plain", 1 << 20).Graph;
            ModelGraph graph = OnnxImporter.Import(model, "fused", 1 << 20);
            byte[] x = RandomBytes(network, seed);
            float[] real = FloatExecutor.Run(plain, [RealValues.Of(plain.Inputs[0], x)])[0];
            byte[] integers = new IntegerExecutor(graph).Run([x])[0];
            Quantization quantization = graph.Outputs[0].Quantization!;
            for (int i = 0; i < integers.Length; i++)
            {
                float wanted = MathF.Round((real[i] / quantization.Scale) + quantization.ZeroPoint);
                int difference = (int)Math.Abs((sbyte)integers[i] - wanted);
                Assert.IsLessThanOrEqualTo(6, difference, $"network {seed} at {i}");
                sum += difference;
                count++;
            }
        }

        Assert.IsLessThan(0.1, sum / (double)count);
    }

    [TestMethod]
    public void UnsignedActivations_GiveTheSignedOnesPlus128()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            var signed = new OnnxQdqNetwork(seed, Element.Int8, realInput: false);
            var unsigned = new OnnxQdqNetwork(seed, Element.Uint8, realInput: false);
            byte[] x = RandomBytes(signed, seed);
            byte[] y = new IntegerExecutor(OnnxImporter.Import(signed.Build(false).Build(), "int8")).Run([x])[0];
            ModelGraph graph = OnnxImporter.Import(unsigned.Build(false).Build(), "uint8");
            byte[] z = new IntegerExecutor(graph).Run([[.. x.Select(Shifted)]])[0];
            Assert.AreEqual(DataType.UInt8, graph.Outputs[0].Type);
            CollectionAssert.AreEqual(y.Select(Shifted).ToArray(), z, $"network {seed}");
        }
    }

    [TestMethod]
    public void RealInputsAndOutputs_LeaveNoOtherFloat()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var network = new OnnxQdqNetwork(seed, Element.Uint8, realInput: true);
            ModelGraph graph = OnnxImporter.Import(network.Build(realOutput: true).Build(), "real");
            Assert.AreEqual(DataType.Float32, graph.Outputs[0].Type);
            foreach (Node node in graph.Nodes)
            {
                bool boundary = node.Kind == OperatorKind.Dequantize
                    || (node.Kind == OperatorKind.Quantize && graph.Inputs.Contains(node.Input(0)));
                bool real = node.Inputs.Concat(node.Outputs).Any(tensor => tensor is { Type: DataType.Float32 });
                Assert.AreEqual(boundary, real, $"network {seed}: {node.Name} {node.Kind}");
            }
        }
    }

    [TestMethod]
    public void Convolution_LooksLikeTensorFlowLites()
    {
        var builder = new OnnxModelBuilder();
        string x = builder.Node("DequantizeLinear",
            [builder.Input("x", Element.Uint8, 1, 2, 4, 4), builder.Constant([0.5f]), Zero(builder, 130)]);
        byte[] filter = [.. Enumerable.Range(0, 36).Select(i => (byte)(i - 20))];
        string w = builder.Constant(Element.Int8, filter, 2, 2, 3, 3);
        w = builder.Node("DequantizeLinear", [w, builder.Constant([0.1f, 0.2f], 2)], ("axis", 0));
        string y = builder.Node("Relu", [builder.Node("Conv", [x, w, builder.Constant([1f, -1f], 2)])]);
        builder.Output(builder.Node("QuantizeLinear", [y, builder.Constant([0.25f]), Zero(builder, 128)]),
            Element.Uint8);

        ModelGraph graph = OnnxImporter.Import(builder.Build(), "q");
        Node conv = graph.Nodes.Single(node => node.Kind == OperatorKind.Conv2D);
        Assert.AreEqual(new Quantization(0.5f, 2).ZeroPoint, conv.Input(0).Quantization!.ZeroPoint);
        Assert.AreEqual(DataType.Int8, conv.Output.Type);
        Assert.AreEqual(0, conv.Output.Quantization!.ZeroPoint);
        Assert.AreEqual(FusedActivation.Relu, conv.Get<ConvAttributes>().Activation);
        Same<float>([0.1f, 0.2f], conv.Input(1).Quantization!.Scales);
        Assert.AreEqual(0, conv.Input(1).Quantization!.Axis);
        // 1 / (0.5 * 0.1) and -1 / (0.5 * 0.2)
        Same<int>([20, -10], conv.Input(2).As<int>().ToArray());
        // ONNX's filter [0,1,2,0] is the graph's [0,2,0,1].
        Assert.AreEqual((sbyte)(15 - 20), conv.Input(1).As<sbyte>()[(2 * 3 * 2) + 1]);
    }

    [TestMethod]
    public void MissingQuantization_IsNamed()
    {
        var builder = new OnnxModelBuilder();
        string x = builder.Node("DequantizeLinear", [builder.Input("x", Element.Int8, 1, 4), builder.Constant([0.5f])]);
        string w = builder.Node("DequantizeLinear",
            [builder.Constant(Element.Int8, new byte[8], 4, 2), builder.Constant([0.1f])]);
        string y = builder.Node("MatMul", [x, w]);
        builder.Output(y);
        ModelGraph graph = OnnxImporter.Import(builder.Build(), "q");
        Assert.IsTrue(QdqFusion.IsPartial(graph));
        string message = QdqFusion.PartialError(graph).Message;
        Assert.Contains($"'{y}'", message);
        Assert.Contains("lacks its quantization", message);
    }

    [TestMethod]
    public void WeightsWithZeroPoints_BecomeSymmetric()
    {
        var builder = new OnnxModelBuilder();
        string x = builder.Node("DequantizeLinear",
            [builder.Input("x", Element.Uint8, 1, 1, 1, 1), builder.Constant([1f]), Zero(builder, 0)]);
        string w = builder.Node("DequantizeLinear",
            [builder.Constant(Element.Uint8, [255, 10], 2, 1, 1, 1), builder.Constant([1f]), Zero(builder, 5)]);
        string y = builder.Node("Conv", [x, w]);
        builder.Output(builder.Node("QuantizeLinear", [y, builder.Constant([2f]), Zero(builder, 0)]), Element.Uint8);
        ModelGraph graph = OnnxImporter.Import(builder.Build(), "q");
        Tensor weights = graph.Nodes.Single(node => node.Kind == OperatorKind.Conv2D).Input(1);
        Same<float>([127f, 123f, 5f, 0f], RealValues.OfConstant(weights)); // 250 and 5, for an input that is there twice
        Assert.IsTrue(weights.Quantization!.ZeroPoints.All(zero => zero == 0));
    }

    private static string Zero(OnnxModelBuilder builder, byte zero) => builder.Constant(Element.Uint8, [zero]);

    private static byte Shifted(byte value) => (byte)(value + 128);

    private static byte[] RandomBytes(OnnxQdqNetwork network, int seed)
    {
        var bytes = new byte[network.InputShape.Aggregate((a, b) => a * b)];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static void Same<T>(T[] expected, T[] actual) => CollectionAssert.AreEqual(expected, actual);
}
