using System.Reflection.Metadata;

namespace McuAi.HostTools.NanoFramework;

/// <summary>Full names as Mono.Cecil writes them, Namespace.Outer/Inner: the metadata processor sorts by them.</summary>
internal static class TypeNames
{
    /// <summary>Types nest no deeper than this, or a table of the file points at itself.</summary>
    private const int Deepest = 32;

    public static string Of(MetadataReader reader, EntityHandle handle) => Of(reader, handle, 0);

    /// <summary>The assembly that a referenced type, or the one around it, is said to be in.</summary>
    public static string? Assembly(MetadataReader reader, TypeReferenceHandle handle)
    {
        EntityHandle scope = reader.GetTypeReference(handle).ResolutionScope;
        for (int depth = 0; scope.Kind == HandleKind.TypeReference && depth < Deepest; ++depth)
            scope = reader.GetTypeReference((TypeReferenceHandle)scope).ResolutionScope;
        return scope.Kind == HandleKind.AssemblyReference
            ? reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name)
            : null;
    }

    private static string Of(MetadataReader reader, EntityHandle handle, int depth)
    {
        if (depth > Deepest)
            throw new BadImageFormatException("types are nested without end");
        if (handle.Kind == HandleKind.TypeDefinition)
        {
            TypeDefinition type = reader.GetTypeDefinition((TypeDefinitionHandle)handle);
            TypeDefinitionHandle outer = type.GetDeclaringType();
            string name = reader.GetString(type.Name);
            return outer.IsNil ? Join(reader.GetString(type.Namespace), name) : $"{Of(reader, outer, depth + 1)}/{name}";
        }

        if (handle.Kind == HandleKind.TypeReference)
        {
            TypeReference type = reader.GetTypeReference((TypeReferenceHandle)handle);
            string name = reader.GetString(type.Name);
            return type.ResolutionScope.Kind == HandleKind.TypeReference
                ? $"{Of(reader, type.ResolutionScope, depth + 1)}/{name}"
                : Join(reader.GetString(type.Namespace), name);
        }

        return handle.Kind == HandleKind.TypeSpecification
            ? SignatureTypes.Instance.GetTypeFromSpecification(reader, null, (TypeSpecificationHandle)handle, 0).Name
            : "";

        static string Join(string space, string name) => space.Length == 0 ? name : $"{space}.{name}";
    }
}
