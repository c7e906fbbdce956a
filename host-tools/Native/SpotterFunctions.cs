using System.Runtime.InteropServices;

namespace McuAi.HostTools.Native;

/// <summary>The functions of firmware/ports/host/spotter.c in a loaded library.</summary>
internal sealed unsafe class SpotterFunctions
{
    private readonly delegate* unmanaged<uint> _stateBytes;

    public SpotterFunctions(nint library)
    {
        nint Find(string name) => NativeLibrary.GetExport(library, "mcuai_host_spotter_" + name);
        _stateBytes = (delegate* unmanaged<uint>)Find("state_bytes");
        Bytes = (delegate* unmanaged<void*, int>)Find("bytes");
        Open = (delegate* unmanaged<void*, void*, void*, uint, int>)Find("open");
        Push = (delegate* unmanaged<void*, short*, uint, SpotterEvent*, int>)Find("push");
        Counts = (delegate* unmanaged<void*, uint*, uint*, void>)Find("counts");
    }

    public uint StateBytes => _stateBytes();

    public delegate* unmanaged<void*, int> Bytes { get; }

    public delegate* unmanaged<void*, void*, void*, uint, int> Open { get; }

    public delegate* unmanaged<void*, short*, uint, SpotterEvent*, int> Push { get; }

    public delegate* unmanaged<void*, uint*, uint*, void> Counts { get; }
}

/// <summary>mcuai_spotter_event.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct SpotterEvent
{
    public readonly uint TimeMs;
    public readonly short Label;
    public readonly byte Score;
}
