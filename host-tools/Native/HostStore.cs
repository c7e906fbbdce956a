using System.Runtime.InteropServices;

namespace McuAi.HostTools.Native;

/// <summary>A store of the core whose shards come from a device of the host.</summary>
public sealed unsafe class HostStore : IDisposable
{
    private const nuint Alignment = 16;

    private readonly HostLibrary _library;
    private readonly void* _store;
    private readonly void* _cache;
    private readonly ReadFunction _read;
    private readonly WaitFunction _wait;

    public HostStore(HostLibrary library, IBlockDevice device, int cacheBytes)
    {
        ArgumentNullException.ThrowIfNull(library);
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegative(cacheBytes);
        _library = library;
        CacheBytes = cacheBytes;
        _read = (_, offset, destination, bytes) => device.Read(offset, new Span<byte>((void*)destination, (int)bytes)) ? 0 : -1;
        _wait = _ => device.Wait();
        _store = NativeMemory.AlignedAlloc(library.Store.Bytes, Alignment);
        _cache = NativeMemory.AlignedAlloc((nuint)Math.Max(cacheBytes, 1), Alignment);
        new Span<byte>(_cache, cacheBytes).Fill(0xA5);
        library.Store.Init(_store, (void*)Marshal.GetFunctionPointerForDelegate(_read),
            device.IsAsynchronous ? (void*)Marshal.GetFunctionPointerForDelegate(_wait) : null, _cache, (uint)cacheBytes);
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int ReadFunction(nint context, uint offset, nint destination, uint bytes);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int WaitFunction(nint context);

    public int CacheBytes { get; }

    public StoreStatistics Statistics
    {
        get
        {
            StoreStatistics statistics;
            _library.Store.Counts(_store, &statistics);
            return statistics;
        }
    }

    /// <summary>What the pack that was opened or refused needs.</summary>
    public StoreSizes Needs
    {
        get
        {
            StoreSizes sizes;
            _library.Store.Needs(_store, &sizes);
            return sizes;
        }
    }

    /// <summary>The shard that could not be read, or -1.</summary>
    public int DamagedShard => _library.Store.DamagedShard(_store);

    internal void* Store => _store;

    public void Dispose()
    {
        NativeMemory.AlignedFree(_cache);
        NativeMemory.AlignedFree(_store);
    }

    /// <summary>What is to be said beside the text of a status.</summary>
    internal string Remark(int status) => status switch
    {
        DamagedStatus or FailedStatus => $" (shard {DamagedShard})",
        CacheStatus => $" (it has {CacheBytes:N0} bytes, the pack needs {Needs.Least:N0})",
        _ => "",
    };

    private const int DamagedStatus = -10, FailedStatus = -11, CacheStatus = -12;
}
