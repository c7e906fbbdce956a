using System.Runtime.InteropServices;

namespace McuAi.HostTools.Native;

/// <summary>The core's store of streamed weights in a loaded library.</summary>
internal sealed unsafe class StoreFunctions(nint library)
{
    public uint Bytes => ((delegate* unmanaged<uint>)NativeLibrary.GetExport(library, "mcuai_host_store_bytes"))();

    public delegate* unmanaged<void*, void*, void*, void*, uint, int> Init { get; } =
        (delegate* unmanaged<void*, void*, void*, void*, uint, int>)NativeLibrary.GetExport(library, "mcuai_host_store_init");

    public delegate* unmanaged<void*, StoreStatistics*, void> Counts { get; } =
        (delegate* unmanaged<void*, StoreStatistics*, void>)NativeLibrary.GetExport(library, "mcuai_host_store_counts");

    public delegate* unmanaged<void*, StoreSizes*, void> Needs { get; } =
        (delegate* unmanaged<void*, StoreSizes*, void>)NativeLibrary.GetExport(library, "mcuai_host_store_needs");

    public delegate* unmanaged<void*, int> DamagedShard { get; } =
        (delegate* unmanaged<void*, int>)NativeLibrary.GetExport(library, "mcuai_host_damaged_shard");
}
