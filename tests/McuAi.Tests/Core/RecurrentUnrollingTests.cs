using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Passes;
using McuAi.ModelConverter.Quantizing;
using McuAi.ModelConverter.Reference;

namespace McuAi.Tests.Core;

/// <summary>ONNX's recurrent layers as plain operators: the same numbers in float, near ones after quantization, and
/// those to the byte in the core.</summary>
[TestClass]
public class RecurrentUnrollingTests
{
    [TestMethod]
    [DataRow(OperatorKind.Lstm, false)]
    [DataRow(OperatorKind.Gru, false)]
    [DataRow(OperatorKind.Gru, true)]
    public void StepsComputeTheLayer(OperatorKind kind, bool linearBeforeReset)
    {
        for (int seed = 0; seed < 24; seed++)
        {
            var random = new Random(seed);
            ModelGraph layer = Layer(kind, linearBeforeReset, seed), steps = Layer(kind, linearBeforeReset, seed);
            RecurrentUnrolling.Run(steps);
            GraphValidator.Validate(steps);
            Assert.IsFalse(steps.Nodes.Exists(node => node.Kind is OperatorKind.Lstm or OperatorKind.Gru));
            float[][] inputs = [.. layer.Inputs.Select(input => Values(random, input.Elements, 2))];
            float[][] expected = FloatExecutor.Run(layer, inputs), actual = FloatExecutor.Run(steps, inputs);
            for (int i = 0; i < expected.Length; i++)
            {
                foreach ((float a, float b) in expected[i].Zip(actual[i]))
                    Assert.AreEqual(a, b, 2e-6f, $"seed {seed}, output {i}");
            }
        }
    }

    [TestMethod]
    [DataRow(OperatorKind.Lstm, false)]
    [DataRow(OperatorKind.Gru, false)]
    [DataRow(OperatorKind.Gru, true)]
    public void QuantizedStepsRunInTheCore(OperatorKind kind, bool linearBeforeReset)
    {
        for (int seed = 0; seed < 4; seed++)
        {
            var random = new Random(seed);
            ModelGraph graph = Layer(kind, linearBeforeReset, seed);
            RecurrentUnrolling.Run(graph);
            float[][][] samples = [.. Enumerable.Range(0, 16).Select(_ =>
                graph.Inputs.Select(input => Values(random, input.Elements, 1)).ToArray())];
            ModelGraph quantized = PostTrainingQuantizer.Quantize(graph, samples);
            byte[][][] inferences = [.. samples.Select(sample => sample.Select((values, i) =>
                values.Select(value => (byte)Quantized.Level(quantized.Inputs[i], value)).ToArray()).ToArray())];
            CoreRun.Compare(quantized, CoreRun.Portable, inferences, $"seed {seed}");
            string[] tables = [.. GraphLowering.Lower(quantized, KernelFamilies.Named("portable")).Tensors
                .Where(tensor => tensor.Blob?.Length == 256).Select(tensor => Convert.ToHexString(tensor.Blob!))];
            Assert.IsNotEmpty(tables);
            CollectionAssert.AllItemsAreUnique(tables, "the steps share their tables");

            byte[] integers = new IntegerExecutor(quantized).Run(inferences[0])[0];
            float[] real = RealValues.Of(quantized.Outputs[0], integers), exact = FloatExecutor.Run(graph, samples[0])[0];
            foreach ((float a, float b) in exact.Zip(real))
                Assert.AreEqual(a, b, 0.1f, $"seed {seed}");
        }
    }

    private static ModelGraph Layer(OperatorKind kind, bool linearBeforeReset, int seed)
    {
        var random = new Random(seed);
        int time = random.Next(1, 6), batch = random.Next(1, 3), width = random.Next(1, 7), hidden = random.Next(1, 7);
        bool timeMajor = random.Next(2) == 0, states = random.Next(2) == 0;
        int gates = kind == OperatorKind.Lstm ? 4 : 3;
        var graph = new ModelGraph("recurrent");
        Tensor Input(string name, params int[] shape)
        {
            var input = new Tensor(name, DataType.Float32, shape);
            graph.Inputs.Add(input);
            return input;
        }

        Tensor Constant(string name, params int[] shape) => Tensor.Constant<float>(name, DataType.Float32, shape,
            Values(random, shape.Aggregate(1, (product, size) => product * size), 0.7f));

        int[] state = timeMajor ? [1, batch, hidden] : [batch, 1, hidden];
        Tensor x = Input("x", timeMajor ? [time, batch, width] : [batch, time, width]);
        List<Tensor?> inputs =
        [
            x, Constant("W", 1, gates * hidden, width), Constant("R", 1, gates * hidden, hidden),
            random.Next(4) == 0 ? null : Constant("B", 1, 2 * gates * hidden), null, states ? Input("h", state) : null,
        ];
        Tensor[] outputs = [new("Y", DataType.Float32, timeMajor ? [time, 1, batch, hidden] : [batch, time, 1, hidden]),
            new("Y_h", DataType.Float32, state)];
        if (kind == OperatorKind.Lstm)
        {
            inputs.Add(states ? Input("c", state) : null);
            inputs.Add(random.Next(3) == 0 ? Constant("P", 1, 3 * hidden) : null);
            outputs = [.. outputs, new("Y_c", DataType.Float32, state)];
        }

        graph.Nodes.Add(new Node(kind, "layer", inputs, outputs, new RecurrentAttributes(timeMajor, linearBeforeReset)));
        graph.Outputs.AddRange(outputs);
        return graph;
    }

    private static float[] Values(Random random, int count, float limit) =>
        [.. Enumerable.Range(0, count).Select(_ => ((random.NextSingle() * 2) - 1) * limit)];
}
