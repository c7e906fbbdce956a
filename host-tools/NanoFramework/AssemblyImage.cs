using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.NanoFramework;

/// <summary>A compiled assembly, read and never loaded.</summary>
internal sealed class AssemblyImage : IDisposable
{
    /// <summary>No assembly for a microcontroller is larger.</summary>
    private const long LargestFile = 16 << 20;

    private readonly PEReader file;

    private AssemblyImage(string path, PEReader file)
    {
        Path = path;
        this.file = file;
        Metadata = file.GetMetadataReader();
        Name = Metadata.GetString(Metadata.GetAssemblyDefinition().Name);
    }

    public string Path { get; }

    public string Name { get; }

    public MetadataReader Metadata { get; }

    /// <exception cref="ModelException">The file is none, or no .NET assembly.</exception>
    public static AssemblyImage Open(string path)
    {
        var info = new FileInfo(path);
        if (!info.Exists)
            throw new ModelException($"{path}: no such file; build the project first and name its .dll.");
        if (info.Length > LargestFile)
            throw new ModelException($"{path}: {info.Length} bytes are no assembly of a device; name a .dll of the project.");
        return Read(path, File.ReadAllBytes(path));
    }

    public static AssemblyImage Read(string path, byte[] bytes)
    {
        var reader = new PEReader(new MemoryStream(bytes));
        try
        {
            if (reader.HasMetadata)
                return new AssemblyImage(path, reader);
        }
        catch (Exception error) when (IsDamage(error))
        {
            reader.Dispose();
            throw NoAssembly(path, error);
        }

        reader.Dispose();
        throw NoAssembly(path, null);
    }

    /// <summary>What the reader of metadata throws over tables that contradict one another.</summary>
    public static bool IsDamage(Exception error) => error is BadImageFormatException or InvalidOperationException
        or ArgumentException or InvalidCastException or OverflowException or IndexOutOfRangeException;

    /// <exception cref="ModelException">The assembly is damaged.</exception>
    public T Scan<T>(Func<AssemblyImage, T> scan)
    {
        try
        {
            return scan(this);
        }
        catch (Exception error) when (IsDamage(error))
        {
            throw new ModelException($"{Path}: the assembly is damaged ({error.Message.TrimEnd('.')}); build it again.", error);
        }
    }

    public MethodBodyBlock? Body(MethodDefinition method) =>
        method.RelativeVirtualAddress == 0 ? null : file.GetMethodBody(method.RelativeVirtualAddress);

    /// <summary>Assembly, type and method, for messages.</summary>
    public string Place(MethodDefinitionHandle handle)
    {
        MethodDefinition method = Metadata.GetMethodDefinition(handle);
        return $"{Place(method.GetDeclaringType())}.{Metadata.GetString(method.Name)}";
    }

    public string Place(TypeDefinitionHandle handle) => $"{Name}: {TypeNames.Of(Metadata, handle).Replace('/', '.')}";

    public void Dispose() => file.Dispose();

    private static ModelException NoAssembly(string path, Exception? error)
    {
        string message = $"{path}: not a .NET assembly; name the .dll that the compiler wrote.";
        return error is null ? new ModelException(message) : new ModelException(message, error);
    }
}
