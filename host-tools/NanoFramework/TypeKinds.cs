using System.Reflection.Metadata;

namespace McuAi.HostTools.NanoFramework;

/// <summary>What the types that an assembly names are: its own, and those of the assemblies it refers to.</summary>
internal sealed class TypeKinds(AssemblyImage image, ReferenceSurface surface)
{
    private readonly MetadataReader reader = image.Metadata;

    /// <summary>Whether the interpreter keeps the type in blocks of its own. Numbers, enums, DateTime and TimeSpan are one
    /// block each.</summary>
    public bool IsStructure(EntityHandle type) => Base(type) == "System.ValueType"
        && TypeNames.Of(reader, type) is not ("System.Enum" or "System.DateTime" or "System.TimeSpan");

    public bool IsEnum(EntityHandle type) => Base(type) == "System.Enum";

    public bool IsDelegate(EntityHandle type) => Base(type) == "System.MulticastDelegate";

    /// <summary>The class that a type derives from; null of interfaces and of types that no known assembly has.</summary>
    private string? Base(EntityHandle type)
    {
        if (type.IsNil)
            return null;
        if (type.Kind == HandleKind.TypeReference)
        {
            return TypeNames.Assembly(reader, (TypeReferenceHandle)type) is { } assembly
                ? surface.Base(assembly, TypeNames.Of(reader, type))
                : null;
        }

        return type.Kind == HandleKind.TypeDefinition
            && reader.GetTypeDefinition((TypeDefinitionHandle)type).BaseType is { IsNil: false } parent
            ? TypeNames.Of(reader, parent)
            : null;
    }
}
