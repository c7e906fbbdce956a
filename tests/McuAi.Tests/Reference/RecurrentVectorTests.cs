using System.Runtime.InteropServices;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Reference;

namespace McuAi.Tests.Reference;

/// <summary>Layers with memory against bytes of TensorFlow Lite Micro's reference kernels.</summary>
[TestClass]
public class RecurrentVectorTests
{
    [TestMethod]
    public void SvdfWithInt8State() => VectorLine.ForEach("svdf8", line => Svdf<sbyte>(line, DataType.Int8));

    [TestMethod]
    public void SvdfWithInt16State() => VectorLine.ForEach("svdf16", line => Svdf<short>(line, DataType.Int16));

    private static void Svdf<T>(VectorLine line, DataType state) where T : unmanaged
    {
        int batch = line.Int(0), inputs = line.Int(1), filters = line.Int(2), memory = line.Int(3), rank = line.Int(4);
        var test = new TestGraph(0);
        Tensor[] tensors =
        [
            test.Input([batch, inputs], line.Float(5), line.Int(6)),
            Constant(line.Array<sbyte>(13), DataType.Int8, [filters, inputs], line.Float(7)),
            Constant(line.Array<T>(14), state, [filters, memory], line.Float(8)),
            Constant(line.Array<int>(15), DataType.Int32, [filters / rank], line.Float(8) * line.Float(9)),
            TestGraph.State([batch, filters * memory], line.Float(9), line.Int(10), state),
        ];
        Tensor output = TestGraph.Activation([batch, filters / rank], line.Float(11), line.Int(12));
        ModelGraph graph = test.Node(OperatorKind.Svdf, new SvdfAttributes(rank, FusedActivation.Relu), tensors,
            output);
        var executor = new IntegerExecutor(graph);
        byte[] x = MemoryMarshal.AsBytes<sbyte>(line.Bytes(16)).ToArray();
        byte[] y = [.. x.Chunk(batch * inputs).SelectMany(step => executor.Run([step])[0])];
        CollectionAssert.AreEqual(MemoryMarshal.AsBytes<sbyte>(line.Bytes(17)).ToArray(), y);
    }

    [TestMethod]
    public void Lstm() => VectorLine.ForEach("lstm", line =>
    {
        bool timeMajor = line.Int(0) == 1;
        int batch = line.Int(1), time = line.Int(2), inputs = line.Int(3), hidden = line.Int(4);
        int[] outer = timeMajor ? [time, batch] : [batch, time];
        var test = new TestGraph(0);
        var tensors = new Tensor?[24];
        tensors[0] = test.Input([.. outer, inputs], line.Float(5), line.Int(6));
        for (int i = 0; i < 8; i++)
        {
            tensors[1 + i] = Constant(line.Bytes(19 + i), DataType.Int8, [hidden, i < 4 ? inputs : hidden],
                line.Float(11 + i));
        }

        for (int gate = 0; gate < 4; gate++)
            tensors[12 + gate] = Constant(line.Array<int>(27 + gate), DataType.Int32, [hidden], 1);

        tensors[18] = TestGraph.State([batch, hidden], line.Float(7), line.Int(8), DataType.Int8);
        tensors[19] = TestGraph.State([batch, hidden], MathF.ScaleB(1, line.Int(9)), 0, DataType.Int16);
        Tensor output = TestGraph.Activation([.. outer, hidden], line.Float(7), line.Int(8));
        ModelGraph graph = test.Node(OperatorKind.Lstm,
            new RecurrentAttributes(timeMajor, CellClip: line.Float(10)), tensors, output);
        byte[] x = MemoryMarshal.AsBytes<sbyte>(line.Bytes(31)).ToArray();
        byte[] y = new IntegerExecutor(graph).Run([x])[0];
        CollectionAssert.AreEqual(MemoryMarshal.AsBytes<sbyte>(line.Bytes(32)).ToArray(), y);
    });

    private static Tensor Constant<T>(T[] values, DataType type, int[] shape, float scale) where T : unmanaged
    {
        Tensor tensor = Tensor.Constant<T>("constant", type, shape, values);
        tensor.Quantization = new Quantization(scale, 0);
        return tensor;
    }
}
