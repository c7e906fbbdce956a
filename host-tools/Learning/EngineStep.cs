using System.Diagnostics;
using McuAi.ModelConverter.Training;

namespace McuAi.HostTools.Learning;

/// <summary>Steps of training DS-CNN-S: forward, backward, gradient clipping, AdamW.</summary>
internal sealed class EngineStep : IStepBench
{
    public const int BatchSize = 64;

    private const int Frames = 49, Features = 10, Classes = 12;

    private readonly Trainer _trainer;
    private readonly Batch _batch;
    private int _step;

    public EngineStep(int threads)
    {
        Threads = threads;
        var network = new Network<float>(KeywordNetworks.DsCnn(Frames, Features, Classes, seed: 1));
        _trainer = new Trainer(network, new AdamW<float>(), new TrainerSettings { Schedule = new Schedule(1e-3, 100_000) });
        var random = new Random(1);
        float[] inputs = [.. Enumerable.Range(0, BatchSize * Frames * Features).Select(_ => random.NextSingle() - 0.5f)];
        float[] targets = new float[BatchSize * Classes];
        for (int i = 0; i < BatchSize; i++)
            targets[(i * Classes) + (i % Classes)] = 1;
        _batch = new Batch(new Tensor<float>(inputs, BatchSize, Frames, Features, 1), targets);
    }

    public string Name => "McuAi";

    public int Threads { get; }

    public Task<double[]> RunAsync(int steps, CancellationToken cancellation)
    {
        int before = Chunks.Threads;
        Chunks.Threads = Threads;
        try
        {
            var times = new double[steps];
            for (int i = 0; i < steps; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                long began = Stopwatch.GetTimestamp();
                _trainer.Step(_batch, _step++);
                times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            }

            return Task.FromResult(times);
        }
        finally
        {
            Chunks.Threads = before;
        }
    }

    public void Dispose()
    {
        // Nothing outlives a round.
    }
}
