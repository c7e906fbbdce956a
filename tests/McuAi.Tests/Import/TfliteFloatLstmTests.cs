using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Import.Tflite;
using McuAi.ModelConverter.Quantizing;
using McuAi.ModelConverter.Reference;
using McuAi.Tests.Core;
using static McuAi.Tests.Import.TfliteModelBuilder;

namespace McuAi.Tests.Import;

/// <summary>A float UNIDIRECTIONAL_SEQUENCE_LSTM after calibration against the layer's equations in float64. Its states
/// go on from one inference to the next, as TensorFlow Lite's variables do.</summary>
[TestClass]
public sealed class TfliteFloatLstmTests
{
    private const int Inferences = 12;

    [TestMethod]
    [DataRow(false, 0f)]
    [DataRow(true, 0f)]
    [DataRow(false, 0.7f)]
    public void CalibratedLayerFollowsTheEquations(bool timeMajor, float clip)
    {
        for (int seed = 0; seed < 6; seed++)
        {
            var layer = new Layer(seed, timeMajor, clip);
            ModelGraph graph = TfliteImporter.Import(layer.File(), "lstm");
            float[][][] samples = [.. Enumerable.Range(0, Inferences).Select(_ => new[] { layer.Input() })];
            ModelGraph quantized = PostTrainingQuantizer.Quantize(graph, samples,
                new QuantizerOptions { Method = CalibrationMethod.MinMax });
            byte[][][] inferences = [.. samples.Select(sample => new[]
            {
                sample[0].Select(value => (byte)Quantized.Level(quantized.Inputs[0], value)).ToArray(),
            })];
            CoreRun.Compare(quantized, CoreRun.Portable, inferences, $"seed {seed}");

            var executor = new IntegerExecutor(quantized);
            for (int i = 0; i < Inferences; i++)
            {
                double[] expected = layer.Run(samples[i][0]);
                float[] actual = RealValues.Of(quantized.Outputs[0], executor.Run(inferences[i])[0]);
                for (int k = 0; k < expected.Length; k++)
                    Assert.AreEqual(expected[k], actual[k], 0.04, $"seed {seed}, inference {i}, element {k}");
            }
        }
    }

    /// <summary>Random weights; gates in the file's order i, f, c, o.</summary>
    private sealed class Layer
    {
        private readonly Random random;
        private readonly bool timeMajor;
        private readonly float clip;
        private readonly int batch, time, width, hidden;
        private readonly float[][] input, recurrent, bias;
        private readonly double[] h, c;

        public Layer(int seed, bool timeMajor, float clip)
        {
            random = new Random(seed);
            (this.timeMajor, this.clip) = (timeMajor, clip);
            (batch, time) = (random.Next(1, 3), random.Next(1, 6));
            (width, hidden) = (random.Next(1, 7), random.Next(1, 7));
            input = [.. Enumerable.Range(0, 4).Select(_ => Values(hidden * width))];
            recurrent = [.. Enumerable.Range(0, 4).Select(_ => Values(hidden * hidden))];
            bias = [.. Enumerable.Range(0, 4).Select(_ => Values(hidden))];
            h = new double[batch * hidden];
            c = new double[batch * hidden];
        }

        public float[] Input() => Values(batch * time * width);

        public byte[] File()
        {
            TfliteModelBuilder b = new();
            int x = b.Tensor(F32, timeMajor ? [time, batch, width] : [batch, time, width]);
            int y = b.Tensor(F32, timeMajor ? [time, batch, hidden] : [batch, time, hidden]);
            int[] inputs = [.. Enumerable.Repeat(-1, 24)];
            inputs[0] = x;
            for (int gate = 0; gate < 4; gate++)
            {
                inputs[1 + gate] = b.Constant(F32, [hidden, width], input[gate]);
                inputs[5 + gate] = b.Constant(F32, [hidden, hidden], recurrent[gate]);
                inputs[12 + gate] = b.Constant(F32, [hidden], bias[gate]);
            }

            for (int state = 18; state < 20; state++)
            {
                inputs[state] = b.Tensor(F32, [batch, hidden]);
                b.Last.Set(5, true);
            }

            (b.Inputs, b.Outputs) = ([x], [y]);
            return b.Operator(44, inputs, [y], 71, Options((0, (byte)4), (1, clip), (3, timeMajor))).Build();
        }

        public double[] Run(float[] x)
        {
            var y = new double[time * batch * hidden];
            for (int t = 0; t < time; t++)
            {
                for (int n = 0; n < batch; n++)
                {
                    int row = timeMajor ? (t * batch) + n : (n * time) + t;
                    Step(x.AsSpan(row * width, width).ToArray(), n * hidden);
                    h.AsSpan(n * hidden, hidden).CopyTo(y.AsSpan(row * hidden));
                }
            }

            return y;
        }

        private void Step(float[] x, int at)
        {
            double[] before = h[at..(at + hidden)];
            double Sum(int gate, int i) => bias[gate][i]
                + x.Select((value, k) => (double)value * input[gate][(i * width) + k]).Sum()
                + before.Select((value, k) => value * recurrent[gate][(i * hidden) + k]).Sum();
            for (int i = 0; i < hidden; i++)
            {
                double cell = (Sigmoid(Sum(1, i)) * c[at + i]) + (Sigmoid(Sum(0, i)) * Math.Tanh(Sum(2, i)));
                c[at + i] = clip > 0 ? Math.Clamp(cell, -clip, clip) : cell;
                h[at + i] = Sigmoid(Sum(3, i)) * Math.Tanh(c[at + i]);
            }
        }

        private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

        private float[] Values(int count) =>
            [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }
}
