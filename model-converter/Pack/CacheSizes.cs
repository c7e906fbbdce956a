namespace McuAi.ModelConverter.Pack;

/// <summary>Sizes of the cache through which a pack is streamed (mcuai/store.h), in bytes; as firmware/core/streaming divides it.
/// </summary>
/// <param name="Least">Refused below.</param>
/// <param name="Overlapped">From here on the next shard is read while operators work.</param>
/// <param name="InOrder">From here on only experts are read again.</param>
/// <param name="Whole">From here on nothing is.</param>
public sealed record CacheSizes(long Least, long Overlapped, long InOrder, long Whole)
{
    private const int EntryBytes = 12, HeadBytes = 16;

    internal static CacheSizes Of(PackModel model)
    {
        HashSet<int> inOrder = [.. model.Operators.SelectMany(Inputs)];
        var demanded = model.Operators.SelectMany(node => node.OnDemand).Select(tensor => tensor.Shard).ToHashSet();
        inOrder.UnionWith(Enumerable.Range(0, model.Shards.Count).Where(shard => !demanded.Contains(shard)));
        long[] bytes = [.. model.Shards.Select(shard => (long)PackFormat.Align(shard.Bytes, PackFormat.ConstantAlignment))];
        long orderSlot = HeadBytes + inOrder.Select(shard => bytes[shard]).DefaultIfEmpty(0).Max();
        demanded.ExceptWith(inOrder);
        long demandSlot = HeadBytes + demanded.Select(shard => bytes[shard]).DefaultIfEmpty(0).Max();
        int[][] sets = [.. model.Operators.SelectMany(Together)];
        int order = sets.Select(set => set.Count(inOrder.Contains)).Append(Math.Min(inOrder.Count, 1)).Max();
        int demand = sets.Select(set => set.Count(demanded.Contains)).DefaultIfEmpty(0).Max();

        long table = PackFormat.Align(EntryBytes * model.Shards.Count, PackFormat.ConstantAlignment);
        long all = inOrder.Sum(shard => bytes[shard]), least = table + (order * orderSlot) + (demand * demandSlot);
        long withAll = table + all + (demand * demandSlot);
        return new CacheSizes(Math.Min(least, withAll), Math.Min(least + orderSlot, withAll), withAll,
            table + all + (demanded.Count * demandSlot));
    }

    private static IEnumerable<int> Inputs(PackOperator node) =>
        node.Inputs.Where(input => input?.Blob is not null).Select(input => input!.Shard).Distinct();

    /// <summary>Shards that an operator has at once.</summary>
    private static IEnumerable<int[]> Together(PackOperator node) =>
        node.Demanded.Select(group => (int[])[.. Inputs(node).Union(group.Select(tensor => tensor.Shard))])
            .Append([.. Inputs(node)]);
}
