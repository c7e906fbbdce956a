using System.Numerics;
using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Training;

/// <summary>Work cut into chunks that do not depend on the number of cores, so that sums over chunks round in the same
/// way on every machine.</summary>
public static class Chunks
{
    /// <summary>Parts that a sum over rows is cut into.</summary>
    internal const int Parts = 8;

    /// <summary>Cores to use; all by default.</summary>
    public static int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>Below this many multiplications or elements, handing work to another core costs more than it gives.
    /// </summary>
    private const long Worthwhile = 1 << 15;

    /// <summary>Runs <paramref name="body"/>(first, last) over [0, count) in chunks of at least
    /// <paramref name="grain"/>, <paramref name="workEach"/> being the cost of one.</summary>
    internal static void For(int count, int grain, long workEach, Action<int, int> body)
    {
        if (Threads == 1 || count <= grain || count * workEach < Worthwhile)
        {
            if (count > 0)
                body(0, count);
            return;
        }

        int chunks = Math.Min(4 * Threads, (count + grain - 1) / grain);
        Parallel.For(0, chunks, new ParallelOptions { MaxDegreeOfParallelism = Threads }, chunk =>
        {
            int first = Boundary(chunk), last = Boundary(chunk + 1);
            if (last > first)
                body(first, last);
        });

        // Boundaries are multiples of the grain: kernels work on blocks of it.
        int Boundary(int chunk) => chunk == chunks
            ? count
            : (int)((long)count * chunk / chunks / grain * grain);
    }

    /// <summary>Runs <paramref name="body"/>(part, first, last) for each of <see cref="Parts"/> parts of [0, count).
    /// </summary>
    internal static void ForParts(int count, long workEach, Action<int, int, int> body)
    {
        if (Threads == 1 || count * workEach < Worthwhile)
        {
            for (int part = 0; part < Parts; part++)
                body(part, Boundary(count, part), Boundary(count, part + 1));
            return;
        }

        Parallel.For(0, Parts, new ParallelOptions { MaxDegreeOfParallelism = Threads },
            part => body(part, Boundary(count, part), Boundary(count, part + 1)));
    }

    /// <summary>Where a part of [0, count) begins.</summary>
    internal static int Boundary(int count, int part) => (int)((long)count * part / Parts);

    /// <summary>sum += every part, in order.</summary>
    internal static void AddParts<T>(T[] parts, T[] sum) where T : unmanaged, INumberBase<T>
    {
        for (int part = 0; part < Parts; part++)
            TensorPrimitives.Add<T>(sum, parts.AsSpan(part * sum.Length, sum.Length), sum);
    }
}
