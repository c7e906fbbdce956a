using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Anomaly;

/// <summary>Trains a small network to give targets for inputs, by the mean squared error.</summary>
internal static class NetworkFit
{
    private const int BatchSize = 32;

    /// <param name="steps">0 leaves the network as it was started.</param>
    public static ModelGraph Train(ModelGraph graph, float[][] inputs, float[][] targets, int steps, int seed)
    {
        var network = new Network<float>(graph);
        if (steps > 0)
        {
            var trainer = new Trainer(network, new AdamW<float>(decay: 1e-3), new TrainerSettings
            {
                Schedule = new Schedule(5e-3, steps), ReportEvery = steps, Seed = seed, Averaging = 0.02,
            })
            {
                Loss = (tape, outputs, batch) => tape.MeanSquaredError(outputs, batch.Targets),
            };
            trainer.Run(new Rows(inputs, targets, seed));
        }

        return TrainedGraph.Float(network);
    }

    /// <summary>1 / the mean square of what each output is off: what is hard to tell even of normal frames counts little.
    /// </summary>
    public static double[] Weights(ModelGraph graph, float[][] inputs, float[][] targets)
    {
        var network = new Network<float>(graph);
        var tape = new Tape<float> { IsTraining = false };
        int size = inputs[0].Length, outputs = targets[0].Length;
        Tensor<float> y = network.Forward(tape, new Tensor<float>([.. inputs.SelectMany(row => row)], inputs.Length, size));
        var squares = new double[outputs];
        for (int i = 0; i < inputs.Length; i++)
            for (int j = 0; j < outputs; j++)
                squares[j] += Math.Pow(y.Data[(i * outputs) + j] - targets[i][j], 2) / inputs.Length;
        return [.. squares.Select(square => Math.Min(1 / (square + 0.02), 50))];
    }

    private sealed class Rows(float[][] inputs, float[][] targets, int seed) : IBatchSource
    {
        public Batch Batch(int step)
        {
            var random = new Random(unchecked((seed * 1_000_003) + step));
            int[] rows = [.. Enumerable.Range(0, BatchSize).Select(_ => random.Next(inputs.Length))];
            return new Batch(new Tensor<float>([.. rows.SelectMany(row => inputs[row])], BatchSize, inputs[0].Length),
                [.. rows.SelectMany(row => targets[row])]);
        }
    }
}
