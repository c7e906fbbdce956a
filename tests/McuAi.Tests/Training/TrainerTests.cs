using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Reference;
using McuAi.ModelConverter.Training;

namespace McuAi.Tests.Training;

/// <summary>Whole runs on a task that is learned in seconds: bars of four directions in noise.</summary>
[TestClass]
public sealed class TrainerTests
{
    public TestContext TestContext { get; set; } = null!;

    private const int Side = 12, Classes = 4;

    [TestMethod]
    public void LearnsAndSurvivesQuantization()
    {
        Network<float> network = Network();
        Train(network, steps: 150);
        (Tensor<float> inputs, int[] labels) = Bars.Validation();
        double real = Accuracy.Of(network, inputs, labels);
        Assert.IsGreaterThan(0.95, real);

        network.Quantization = new QuantizationAwareness<float>(network, _ => DataType.Int4);
        network.Quantization.Calibrate([inputs], 99.9);
        Train(network, steps: 60, rate: 1e-3);
        double aware = Accuracy.Of(network, inputs, labels);
        Assert.IsGreaterThan(0.95, aware);

        // The integer model computes what training simulated: the same answers, but for ties in rounding.
        float[][] rows = Rows(inputs);
        ModelGraph quantized = TrainedGraph.Quantized(network, rows);
        var executor = new IntegerExecutor(quantized);
        int right = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            sbyte[] scores = Bars.Run(executor, quantized, rows[i]);
            right += Array.IndexOf(scores, scores.Max()) == labels[i] ? 1 : 0;
        }

        Assert.AreEqual(aware, (double)right / rows.Length, 0.01);
        Assert.IsTrue(quantized.Nodes.Where(node => node.Kind is OperatorKind.Conv2D or OperatorKind.DepthwiseConv2D)
            .All(node => node.Input(1).Type == DataType.Int4));
    }

    [TestMethod]
    public void TheSameSeedGivesTheSameBitsOnAnyNumberOfCores()
    {
        int[] cores = [1, 2, 3, 2];
        float[][] results = [.. cores.Select(threads =>
        {
            int before = Chunks.Threads;
            Chunks.Threads = threads;
            try
            {
                Network<float> small = Network(), large = new(KeywordNetworks.DsCnn(49, 10, Classes, seed: 1));
                Train(small, steps: 12);
                Steps(large, count: 3);
                return small.Parameters.Concat(large.Parameters).SelectMany(parameter => parameter.Value.Data.ToArray()).ToArray();
            }
            finally
            {
                Chunks.Threads = before;
            }
        })];
        foreach (float[] result in results[1..])
            CollectionAssert.AreEqual(results[0], result);
    }

    /// <summary>A source may hold native memory, which is freed when the run has ended.</summary>
    [TestMethod]
    public void NoBatchIsBeingMadeOnceARunHasEndedBeforeItsTime()
    {
        var source = new SlowBars();
        using var kill = new CancellationTokenSource();
        var trainer = new Trainer(Network(), new AdamW<float>(), new TrainerSettings
        {
            Schedule = new Schedule(1e-2, 40), ReportEvery = 1,
        });
        Assert.ThrowsExactly<OperationCanceledException>(() => trainer.Run(source, report: _ =>
        {
            source.Begun.Wait(TestContext.CancellationToken);
            kill.Cancel();
        }, cancellation: kill.Token));
        Assert.IsTrue(source.Ended.IsSet);
    }

    [TestMethod]
    public void AKilledRunGoesOnWithTheSameResult()
    {
        string path = Path.Combine(Path.GetTempPath(), $"mcuai-{Guid.NewGuid():N}.checkpoint");
        try
        {
            Network<float> whole = Network();
            Train(whole, steps: 40);

            Network<float> killed = Network();
            using var kill = new CancellationTokenSource();
            Assert.ThrowsExactly<OperationCanceledException>(() => Train(killed, steps: 40, checkpoint: path,
                report: progress =>
                {
                    if (progress.Point.Step == 20)
                        kill.Cancel();
                }, cancellation: kill.Token));
            Assert.IsTrue(File.Exists(path));

            Network<float> resumed = Network();
            var reported = new List<int>();
            Train(resumed, steps: 40, checkpoint: path, report: progress => reported.Add(progress.Point.Step));
            Assert.IsGreaterThan(10, reported[0], "the run started anew");
            CollectionAssert.AreEqual(All(whole), All(resumed));
        }
        finally
        {
            File.Delete(path);
        }

        static float[] All(Network<float> network) =>
            [.. network.Parameters.SelectMany(parameter => parameter.Value.Data.ToArray()),
                .. network.Statistics.SelectMany(values => values)];
    }

    [TestMethod]
    public void ADamagedOrForeignCheckpointIsRefused()
    {
        string path = Path.Combine(Path.GetTempPath(), $"mcuai-{Guid.NewGuid():N}.checkpoint");
        try
        {
            Train(Network(), steps: 10, checkpoint: path);
            ModelException foreign = Assert.ThrowsExactly<ModelException>(() =>
                Train(Network(), steps: 12, checkpoint: path));
            StringAssert.Contains(foreign.Message, "other settings");
            byte[] bytes = File.ReadAllBytes(path);
            bytes[bytes.Length / 2] ^= 1;
            File.WriteAllBytes(path, bytes);
            ModelException damaged = Assert.ThrowsExactly<ModelException>(() =>
                Train(Network(), steps: 10, checkpoint: path));
            StringAssert.Contains(damaged.Message, "damaged");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void AdamWTakesThePublishedSteps()
    {
        // The recurrence of Loshchilov and Hutter's algorithm 2 in float64, written out.
        double[] gradients = [0.3, -0.2, 0.05, 1.5];
        (double w, double m, double v) = (0.7, 0, 0);
        var value = new Tensor<double>([0.7], 1) { NeedsGradient = true };
        var optimizer = new AdamW<double>(decay: 0.1);
        for (int t = 1; t <= gradients.Length; t++)
        {
            (m, v) = ((0.9 * m) + (0.1 * gradients[t - 1]), (0.999 * v) + (0.001 * gradients[t - 1] * gradients[t - 1]));
            w -= 0.01 * ((m / (1 - Math.Pow(0.9, t)) / (Math.Sqrt(v / (1 - Math.Pow(0.999, t))) + 1e-8)) + (0.1 * w));
            value.Gradient[0] = gradients[t - 1];
            optimizer.Step([new Parameter<double>("w", value, true)], 0.01);
            Assert.AreEqual(w, value.Data[0], 1e-12);
        }
    }

    private static Network<float> Network()
    {
        var builder = new NetworkBuilder("bars", 3, 1, Side, Side, 1);
        Tensor x = builder.Relu(builder.BatchNorm(builder.Conv(builder.Input, 8, 3, 3, 2, 2)));
        Tensor inner = builder.BatchNorm(builder.Depthwise(x, 3, 3));
        x = builder.Relu(builder.Sum(x, builder.BatchNorm(builder.Conv(inner, 8, 1, 1))));
        return new Network<float>(builder.Build(builder.Dense(builder.GlobalAverage(x), Classes), softmax: true))
        {
            Dropout = 0.1,
        };
    }

    private static void Train(Network<float> network, int steps, double rate = 1e-2, string? checkpoint = null,
        Action<Progress>? report = null, CancellationToken cancellation = default) =>
        new Trainer(network, new AdamW<float>(), new TrainerSettings
        {
            Schedule = new Schedule(rate, steps),
            ReportEvery = 5,
            Checkpoint = checkpoint,
            Averaging = 0.05,
            Description = $"{steps} steps",
        }).Run(new Bars(), report: report, cancellation: cancellation);

    /// <summary>Steps large enough for all cores.</summary>
    private static void Steps(Network<float> network, int count)
    {
        var random = new Random(4);
        var trainer = new Trainer(network, new AdamW<float>(), new TrainerSettings { Schedule = new Schedule(1e-2, count) });
        for (int step = 0; step < count; step++)
        {
            float[] inputs = [.. Enumerable.Range(0, 21 * 490).Select(_ => random.NextSingle() - 0.5f)];
            float[] targets = [.. Enumerable.Range(0, 21 * Classes).Select(i => i / Classes % Classes == i % Classes ? 1f : 0)];
            trainer.Step(new Batch(new Tensor<float>(inputs, 21, 49, 10, 1), targets), step);
        }
    }

    private static float[][] Rows(Tensor<float> inputs)
    {
        int size = inputs.Count / inputs.Shape[0];
        return [.. Enumerable.Range(0, inputs.Shape[0]).Select(i => inputs.Data.Slice(i * size, size).ToArray())];
    }

    /// <summary>Its second batch takes a while.</summary>
    private sealed class SlowBars : IBatchSource
    {
        private readonly Bars _bars = new();

        public ManualResetEventSlim Begun { get; } = new();

        public ManualResetEventSlim Ended { get; } = new();

        public Batch Batch(int step)
        {
            if (step == 1)
            {
                Begun.Set();
                Thread.Sleep(300);
                Ended.Set();
            }

            return _bars.Batch(step);
        }
    }

    /// <summary>Horizontal, vertical and diagonal bars in noise.</summary>
    private sealed class Bars : IBatchSource
    {
        public Batch Batch(int step)
        {
            (float[] inputs, int[] labels) = Draw(new Random(1000 + step), 32);
            var targets = new float[labels.Length * Classes];
            for (int i = 0; i < labels.Length; i++)
                targets[(i * Classes) + labels[i]] = 1;
            return new Batch(new Tensor<float>(inputs, labels.Length, Side, Side, 1), targets);
        }

        public static (Tensor<float> Inputs, int[] Labels) Validation()
        {
            (float[] inputs, int[] labels) = Draw(new Random(5), 400);
            return (new Tensor<float>(inputs, labels.Length, Side, Side, 1), labels);
        }

        public static sbyte[] Run(IntegerExecutor executor, ModelGraph graph, float[] input)
        {
            Quantization q = graph.Inputs[0].Quantization!;
            byte[] levels = [.. input.Select(value => unchecked((byte)(sbyte)Math.Clamp(
                Math.Round(value / q.Scale, MidpointRounding.AwayFromZero) + q.ZeroPoint, -128, 127)))];
            return [.. executor.Run([levels])[0].Select(value => unchecked((sbyte)value))];
        }

        private static (float[] Inputs, int[] Labels) Draw(Random random, int count)
        {
            var inputs = new float[count * Side * Side];
            var labels = new int[count];
            for (int n = 0; n < count; n++)
            {
                labels[n] = random.Next(Classes);
                int place = random.Next(2, Side - 2);
                for (int i = 0; i < Side * Side; i++)
                {
                    (int y, int x) = (i / Side, i % Side);
                    int distance = labels[n] switch { 0 => y - place, 1 => x - place, 2 => x - y, _ => x + y - Side + 1 };
                    inputs[(n * Side * Side) + i] = (Math.Abs(distance) < 2 ? 1 : 0) + (float)(random.NextDouble() - 0.5);
                }
            }

            return (inputs, labels);
        }
    }
}
