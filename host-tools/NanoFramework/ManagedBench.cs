using System.Diagnostics;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Pack;
using McuAi.NanoFramework;

namespace McuAi.HostTools.NanoFramework;

/// <summary>What walking the program in managed code adds to an inference on this machine.</summary>
/// <param name="CoreUs">Microseconds of an inference in the core, the least of all rounds.</param>
/// <param name="ManagedUs">The same in the managed runtime.</param>
/// <param name="Overhead">Share that the managed runtime takes more, of those.</param>
/// <param name="MedianOverhead">Median of the shares of all rounds.</param>
/// <param name="AllocatedBytes">That the inferences in the managed runtime took from the heap.</param>
internal sealed record ManagedBenchRow(string Model, int Operators, double CoreUs, double ManagedUs, double Overhead,
    double MedianOverhead, long AllocatedBytes);

/// <summary>Times inferences of a pack in the core and in the managed runtime, in turns, on one thread.</summary>
internal static class ManagedBench
{
    public const int DefaultRounds = 200;

    private const double RoundSeconds = 0.02;

    /// <summary>Rounds that are not counted: .NET compiles code again once it has run often.</summary>
    private const int WarmUp = 5;

    public static ManagedBenchRow Run(string name, PackModel pack, int rounds)
    {
        ManagedRuntime.Bind();
        byte[] bytes = PackWriter.Write(pack);
        using var core = new HostCore(HostLibraryBuilder.Load(ProjectFolder.Find().Root), bytes);
        var model = new Model(new ArrayPack(bytes));
        int inferences = Math.Max(1, (int)(RoundSeconds / Time(core.Invoke, 3).TotalSeconds));
        for (int i = 0; i < WarmUp; i++)
            _ = (Time(core.Invoke, inferences), Time(model.Invoke, inferences));
        double[] plain = new double[rounds], managed = new double[rounds];
        long allocated = 0;
        for (int i = 0; i < rounds; i++)
        {
            plain[i] = Time(core.Invoke, inferences).TotalMicroseconds;
            Action invoke = model.Invoke;
            long before = GC.GetAllocatedBytesForCurrentThread();
            managed[i] = Time(invoke, inferences).TotalMicroseconds;
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        double[] shares = [.. plain.Zip(managed, (core, own) => (own / core) - 1).Order()];
        return new ManagedBenchRow(name, pack.Operators.Count, plain.Min(), managed.Min(), (managed.Min() / plain.Min()) - 1,
            shares[rounds / 2], allocated);
    }

    /// <summary>Of one of the inferences.</summary>
    private static TimeSpan Time(Action invoke, int inferences)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < inferences; i++)
            invoke();
        return Stopwatch.GetElapsedTime(start) / inferences;
    }
}
