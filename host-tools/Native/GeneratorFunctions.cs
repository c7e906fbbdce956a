using System.Runtime.InteropServices;

namespace McuAi.HostTools.Native;

/// <summary>The functions of firmware/ports/host/generator.c in a loaded library.</summary>
internal sealed unsafe class GeneratorFunctions
{
    private readonly delegate* unmanaged<uint> _stateBytes;

    public GeneratorFunctions(nint library)
    {
        nint Find(string name) => NativeLibrary.GetExport(library, "mcuai_host_generator_" + name);
        _stateBytes = (delegate* unmanaged<uint>)Find("state_bytes");
        Open = (delegate* unmanaged<void*, void*, int>)Find("open");
        Number = (delegate* unmanaged<void*, uint, uint>)Find("number");
        Reset = (delegate* unmanaged<void*, void>)Find("reset");
        Feed = (delegate* unmanaged<void*, int*, uint, int>)Find("feed");
        TellerBytes = (delegate* unmanaged<uint>)NativeLibrary.GetExport(library, "mcuai_host_teller_state_bytes");
        OpenTeller = (delegate* unmanaged<void*, TellerConfig*, uint, int>)NativeLibrary.GetExport(library, "mcuai_host_teller_open");
        NextToken = (delegate* unmanaged<void*, int>)NativeLibrary.GetExport(library, "mcuai_host_teller_next");
        Logits = (delegate* unmanaged<void*, int*>)Find("logits");
        Surprisal = (delegate* unmanaged<void*, int, Surprisal*, void>)Find("surprisal");
    }

    public uint StateBytes => _stateBytes();

    public delegate* unmanaged<void*, void*, int> Open { get; }

    public delegate* unmanaged<void*, uint, uint> Number { get; }

    public delegate* unmanaged<void*, void> Reset { get; }

    public delegate* unmanaged<void*, int*, uint, int> Feed { get; }

    public delegate* unmanaged<void*, int*> Logits { get; }

    public delegate* unmanaged<uint> TellerBytes { get; }

    public delegate* unmanaged<void*, TellerConfig*, uint, int> OpenTeller { get; }

    public delegate* unmanaged<void*, int> NextToken { get; }

    public delegate* unmanaged<void*, int, Surprisal*, void> Surprisal { get; }
}
