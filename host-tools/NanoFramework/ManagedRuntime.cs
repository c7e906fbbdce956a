using System.Reflection;
using System.Runtime.InteropServices;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Native;
using McuAi.NanoFramework;

namespace McuAi.HostTools.NanoFramework;

/// <summary>The managed runtime's net10.0 build with the core of this machine.</summary>
internal static class ManagedRuntime
{
    private const string Library = "mcuai_core";

    private static readonly Lazy<string> Path = new(() => HostLibraryBuilder.Build(ProjectFolder.Find().Root));

    private static int _isBound;

    /// <summary>Lets the runtime's native calls find the core. To be called before it is used.</summary>
    public static void Bind()
    {
        if (Interlocked.Exchange(ref _isBound, 1) == 0)
            NativeLibrary.SetDllImportResolver(typeof(Model).Assembly, Resolve);
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? search) =>
        name == Library ? NativeLibrary.Load(Path.Value) : 0;
}
