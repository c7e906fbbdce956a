using System.Reflection.Metadata;
using McuAi.HostTools.Boards;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.NanoFramework;

/// <summary>Types and members that there are on a device, by assembly.</summary>
internal sealed class ReferenceSurface
{
    private readonly Dictionary<string, Dictionary<string, SurfaceType>> assemblies = new(StringComparer.Ordinal);

    private readonly Dictionary<string, Version> versions = new(StringComparer.Ordinal);

    /// <summary>Members of a type, each as Name(Parameters):Result, the class that it derives from, and its interfaces.</summary>
    private sealed record SurfaceType(HashSet<string> Members, string? Base, string[] Interfaces);

    /// <summary>The folder that building firmware/nanoframework/reference fills.</summary>
    public static string DefaultFolder => Path.Combine(ProjectFolder.Find().Root, "artifacts", "nanoframework", "reference");

    /// <summary>Reads every .dll of a folder.</summary>
    /// <exception cref="ModelException">The folder has no mscorlib.dll.</exception>
    public static ReferenceSurface Read(string folder)
    {
        var surface = new ReferenceSurface();
        if (!File.Exists(Path.Combine(folder, "mscorlib.dll")))
        {
            throw new ModelException($"{folder}: there is no mscorlib.dll to compare with; build firmware/nanoframework/" +
                "McuAi.NanoFramework/McuAi.NanoFramework.Device.csproj, or name a folder with --reference.");
        }

        foreach (string path in Directory.EnumerateFiles(folder, "*.dll").Order(StringComparer.Ordinal))
        {
            using AssemblyImage image = AssemblyImage.Open(path);
            surface.Add(image);
        }

        return surface;
    }

    /// <summary>An assembly that others may refer to.</summary>
    /// <exception cref="ModelException">The assembly is damaged.</exception>
    public void Add(AssemblyImage image)
    {
        assemblies[image.Name] = image.Scan(scanned => scanned.Metadata.TypeDefinitions
            .GroupBy(handle => TypeNames.Of(scanned.Metadata, handle), StringComparer.Ordinal)
            .ToDictionary(types => types.Key, types => Type(scanned.Metadata, types.First()), StringComparer.Ordinal));
        versions[image.Name] = image.Metadata.GetAssemblyDefinition().Version;
    }

    private static SurfaceType Type(MetadataReader reader, TypeDefinitionHandle handle)
    {
        TypeDefinition type = reader.GetTypeDefinition(handle);
        HashSet<string> members = [.. type.GetMethods().Select(reader.GetMethodDefinition).Select(method =>
            Method(reader.GetString(method.Name), method.DecodeSignature(SignatureTypes.Instance, null)))];
        members.UnionWith(type.GetFields().Select(reader.GetFieldDefinition).Select(field =>
            Field(reader.GetString(field.Name), field.DecodeSignature(SignatureTypes.Instance, null))));
        return new SurfaceType(members, type.BaseType.IsNil ? null : TypeNames.Of(reader, type.BaseType),
            [.. type.GetInterfaceImplementations().Select(item =>
                TypeNames.Of(reader, reader.GetInterfaceImplementation(item).Interface))]);
    }

    /// <summary>Of an assembly; null where it is unknown.</summary>
    public Version? Version(string assembly) => versions.GetValueOrDefault(assembly);

    public bool Has(string assembly) => assemblies.ContainsKey(assembly);

    public bool Has(string assembly, string type) => assemblies.TryGetValue(assembly, out var types) && types.ContainsKey(type);

    /// <summary>The class that a type derives from; null where there is none.</summary>
    public string? Base(string assembly, string type) =>
        assemblies.GetValueOrDefault(assembly)?.GetValueOrDefault(type)?.Base;

    /// <summary>Whether the type or one that it derives from has the member.</summary>
    public bool Has(string assembly, string type, string member)
    {
        var pending = new Queue<SurfaceType>();
        var seen = new HashSet<string>(StringComparer.Ordinal) { type };
        if (assemblies.TryGetValue(assembly, out var types) && types.TryGetValue(type, out SurfaceType? first))
            pending.Enqueue(first);
        while (pending.TryDequeue(out SurfaceType? next))
        {
            if (next.Members.Contains(member))
                return true;
            foreach (string name in next.Interfaces.Prepend(next.Base).OfType<string>().Where(seen.Add))
            {
                SurfaceType? found = assemblies.Values.Select(all => all.GetValueOrDefault(name)).FirstOrDefault(all => all is not null);
                if (found is not null)
                    pending.Enqueue(found);
            }
        }

        return false;
    }

    public static string Method(string name, MethodSignature<SignatureType> signature) =>
        $"{name}({string.Join(',', signature.ParameterTypes.Select(type => type.Name))}):{signature.ReturnType.Name}";

    public static string Field(string name, SignatureType type) => $"{name}:{type.Name}";
}
