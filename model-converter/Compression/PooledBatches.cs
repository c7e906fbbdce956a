using System.Collections.Concurrent;
using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Compression;

/// <summary>A number of batches, drawn once and then taken in turn: many short trainings cost little beside their own
/// arithmetic, and a teacher judges each batch once.</summary>
public sealed class PooledBatches(IBatchSource source, int count) : IBatchSource
{
    private readonly ConcurrentDictionary<int, Lazy<Batch>> _batches = [];

    public int Count => count;

    public Batch Batch(int step) => _batches.GetOrAdd(step % count, number => new Lazy<Batch>(() => source.Batch(number))).Value;
}
