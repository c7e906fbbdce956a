namespace McuAi.HostTools.Learning;

/// <summary>What the training bench measures: a way to train, in rounds that alternate with those of the others.</summary>
internal interface IStepBench : IDisposable
{
    string Name { get; }

    int Threads { get; }

    /// <summary>Milliseconds of each of some steps of training.</summary>
    Task<double[]> RunAsync(int steps, CancellationToken cancellation);
}

/// <summary>The times of one way to train.</summary>
internal sealed record StepTimes(string Name, int Threads, double MinMs, double MedianMs, int Steps)
{
    public static StepTimes Of(IStepBench bench, IReadOnlyList<double> times)
    {
        double[] sorted = [.. times.Order()];
        return new StepTimes(bench.Name, bench.Threads, sorted[0], sorted[sorted.Length / 2], sorted.Length);
    }
}
