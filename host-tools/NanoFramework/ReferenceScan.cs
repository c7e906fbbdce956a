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

    private IEnumerable<Finding> Assemblies()
    {
        foreach (AssemblyReference reference in reader.AssemblyReferences.Select(reader.GetAssemblyReference))
        {
            string name = reader.GetString(reference.Name);
            if (surface.Version(name) is not { } known)
            {
                yield return new Finding(image.Name, null, $"refers to the assembly {name}, which is none of the reference " +
                    "assemblies", "compile against firmware/nanoframework/reference, or pass the assembly to check as well");
            }
            else if (reference.Version.ToString(2) != known.ToString(2))
            {
                yield return new Finding(image.Name, null, $"refers to {name} {reference.Version.ToString(2)}, and a device that " +
                    $"has {known.ToString(2)} does not load it", "compile against the version that the device has");
            }
        }
    }

    private IEnumerable<Finding> Types()
    {
        foreach (TypeReferenceHandle handle in reader.TypeReferences)
        {
            string type = TypeNames.Of(reader, handle);
            if (TypeNames.Assembly(reader, handle) is { } assembly && surface.Has(assembly) && !surface.Has(assembly, type))
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
            if (TypeNames.Assembly(reader, (TypeReferenceHandle)member.Parent) is { } assembly && surface.Has(assembly, type)
                && !surface.Has(assembly, type, signature))
                yield return Missing(handle, $"{type}.{signature}", assembly);
        }
    }
}
