using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Import.Onnx;
using McuAi.ModelConverter.Import.Onnx.Format;
using McuAi.ModelConverter.Passes;
using McuAi.ModelConverter.Reference;

namespace McuAi.Tests.Import;

/// <summary>The node cases of the ONNX project: a model of one operator, its inputs and the outputs to expect. The
/// graph has constant weights, scales and shapes only, so a case's inputs become constants, but for the first (or for
/// as many as the operator takes at run time).</summary>
[TestClass]
public sealed class OnnxNodeCaseTests
{
    private const string Folder = "onnx/node";

    /// <summary>Cases of imported operators that cannot be, and a part of the reason given.</summary>
    private static readonly Dictionary<string, string> Refused = new()
    {
        ["test_dequantizelinear_e4m3fn"] = "element type",
        ["test_dequantizelinear_e4m3fn_float16"] = "element type",
        ["test_dequantizelinear_e4m3fn_zero_point"] = "element type",
        ["test_dequantizelinear_e5m2"] = "element type",
        ["test_dequantizelinear_float4e2m1"] = "element type",
        ["test_dequantizelinear_uint16"] = "element type",
        ["test_quantizelinear_e4m3fn"] = "element type",
        ["test_quantizelinear_e5m2"] = "element type",
        ["test_quantizelinear_float4e2m1"] = "element type",
        ["test_quantizelinear_uint16"] = "element type",
        ["test_quantizelinear_blocked_asymmetric"] = "blocks",
        ["test_quantizelinear_blocked_symmetric"] = "blocks",
    };

    public static IEnumerable<object[]> Cases()
    {
        string root;
        try
        {
            root = SharedData.Path(Folder);
        }
        catch (AssertInconclusiveException)
        {
            return [["(no shared data)"]];
        }

        // A DynamicQuantizeLinear alone is a real number here.
        return Directory.GetDirectories(root).Where(path => !path.Contains("test_dynamicquantizelinear"))
            .Where(IsClaimed).Select(path => new object[] { Path.GetFileName(path) });
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Case_WithConstantOperands(string name) => Check(name, variable: 1);

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Case_WithConstantInputs(string name) => Check(name, variable: 0);

    [TestMethod]
    [DataRow("test_matmul_2d", 2)]
    [DataRow("test_matmul_3d", 2)]
    [DataRow("test_matmul_4d", 2)]
    [DataRow("test_matmul_4d_1d", 2)]
    [DataRow("test_gemm_default_matrix_bias", 3)]
    [DataRow("test_gemm_default_vector_bias", 3)]
    [DataRow("test_gemm_default_scalar_bias", 3)]
    [DataRow("test_gemm_default_no_bias", 2)]
    public void Case_WithVariableOperands(string name, int variable) => Check(name, variable);

    private static bool IsClaimed(string path)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(path, "model.onnx")));
        return model.Graph.Node.All(node => OnnxImporter.SupportedOperators.Contains(node.OpType));
    }

    private static void Check(string name, int variable)
    {
        string folder = SharedData.Path($"{Folder}/{name}");
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, "model.onnx")));
        TensorProto[] inputs = Read(folder, "input");
        for (int i = variable; i < inputs.Length; i++)
        {
            inputs[i].Name = model.Graph.Input[i].Name;
            model.Graph.Initializer.Add(inputs[i]);
        }

        if (Refused.TryGetValue(name, out string? reason))
        {
            var refusal = Assert.ThrowsExactly<ModelException>(() => OnnxImporter.Import(model, name, 1 << 20));
            Assert.Contains(reason, refusal.Message);
            return;
        }

        // One scale for each channel, or elements of less than a byte, only exist in constants.
        if (variable > 0 && (name.Contains("axis") && name.Contains("linear") || name.Contains("blocked")
            || name.EndsWith("int4", StringComparison.Ordinal) || name.EndsWith("int2", StringComparison.Ordinal)))
        {
            Assert.ThrowsExactly<ModelException>(() => OnnxImporter.Import(model, name, 1 << 20));
            return;
        }

        ModelGraph graph = OnnxImporter.Import(model, name, 1 << 20);
        float[][] values = FloatExecutor.Run(graph,
            [.. graph.Inputs.Select((input, i) => RealValues.Of(input, Stored(inputs[i]).Data))]);
        TensorProto[] expected = Read(folder, "output");
        string[] named = [.. model.Graph.Output.Select(output => output.Name)];
        Assert.HasCount(named.Length, expected);
        for (int i = 0; i < named.Length; i++)
            Compare(graph.Outputs[i], Stored(expected[i]), values[i]);
    }

    private static void Compare(Tensor output, Tensor expected, float[] values)
    {
        CollectionAssert.AreEqual(expected.Shape, output.Shape);
        float tolerance = 1e-4f;
        if (output.Quantization is { } quantization)
        {
            // The float reference does not round to the scale, the case's output is rounded.
            expected.Quantization = quantization;
            tolerance += 0.501f * quantization.Scale;
        }

        float[] wanted = RealValues.OfConstant(expected);
        for (int i = 0; i < wanted.Length; i++)
            Assert.AreEqual(wanted[i], values[i], tolerance + (1e-4f * Math.Abs(wanted[i])), $"{output} at {i}");
    }

    private static Tensor Stored(TensorProto proto) =>
        OnnxTensorReader.Read(proto, proto.Name, new ConstantBudget(1 << 24));

    private static TensorProto[] Read(string folder, string kind) =>
    [
        .. Directory.GetFiles(Path.Combine(folder, "test_data_set_0"), $"{kind}_*.pb")
            .OrderBy(path => int.Parse(Path.GetFileNameWithoutExtension(path).Split('_')[1]))
            .Select(path => TensorProto.Parser.ParseFrom(File.ReadAllBytes(path))),
    ];
}
