namespace McuAi.HostTools.Native;

/// <summary>Where a streamed pack lies. Its offsets are those of the pack.</summary>
public interface IBlockDevice
{
    /// <summary>Whether <see cref="Read"/> only starts reading, and <see cref="Wait"/> ends it.</summary>
    bool IsAsynchronous { get; }

    /// <summary>Fills <paramref name="destination"/>; false where that failed.</summary>
    bool Read(long offset, Span<byte> destination);

    /// <summary>0 where all was there already, 1 where there was something to wait for, negative where reading failed.</summary>
    int Wait();
}

/// <summary>A pack in memory, or a file that was read to it, as a device that is always done at once.</summary>
public sealed class MemoryDevice(byte[] pack) : IBlockDevice
{
    public bool IsAsynchronous => true;

    public bool Read(long offset, Span<byte> destination) =>
        offset + destination.Length <= pack.Length && pack.AsSpan((int)offset, destination.Length).TryCopyTo(destination);

    public int Wait() => 0;
}
