using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Reference;
using McuAi.ModelConverter.Training;

namespace McuAi.Tests.Training;

/// <summary>A recurrent network from training to the integer model: which of two signals comes first.</summary>
[TestClass]
public sealed class RecurrentTrainingTests
{
    private const int Steps = 10, Inputs = 4;

    [TestMethod]
    public void AGruLearnsOrder()
    {
        var builder = new NetworkBuilder("order", 1, 1, Steps, Inputs);
        var network = new Network<float>(builder.Build(
            builder.Dense(builder.GlobalAverage(builder.Gru(builder.Input, 8)), 2), softmax: true));
        new Trainer(network, new AdamW<float>(), new TrainerSettings { Schedule = new Schedule(2e-2, 120) }).Run(new Signals());
        Batch test = new Signals().Batch(-1);
        int count = test.Inputs.Shape[0];
        int[] labels = [.. Enumerable.Range(0, count).Select(i => (int)test.Targets[(2 * i) + 1])];
        double real = Accuracy.Of(network, test.Inputs, labels);
        Assert.IsGreaterThan(0.95, real);

        float[][] rows = [.. Enumerable.Range(0, count).Select(i => test.Inputs.Data.Slice(i * Steps * Inputs, Steps * Inputs).ToArray())];
        ModelGraph graph = TrainedGraph.Quantized(network, rows);
        var executor = new IntegerExecutor(graph);
        Quantization q = graph.Inputs[0].Quantization!;
        int right = 0;
        for (int i = 0; i < count; i++)
        {
            byte[] levels = [.. rows[i].Select(value => unchecked((byte)(sbyte)Math.Clamp(
                Math.Round(value / q.Scale) + q.ZeroPoint, sbyte.MinValue, sbyte.MaxValue)))];
            sbyte[] scores = [.. executor.Run([levels])[0].Select(value => unchecked((sbyte)value))];
            right += scores[1] > scores[0] == (labels[i] == 1) ? 1 : 0;
        }

        Assert.AreEqual(real, (double)right / count, 0.03);
    }

    /// <summary>Pulses on inputs 0 and 1 in noise, either of them first.</summary>
    private sealed class Signals : IBatchSource
    {
        public Batch Batch(int step)
        {
            const int count = 64;
            var random = new Random(500 + step);
            float[] inputs = [.. Enumerable.Range(0, count * Steps * Inputs).Select(_ => 0.2f * (random.NextSingle() - 0.5f))];
            var targets = new float[2 * count];
            for (int i = 0; i < count; i++)
            {
                int first = random.Next(2), early = random.Next(Steps / 2), late = random.Next(Steps / 2, Steps);
                inputs[(((i * Steps) + early) * Inputs) + first] += 1;
                inputs[(((i * Steps) + late) * Inputs) + 1 - first] += 1;
                targets[(2 * i) + first] = 1;
            }

            return new Batch(new Tensor<float>(inputs, count, Steps, Inputs), targets);
        }
    }
}
