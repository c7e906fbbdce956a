using System.Runtime.InteropServices;

namespace McuAi.HostTools.Native;

/// <summary>The functions of firmware/ports/host/front_end.c in a loaded library.</summary>
internal sealed unsafe class FrontEndFunctions
{
    private readonly delegate* unmanaged<uint> _stateBytes;

    public FrontEndFunctions(nint library)
    {
        nint Find(string name) => NativeLibrary.GetExport(library, "mcuai_host_front_end_" + name);
        _stateBytes = (delegate* unmanaged<uint>)Find("state_bytes");
        Bytes = (delegate* unmanaged<void*, uint, int>)Find("bytes");
        Open = (delegate* unmanaged<void*, void*, uint, void*, uint, int>)Find("open");
        Reset = (delegate* unmanaged<void*, void>)Find("reset");
        Push = (delegate* unmanaged<void*, short*, uint, int>)Find("push");
        Frame = (delegate* unmanaged<void*, uint, short*>)Find("frame");
        Level = (delegate* unmanaged<void*, int>)Find("level");
        Window = (delegate* unmanaged<void*, sbyte*, uint, int>)Find("window");
        Batch = (delegate* unmanaged<void*, short*, uint, uint, sbyte*, uint, int>)Find("batch");
    }

    public uint StateBytes => _stateBytes();

    public delegate* unmanaged<void*, uint, int> Bytes { get; }

    public delegate* unmanaged<void*, void*, uint, void*, uint, int> Open { get; }

    public delegate* unmanaged<void*, void> Reset { get; }

    public delegate* unmanaged<void*, short*, uint, int> Push { get; }

    public delegate* unmanaged<void*, uint, short*> Frame { get; }

    public delegate* unmanaged<void*, int> Level { get; }

    public delegate* unmanaged<void*, sbyte*, uint, int> Window { get; }

    public delegate* unmanaged<void*, short*, uint, uint, sbyte*, uint, int> Batch { get; }
}
