using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Import.Tflite;
using McuAi.ModelConverter.Quantizing;
using McuAi.ModelConverter.Reference;

namespace McuAi.Tests.Reference;

/// <summary>Quantization after training.</summary>
[TestClass]
public class QuantizerTests
{
    private const int Inputs = 200, CalibrationInputs = 50, InputSize = 490;

    private static readonly Lazy<int[]> FloatAnswers = new(() =>
    {
        var executor = new FloatExecutor(Keywords("kws_ref_model_float32"));
        return [.. KeywordInputs().Select(x => Best(executor.Run([x])[0]))];
    });

    [TestMethod]
    [DataRow(CalibrationMethod.MinMax, DataType.Int8, 0.97)]
    [DataRow(CalibrationMethod.Percentile, DataType.Int8, 0.97)]
    [DataRow(CalibrationMethod.Percentile, DataType.Int4, 0.9)]
    public void KeywordSpotterAgreesWithItsFloatModel(CalibrationMethod method, DataType weights, double least)
    {
        ModelGraph model = Keywords("kws_ref_model_float32");
        float[][] inputs = KeywordInputs();
        float[][][] calibration = [.. inputs.Take(CalibrationInputs).Select(x => (float[][])[x])];
        ModelGraph quantized = PostTrainingQuantizer.Quantize(model, calibration,
            new QuantizerOptions { Method = method, WeightType = weights });
        Assert.IsGreaterThanOrEqualTo(least, Agreement(quantized, inputs));
        Assert.AreEqual(DataType.Float32, model.Inputs[0].Type, "the float model must stay as it is");
    }

    [TestMethod]
    public void ShrunkWeightsStillWork()
    {
        ModelGraph shrunk = WeightShrinker.Shrink(Keywords("kws_ref_model"), DataType.Int4);
        Assert.IsTrue(shrunk.Nodes.Where(LayerWeights.Has).All(node => node.Input(1).Type == DataType.Int4));
        Assert.IsGreaterThanOrEqualTo(0.9, Agreement(shrunk, KeywordInputs()));
    }

    [TestMethod]
    [DataRow(DataType.Int4, 0.0130)] // of a Gaussian, whose best 16 equidistant levels have 0.0115
    [DataRow(DataType.Int2, 0.1650)] // 0.119 for the best 4, 0.190 for -1, 0, 1; the levels here are -2, -1, 0, 1
    public void FewBitsHaveNearlyTheLeastSquaredError(DataType type, double bound)
    {
        var random = new Random(1);
        float[] weights = [.. Enumerable.Range(0, 4000).Select(_ => Gaussian(random))];
        double scale = WeightQuantizer.Scale(weights, type);
        double error = weights.Average(w => Math.Pow(w - (scale * WeightQuantizer.Round(w, scale, type)), 2));
        Assert.IsLessThan(bound, error);
        for (double factor = 0.5; factor < 2; factor *= 1.02)
        {
            double other = scale * factor;
            double otherError = weights.Average(w => Math.Pow(w - (other * WeightQuantizer.Round(w, other, type)), 2));
            Assert.IsGreaterThanOrEqualTo(error * 0.999, otherError);
        }
    }

    [TestMethod]
    public void RangesContainZeroExactly()
    {
        var random = new Random(2);
        for (int i = 0; i < 1000; i++)
        {
            double min = (random.NextDouble() * 4) - 3, max = min + (random.NextDouble() * 5);
            Quantization quantization = PostTrainingQuantizer.FromRange(min, max);
            Assert.IsTrue(quantization.ZeroPoint is >= -128 and <= 127);
            Assert.IsLessThanOrEqualTo(Math.Min(min, 0) + (0.51 * quantization.Scale),
                quantization.Scale * (-128 - quantization.ZeroPoint));
            Assert.IsGreaterThanOrEqualTo(Math.Max(max, 0) - (0.51 * quantization.Scale),
                quantization.Scale * (127 - quantization.ZeroPoint));
        }
    }

    /// <summary>conv - relu - pool - conv, joined with the tanh of a dense layer: scales that are shared, prescribed
    /// and rescaled.</summary>
    [TestMethod]
    public void BranchesShareScales()
    {
        ModelGraph graph = Branches();
        float[][][] calibration = [.. Enumerable.Range(0, 50).Select(i => (float[][])[Uniform(new Random(i), 36)])];
        ModelGraph quantized = PostTrainingQuantizer.Quantize(graph, calibration);
        Assert.IsFalse(quantized.Nodes.Exists(node => node.Kind == OperatorKind.Relu), "fused");
        Node concat = quantized.Nodes.Single(node => node.Kind == OperatorKind.Concat);
        foreach (Tensor? input in concat.Inputs)
            Assert.AreEqual(concat.Output.Quantization, input!.Quantization);

        Tensor tanh = quantized.Nodes.Single(node => node.Kind == OperatorKind.Tanh).Output;
        Assert.AreEqual(1f / 128, tanh.Quantization!.Scale);
        foreach (float[][] inputs in calibration)
        {
            byte[] x = [.. inputs[0].Select(v => unchecked((byte)Quantized.Level(quantized.Inputs[0], v)))];
            byte[] y = new IntegerExecutor(quantized).Run([x])[0];
            float[] expected = FloatExecutor.Run(graph, inputs)[0];
            float[] got = RealValues.Of(quantized.Outputs[0], y);
            for (int i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], got[i], 6 * quantized.Outputs[0].Quantization!.Scale);
        }
    }

    private static ModelGraph Branches()
    {
        var random = new Random(7);
        var graph = new ModelGraph("branches");
        Tensor x = new("x", DataType.Float32, 1, 6, 6, 1), a = new("a", DataType.Float32, 1, 6, 6, 3);
        Tensor b = new("b", DataType.Float32, 1, 6, 6, 3), c = new("c", DataType.Float32, 1, 3, 3, 3);
        Tensor flat = new("flat", DataType.Float32, 1, 27), row = new("row", DataType.Float32, 1, 36);
        Tensor d = new("d", DataType.Float32, 1, 5), e = new("e", DataType.Float32, 1, 5);
        Tensor y = new("y", DataType.Float32, 1, 32);
        graph.Inputs.Add(x);
        graph.Outputs.Add(y);
        void Add(OperatorKind kind, OperatorAttributes attributes, Tensor[] inputs, Tensor output) =>
            graph.Nodes.Add(new Node(kind, kind.ToString(), inputs, [output], attributes));
        Tensor Weights(params int[] shape) => Tensor.Constant<float>("w", DataType.Float32, shape,
            Uniform(random, shape.Aggregate(1, (product, size) => product * size)));
        Add(OperatorKind.Conv2D, new ConvAttributes(1, 1, 1, 1, new Padding(1, 1, 1, 1)),
            [x, Weights(3, 3, 3, 1), Weights(3)], a);
        Add(OperatorKind.Relu, OperatorAttributes.None, [a], b);
        Add(OperatorKind.MaxPool2D, new PoolAttributes(2, 2, 2, 2, default), [b], c);
        Add(OperatorKind.Reshape, OperatorAttributes.None, [c], flat);
        Add(OperatorKind.Reshape, OperatorAttributes.None, [x], row);
        Add(OperatorKind.FullyConnected, new ActivationAttributes(), [row, Weights(5, 36), Weights(5)], d);
        Add(OperatorKind.Tanh, OperatorAttributes.None, [d], e);
        Add(OperatorKind.Concat, new ConcatAttributes(1), [flat, e], y);
        return graph;
    }

    private static ModelGraph Keywords(string file) =>
        TfliteImporter.Import(SharedData.Bytes($"mlperf-tiny/models/{file}.tflite"), file);

    private static float[][] KeywordInputs()
    {
        byte[] bytes = SharedData.Bytes("mlperf-tiny/golden/kws.in.bin");
        Tensor tensor = Keywords("kws_ref_model").Inputs[0];
        return [.. bytes.Chunk(InputSize).Take(Inputs).Select(input => RealValues.Of(tensor, input))];
    }

    private static double Agreement(ModelGraph quantized, float[][] inputs)
    {
        var executor = new IntegerExecutor(quantized);
        return inputs.Zip(FloatAnswers.Value).Average(pair =>
        {
            byte[] levels = [.. pair.First.Select(v => unchecked((byte)Quantized.Level(quantized.Inputs[0], v)))];
            float[] scores = RealValues.Of(quantized.Outputs[0], executor.Run([levels])[0]);
            return Best(scores) == pair.Second ? 1.0 : 0;
        });
    }

    private static int Best(float[] scores) => Array.IndexOf(scores, scores.Max());

    private static float[] Uniform(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];

    private static float Gaussian(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
