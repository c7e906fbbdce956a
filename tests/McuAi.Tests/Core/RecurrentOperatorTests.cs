using McuAi.ModelConverter.Graph;
using McuAi.Tests.Reference;

namespace McuAi.Tests.Core;

/// <summary>Operators with a state: several inferences one after another, and again after a reset.</summary>
[TestClass]
public class RecurrentOperatorTests
{
    private const int Cases = 60, Inferences = 6;

    [TestMethod]
    [DataRow(DataType.Int8, DataType.Int8)]
    [DataRow(DataType.Int8, DataType.Int16)]
    [DataRow(DataType.Int4, DataType.Int16)]
    [DataRow(DataType.Int2, DataType.Int8)]
    public void Svdf(DataType weights, DataType state) => ForEach(test =>
    {
        int batch = test.Random.Next(1, 3), inputs = test.Size(), rank = test.Random.Next(1, 4), units = test.Size(9);
        int memory = test.Size(9), filters = units * rank;
        Tensor x = test.Input([batch, inputs]);
        Tensor feature = test.Graph.Weights([filters, inputs], [test.Scale(0.002, 0.02)], 0, weights);
        Tensor time = TimeWeights(test, [filters, memory], state);
        Tensor memories = TestGraph.State([batch, filters * memory], test.Scale(0.001, 0.1),
            state == DataType.Int8 ? test.ZeroPoint() : 0, state);
        Tensor? bias = test.Random.Next(4) == 0 ? null : test.Graph.Bias(new float[units], 1 << 14);
        var y = TestGraph.Activation([batch, units], test.Scale(0.05, 20), test.ZeroPoint());
        return test.Node(OperatorKind.Svdf, new SvdfAttributes(rank, FusedActivation.None),
            [x, feature, time, bias, memories], y);
    });

    [TestMethod]
    public void Lstm() => ForEach(test =>
    {
        int batch = test.Random.Next(1, 4), time = test.Random.Next(1, 6), inputs = test.Size(17), units = test.Size(17);
        bool timeMajor = test.Random.Next(2) == 0;
        float clip = test.Random.Next(2) == 0 ? 0 : test.Scale(0.1, 4);
        var nodes = new Tensor?[24];
        nodes[0] = test.Input(timeMajor ? [time, batch, inputs] : [batch, time, inputs]);
        for (int gate = 0; gate < 4; gate++)
        {
            DataType type = test.Random.Next(6) == 0 ? DataType.Int4 : DataType.Int8;
            nodes[1 + gate] = test.Graph.Weights([units, inputs], [test.Scale(0.002, 0.02)], 0, type);
            nodes[5 + gate] = test.Graph.Weights([units, units], [test.Scale(0.002, 0.02)], 0, type);
            nodes[12 + gate] = test.Graph.Bias(new float[units], 4096);
        }

        var output = TestGraph.Activation(timeMajor ? [time, batch, units] : [batch, time, units], 1f / 128,
            test.Random.Next(-5, 6));
        nodes[18] = TestGraph.State([batch, units], output.Quantization!.Scale, output.Quantization.ZeroPoint, DataType.Int8);
        nodes[19] = TestGraph.State([batch, units], MathF.ScaleB(1, -test.Random.Next(9, 16)), 0, DataType.Int16);
        return test.Node(OperatorKind.Lstm, new RecurrentAttributes(timeMajor, CellClip: clip), nodes, output);
    });

    private static Tensor TimeWeights(OperatorCase test, int[] shape, DataType type)
    {
        var quantization = new Quantization(test.Scale(0.001, 0.02), 0);
        if (type == DataType.Int8)
            return test.Graph.Weights(shape, [quantization.Scale], 0);

        short[] values = [.. Enumerable.Range(0, shape[0] * shape[1]).Select(_ => (short)test.Random.Next(-32767, 32768))];
        Tensor time = Tensor.Constant<short>("time weights", DataType.Int16, shape, values);
        time.Quantization = quantization with { Scales = [quantization.Scale / 256] };
        return time;
    }

    private static void ForEach(Func<OperatorCase, ModelGraph> make)
    {
        for (int seed = 0; seed < Cases; seed++)
        {
            var test = new OperatorCase(seed);
            ModelGraph graph = make(test);
            CoreRun.Compare(graph, CoreRun.Portable, test.Inferences(Inferences), $"seed {seed}");
        }
    }
}
