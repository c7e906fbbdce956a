using System.Reflection.Metadata;

namespace McuAi.HostTools.NanoFramework;

/// <summary>Attributes by the full name of their type.</summary>
internal static class Attributes
{
    public static bool Has(MetadataReader reader, TypeDefinition type, string attribute) =>
        type.GetCustomAttributes().Any(handle => Type(reader, reader.GetCustomAttribute(handle).Constructor) == attribute);

    private static string? Type(MetadataReader reader, EntityHandle constructor) => constructor.Kind switch
    {
        HandleKind.MemberReference => TypeNames.Of(reader, reader.GetMemberReference((MemberReferenceHandle)constructor).Parent),
        HandleKind.MethodDefinition =>
            TypeNames.Of(reader, reader.GetMethodDefinition((MethodDefinitionHandle)constructor).GetDeclaringType()),
        _ => null,
    };
}
