using System.Reflection.Metadata;

namespace McuAi.HostTools.NanoFramework;

/// <summary>Finds references to assemblies, types and members that no device has.</summary>
internal sealed class ReferenceScan(AssemblyImage image, ReferenceSurface surface)
{
    private readonly MetadataReader reader = image.Metadata;
    private readonly Dictionary<Handle, (string Place, int Offset)> uses = Uses(image);

    public IEnumerable<Finding> Findings() => [.. Assemblies(), .. Types(), .. Members()];

    /// <summary>The first instruction that names each token; of a member's type, the first that names a member.</summary>
    private static Dictionary<Handle, (string Place, int Offset)> Uses(AssemblyImage image)
    {
        Dictionary<Handle, (string, int)> uses = [];
        foreach (MethodDefinitionHandle method in image.Metadata.MethodDefinitions)
        {
            if (image.Body(image.Metadata.GetMethodDefinition(method)) is not { } body)
                continue;
            foreach (IlInstruction instruction in IlInstructions.Of(body).Where(instruction => !instruction.Token.IsNil))
            {
                (string, int) place = (image.Place(method), instruction.Offset);
                uses.TryAdd(instruction.Token, place);
                if (instruction.Token.Kind == HandleKind.MemberReference)
                    uses.TryAdd(image.Metadata.GetMemberReference((MemberReferenceHandle)instruction.Token).Parent, place);
            }
        }

        return uses;
    }

    private Finding Missing(Handle token, string name, string assembly)
    {
        (string Place, int Offset)? use = uses.TryGetValue(token, out (string, int) found) ? found : null;
        return new Finding(use?.Place ?? image.Name, use?.Offset,
            $"refers to {name}, which {assembly} of nanoFramework 1.x does not have", "use what the reference assemblies declare");
    }

    private IEnumerable<Finding> Assemblies() => reader.AssemblyReferences
        .Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name)).Where(name => !surface.Has(name))
        .Select(name => new Finding(image.Name, null, $"refers to the assembly {name}, which is none of the reference assemblies",
            "compile against firmware/nanoframework/reference, or pass the assembly to check as well"));

    private IEnumerable<Finding> Types()
    {
        foreach (TypeReferenceHandle handle in reader.TypeReferences)
        {
            string type = TypeNames.Of(reader, handle);
            if (Assembly(handle) is { } assembly && surface.Has(assembly) && !surface.Has(assembly, type))
                yield return Missing(handle, type, assembly);
        }
    }

    private IEnumerable<Finding> Members()
    {
        foreach (MemberReferenceHandle handle in reader.MemberReferences)
        {
            MemberReference member = reader.GetMemberReference(handle);
            if (member.Parent.Kind != HandleKind.TypeReference)
                continue;
            string type = TypeNames.Of(reader, member.Parent);
            string name = reader.GetString(member.Name);
            string signature = member.GetKind() == MemberReferenceKind.Method
                ? ReferenceSurface.Method(name, member.DecodeMethodSignature(SignatureTypes.Instance, null))
                : ReferenceSurface.Field(name, member.DecodeFieldSignature(SignatureTypes.Instance, null));
            if (Assembly((TypeReferenceHandle)member.Parent) is { } assembly && surface.Has(assembly, type)
                && !surface.Has(assembly, type, signature))
                yield return Missing(handle, $"{type}.{signature}", assembly);
        }
    }

    /// <summary>The assembly that a referenced type, or the one around it, is said to be in.</summary>
    private string? Assembly(TypeReferenceHandle handle)
    {
        EntityHandle scope = reader.GetTypeReference(handle).ResolutionScope;
        for (int depth = 0; scope.Kind == HandleKind.TypeReference && depth < byte.MaxValue; ++depth)
            scope = reader.GetTypeReference((TypeReferenceHandle)scope).ResolutionScope;
        return scope.Kind == HandleKind.AssemblyReference
            ? reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name)
            : null;
    }
}
