using System.Runtime.InteropServices;

namespace McuAi.HostTools.Native;

/// <summary>What a store has read so far (mcuai/store.h).</summary>
/// <param name="Bytes">That came from the device.</param>
/// <param name="Reads">Of shards.</param>
/// <param name="Hits">Shards that were in the cache since their last use.</param>
/// <param name="Stalls">Times that operators waited.</param>
/// <param name="Repeats">Reads of shards whose checksum had failed.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct StoreStatistics(ulong Bytes, uint Reads, uint Hits, uint Stalls, uint Repeats)
{
    /// <summary>What came after an earlier state.</summary>
    public StoreStatistics Since(StoreStatistics before) => new(Bytes - before.Bytes, Reads - before.Reads, Hits - before.Hits,
        Stalls - before.Stalls, Repeats - before.Repeats);
}

/// <summary>Sizes of the cache for a pack, in bytes (mcuai/store.h).</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct StoreSizes(uint Least, uint Overlapped, uint InOrder, uint Whole);
