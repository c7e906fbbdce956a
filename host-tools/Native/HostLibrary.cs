using System.Runtime.InteropServices;

namespace McuAi.HostTools.Native;

/// <summary>The functions of firmware/ports/host in a loaded library.</summary>
public sealed unsafe class HostLibrary
{
    private readonly delegate* unmanaged<uint> _modelBytes;
    private readonly delegate* unmanaged<void*, uint, int> _arenaBytes;
    private readonly delegate* unmanaged<void*, void*, uint, void*, uint, void*, int> _open;
    private readonly delegate* unmanaged<void*, int> _invoke;
    private readonly delegate* unmanaged<void*, int> _verify;
    private readonly delegate* unmanaged<void*, void> _reset;
    private readonly delegate* unmanaged<int, byte*> _statusText;

    public HostLibrary(string path)
    {
        nint library = NativeLibrary.Load(path);
        _modelBytes = (delegate* unmanaged<uint>)NativeLibrary.GetExport(library, "mcuai_host_model_bytes");
        _arenaBytes = (delegate* unmanaged<void*, uint, int>)NativeLibrary.GetExport(library, "mcuai_host_arena_bytes");
        _open = (delegate* unmanaged<void*, void*, uint, void*, uint, void*, int>)
            NativeLibrary.GetExport(library, "mcuai_host_open");
        _invoke = (delegate* unmanaged<void*, int>)NativeLibrary.GetExport(library, "mcuai_host_invoke");
        _verify = (delegate* unmanaged<void*, int>)NativeLibrary.GetExport(library, "mcuai_host_verify");
        _reset = (delegate* unmanaged<void*, void>)NativeLibrary.GetExport(library, "mcuai_host_reset");
        _statusText = (delegate* unmanaged<int, byte*>)NativeLibrary.GetExport(library, "mcuai_host_status_text");
        FrontEnd = new FrontEndFunctions(library);
        Detector = new DetectorFunctions(library);
        Spotter = new SpotterFunctions(library);
        Text = new TextFunctions(library);
        Generator = new GeneratorFunctions(library);
        Store = new StoreFunctions(library);
        Input = (delegate* unmanaged<void*, uint, uint*, void*>)NativeLibrary.GetExport(library, "mcuai_host_input");
        Output = (delegate* unmanaged<void*, uint, uint*, void*>)NativeLibrary.GetExport(library, "mcuai_host_output");
    }

    internal FrontEndFunctions FrontEnd { get; }

    internal DetectorFunctions Detector { get; }

    internal SpotterFunctions Spotter { get; }

    internal TextFunctions Text { get; }

    internal GeneratorFunctions Generator { get; }

    internal StoreFunctions Store { get; }

    internal delegate* unmanaged<void*, uint, uint*, void*> Input { get; }

    internal delegate* unmanaged<void*, uint, uint*, void*> Output { get; }

    internal uint ModelBytes() => _modelBytes();

    internal int ArenaBytes(void* pack, uint bytes) => _arenaBytes(pack, bytes);

    /// <param name="store">Null: the whole pack is in memory.</param>
    internal int Open(void* model, void* pack, uint packBytes, void* arena, uint arenaBytes, void* store) =>
        _open(model, pack, packBytes, arena, arenaBytes, store);

    internal int Invoke(void* model) => _invoke(model);

    internal int Verify(void* model) => _verify(model);

    internal void Reset(void* model) => _reset(model);

    internal string StatusText(int status) => Marshal.PtrToStringUTF8((nint)_statusText(status)) ?? "unknown status";
}
