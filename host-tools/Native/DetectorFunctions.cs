using System.Runtime.InteropServices;

namespace McuAi.HostTools.Native;

/// <summary>The functions of firmware/ports/host/detector.c in a loaded library.</summary>
internal sealed unsafe class DetectorFunctions
{
    private readonly delegate* unmanaged<uint> _stateBytes;

    public DetectorFunctions(nint library)
    {
        nint Find(string name) => NativeLibrary.GetExport(library, "mcuai_host_detector_" + name);
        _stateBytes = (delegate* unmanaged<uint>)Find("state_bytes");
        Bytes = (delegate* unmanaged<void*, uint, int>)Find("bytes");
        Open = (delegate* unmanaged<void*, void*, uint, void*, void*, uint, int>)Find("open");
        Reset = (delegate* unmanaged<void*, void>)Find("reset");
        Run = (delegate* unmanaged<void*, short*, uint, uint, uint, short*, Detection*, int>)Find("run");
    }

    public uint StateBytes => _stateBytes();

    public delegate* unmanaged<void*, uint, int> Bytes { get; }

    public delegate* unmanaged<void*, void*, uint, void*, void*, uint, int> Open { get; }

    public delegate* unmanaged<void*, void> Reset { get; }

    public delegate* unmanaged<void*, short*, uint, uint, uint, short*, Detection*, int> Run { get; }
}
