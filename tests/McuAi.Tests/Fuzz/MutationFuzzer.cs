using System.Diagnostics;
using McuAi.ModelConverter.Graph;

namespace McuAi.Tests.Fuzz;

/// <summary>What a run saw.</summary>
/// <param name="Accepted">Executions that the reader took for a valid file.</param>
/// <param name="Rejected">Executions that ended in a <see cref="ModelException"/>.</param>
/// <param name="GreatestAllocation">Bytes that the costliest execution allocated.</param>
/// <param name="Slowest">Time of the slowest execution.</param>
internal sealed record FuzzReport(int Executions, int Accepted, int Rejected, long GreatestAllocation, TimeSpan Slowest);

/// <summary>An input that a reader did not handle. The message names the seed and the execution, from which
/// <see cref="MutationFuzzer.Reproduce"/> makes the same bytes.</summary>
internal sealed class FuzzFailureException(string message, Exception? inner) : Exception(message, inner);

/// <summary>Feeds deterministic mutations of valid files to a reader. A reader may accept an input or throw a
/// <see cref="ModelException"/>; anything else is a failure, as are more than 64 bytes of memory per byte of the file
/// (and an allowance), and hanging.</summary>
internal static class MutationFuzzer
{
    /// <summary>Far beyond any honest execution, so that a loaded machine does not fail.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(20);

    /// <param name="seedFiles">Paths of valid files.</param>
    /// <param name="executions">Number of mutated inputs.</param>
    /// <param name="seed">Equal seeds make equal runs.</param>
    /// <param name="target">Reads the bytes of a file.</param>
    public static FuzzReport Run(IReadOnlyList<string> seedFiles, int executions, int seed, Action<byte[]> target) =>
        Run(ReadAll(seedFiles), executions, seed, target);

    /// <param name="allowance">Bytes that an execution may allocate whatever its file's size.</param>
    public static FuzzReport Run(IReadOnlyList<byte[]> seeds, int executions, int seed, Action<byte[]> target,
        long allowance = 1 << 20)
    {
        // The first call of a reader also pays for compiling it and for its tables.
        foreach (byte[] bytes in seeds)
        {
            Execute(bytes, target, allowance, "an unchanged seed");
        }

        FuzzReport report = new(executions, 0, 0, 0, TimeSpan.Zero);
        for (int execution = 0; execution < executions; execution++)
        {
            (bool accepted, long allocated, TimeSpan time) = Execute(
                Reproduce(seeds, seed, execution), target, allowance, $"execution {execution} of seed {seed}");
            report = report with
            {
                Accepted = report.Accepted + (accepted ? 1 : 0),
                Rejected = report.Rejected + (accepted ? 0 : 1),
                GreatestAllocation = Math.Max(report.GreatestAllocation, allocated),
                Slowest = time > report.Slowest ? time : report.Slowest,
            };
        }

        return report;
    }

    /// <summary>The input of one execution, which depends on nothing but the arguments.</summary>
    public static byte[] Reproduce(IReadOnlyList<byte[]> seeds, int seed, int execution)
    {
        Random random = new(unchecked((seed * 1_000_003) + execution));
        return Mutation.Create(seeds, execution % seeds.Count, random);
    }

    public static byte[][] ReadAll(IReadOnlyList<string> files) => [.. files.Select(File.ReadAllBytes)];

    private static (bool Accepted, long Allocated, TimeSpan Time) Execute(byte[] bytes, Action<byte[]> target,
        long allowance, string where)
    {
        bool accepted = false;
        long start = Stopwatch.GetTimestamp();
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            target(bytes);
            accepted = true;
        }
        catch (ModelException exception)
        {
            CheckMessage(exception, where);
        }
        catch (Exception exception)
        {
            throw new FuzzFailureException($"{exception.GetType().Name} at {where}: {exception.Message}", exception);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        if (allocated > (64L * bytes.Length) + allowance)
        {
            throw new FuzzFailureException($"{allocated} bytes allocated for a file of {bytes.Length} at {where}.", null);
        }

        return time <= Hang
            ? (accepted, allocated, time)
            : throw new FuzzFailureException($"{time.TotalSeconds:F0} s spent at {where}.", null);
    }

    /// <summary>Messages are sentences for people: of bounded length and never empty.</summary>
    private static void CheckMessage(ModelException exception, string where)
    {
        if (exception.Message.Length is 0 or > 4000)
        {
            throw new FuzzFailureException($"A message of {exception.Message.Length} characters at {where}.", exception);
        }
    }
}
