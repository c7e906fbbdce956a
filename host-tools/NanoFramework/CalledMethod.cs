using System.Reflection.Metadata;

namespace McuAi.HostTools.NanoFramework;

/// <summary>The method that an instruction names.</summary>
/// <param name="Type">It is declared in: a definition, a reference or a specification.</param>
/// <param name="Parameters">Their number, without the object.</param>
/// <param name="Result">System.Void where there is none.</param>
internal sealed record CalledMethod(EntityHandle Type, string Name, int Parameters, bool IsInstance, string Result)
{
    /// <summary>Null of tokens that are none of a method.</summary>
    public static CalledMethod? Of(MetadataReader reader, Handle token)
    {
        if (token.Kind == HandleKind.MethodSpecification)
            token = reader.GetMethodSpecification((MethodSpecificationHandle)token).Method;
        if (token.Kind == HandleKind.MethodDefinition)
        {
            MethodDefinition method = reader.GetMethodDefinition((MethodDefinitionHandle)token);
            return Of(method.GetDeclaringType(), reader.GetString(method.Name),
                method.DecodeSignature(SignatureTypes.Instance, null));
        }

        return token.Kind == HandleKind.MemberReference
            && reader.GetMemberReference((MemberReferenceHandle)token) is var member
            && member.GetKind() == MemberReferenceKind.Method
            ? Of(member.Parent, reader.GetString(member.Name), member.DecodeMethodSignature(SignatureTypes.Instance, null))
            : null;
    }

    private static CalledMethod Of(EntityHandle type, string name, MethodSignature<SignatureType> signature) =>
        new(type, name, signature.ParameterTypes.Length, signature.Header.IsInstance, signature.ReturnType.Name);
}
