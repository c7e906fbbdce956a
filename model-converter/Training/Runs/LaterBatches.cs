namespace McuAi.ModelConverter.Training;

/// <summary>The batches of a source from one of them on, for a phase that is to see other variants than those before it.
/// </summary>
/// <param name="first">Number of the batch that becomes 0.</param>
public sealed class LaterBatches(IBatchSource source, int first) : IBatchSource
{
    public Batch Batch(int step) => source.Batch(first + step);
}
