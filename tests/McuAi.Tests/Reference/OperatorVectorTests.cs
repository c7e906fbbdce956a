using System.Runtime.InteropServices;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Quantizing;
using McuAi.ModelConverter.Reference;

namespace McuAi.Tests.Reference;

/// <summary>Single operators against bytes of TensorFlow Lite Micro's reference kernels.</summary>
[TestClass]
public class OperatorVectorTests
{
    private static readonly sbyte[] AllValues = [.. Enumerable.Range(0, 256).Select(i => unchecked((sbyte)i))];

    [TestMethod]
    [DataRow("logistic", OperatorKind.Logistic, 1f / 256, -128)]
    [DataRow("tanh", OperatorKind.Tanh, 1f / 128, 0)]
    public void Nonlinearity(string name, OperatorKind kind, float outputScale, int outputZeroPoint) =>
        VectorLine.ForEach(name, line => CheckTable(kind, OperatorAttributes.None, line.Float(0), line.Int(1),
            outputScale, outputZeroPoint, line.Bytes(2)));

    [TestMethod]
    [DataRow("hardswish", OperatorKind.HardSwish)]
    [DataRow("requantize", OperatorKind.Quantize)]
    public void Rescaling(string name, OperatorKind kind) =>
        VectorLine.ForEach(name, line => CheckTable(kind, OperatorAttributes.None, line.Float(0), line.Int(1),
            line.Float(2), line.Int(3), line.Bytes(4)));

    [TestMethod]
    [DataRow("abs", RealFunction.Abs)]
    [DataRow("elu", RealFunction.Elu)]
    [DataRow("rsqrt", RealFunction.Rsqrt)]
    public void Functions(string name, RealFunction function) => VectorLine.ForEach(name, line =>
        CheckTable(OperatorKind.Function, new FunctionAttributes(function, 1), line.Float(0), line.Int(1), line.Float(2),
            line.Int(3), line.Bytes(4)));

    [TestMethod]
    public void LeakyRelu() => VectorLine.ForEach("leakyrelu", line => CheckTable(OperatorKind.LeakyRelu,
        new LeakyReluAttributes(line.Float(4)), line.Float(0), line.Int(1), line.Float(2), line.Int(3), line.Bytes(5)));

    [TestMethod]
    public void Softmax() => VectorLine.ForEach("softmax", line =>
    {
        sbyte[] x = line.Bytes(2);
        foreach (DataType type in (DataType[])[DataType.Int8, DataType.Int16])
        {
            var test = new TestGraph(0);
            Tensor input = test.Input([1, x.Length], line.Float(0), 0);
            Tensor output = type == DataType.Int8
                ? TestGraph.Activation([1, x.Length], 1f / 256, -128)
                : TestGraph.Activation([1, x.Length], 1f / 65536, -32768, type);
            ModelGraph graph = test.Node(OperatorKind.Softmax, new SoftmaxAttributes(line.Float(1)), [input], output);
            CollectionAssert.AreEqual(line.Bytes(type == DataType.Int8 ? 3 : 4), Run(graph, x));
        }
    });

    [TestMethod]
    [DataRow("add", OperatorKind.Add)]
    [DataRow("sub", OperatorKind.Sub)]
    [DataRow("mul", OperatorKind.Mul)]
    public void TwoInputs(string name, OperatorKind kind) => VectorLine.ForEach(name, line =>
    {
        var test = new TestGraph(0);
        sbyte[] a = line.Bytes(6), b = line.Bytes(7);
        Tensor first = test.Input([a.Length], line.Float(0), line.Int(1));
        Tensor second = test.Input([b.Length], line.Float(2), line.Int(3));
        Tensor output = TestGraph.Activation([a.Length], line.Float(4), line.Int(5));
        ModelGraph graph = test.Node(kind, new ActivationAttributes(), [first, second], output);
        CollectionAssert.AreEqual(line.Bytes(8), Run(graph, a, b));
    });

    [TestMethod]
    public void Mean() => VectorLine.ForEach("mean", line =>
    {
        var test = new TestGraph(0);
        Tensor input = test.Input([1, line.Int(4), line.Int(5), line.Int(6)], line.Float(0), line.Int(1));
        Tensor output = TestGraph.Activation([1, line.Int(6)], line.Float(2), line.Int(3));
        ModelGraph graph = test.Node(OperatorKind.Mean, new ReduceAttributes([1, 2], false), [input], output);
        CollectionAssert.AreEqual(line.Bytes(8), Run(graph, line.Bytes(7)));
    });

    [TestMethod]
    public void GateFunctionsOfInt16()
    {
        VectorLine.ForEach("sigmoid16", line => CollectionAssert.AreEqual(line.Array<short>(2),
            line.Array<short>(1).Select(GateFunctions.Logistic).ToArray()));
        VectorLine.ForEach("tanh16", line => CollectionAssert.AreEqual(line.Array<short>(2),
            line.Array<short>(1).Select(x => GateFunctions.Tanh(x, line.Int(0))).ToArray()));
    }

    private static void CheckTable(OperatorKind kind, OperatorAttributes attributes, float scale, int zeroPoint,
        float outputScale, int outputZeroPoint, sbyte[] expected)
    {
        var test = new TestGraph(0);
        Tensor input = test.Input([256], scale, zeroPoint);
        Tensor output = TestGraph.Activation([256], outputScale, outputZeroPoint);
        ModelGraph graph = test.Node(kind, attributes, [input], output);
        CollectionAssert.AreEqual(expected, ElementwiseTables.Table(graph.Nodes[0]), $"{kind} of scale {scale}");
        CollectionAssert.AreEqual(expected, Run(graph, AllValues));
    }

    private static sbyte[] Run(ModelGraph graph, params sbyte[][] inputs) =>
        IntegerExecutor.Run(graph, [.. inputs.Select(input => MemoryMarshal.AsBytes<sbyte>(input).ToArray())])[0];
}
