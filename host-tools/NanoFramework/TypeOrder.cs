using System.Reflection.Emit;
using System.Reflection.Metadata;

namespace McuAi.HostTools.NanoFramework;

/// <summary>The order in which the metadata processor writes an assembly's types, which numbers their methods: by name, but
/// after the type around it, the interfaces it implements, and the types in signatures of what its methods call.</summary>
internal sealed class TypeOrder
{
    private readonly AssemblyImage image;
    private readonly MetadataReader reader;
    private readonly IComparer<string> names;
    private readonly Dictionary<string, TypeDefinitionHandle> primitives;
    private readonly List<TypeDefinitionHandle> sorted = [];
    private readonly HashSet<TypeDefinitionHandle> done = [], waiting = [];

    private TypeOrder(AssemblyImage image, IComparer<string> names)
    {
        this.image = image;
        reader = image.Metadata;
        this.names = names;
        // In mscorlib itself int is a type of the assembly.
        primitives = reader.TypeDefinitions.Where(type => reader.GetTypeDefinition(type).GetDeclaringType().IsNil)
            .GroupBy(type => TypeNames.Of(reader, type)).ToDictionary(types => types.Key, types => types.First());
    }

    /// <param name="image">The assembly.</param>
    /// <param name="names">How two names compare: the metadata processor does it by the culture of the machine.</param>
    public static IReadOnlyList<TypeDefinitionHandle> Of(AssemblyImage image, IComparer<string> names)
    {
        var order = new TypeOrder(image, names);
        foreach (TypeDefinitionHandle type in order.reader.TypeDefinitions
            .Where(type => TypeNames.Of(order.reader, type) != "<Module>").OrderBy(type => TypeNames.Of(order.reader, type), names))
            order.Add(type);
        return order.sorted;
    }

    private void Add(TypeDefinitionHandle handle)
    {
        // An interface nested in the class that implements it would lead back here; check reports it.
        if (done.Contains(handle) || !waiting.Add(handle))
            return;
        TypeDefinition type = reader.GetTypeDefinition(handle);
        if (type.GetDeclaringType() is { IsNil: false } outer)
            Add(outer);
        foreach (EntityHandle item in type.GetInterfaceImplementations().Select(item =>
            reader.GetInterfaceImplementation(item).Interface).Where(item => item.Kind == HandleKind.TypeDefinition))
            Add((TypeDefinitionHandle)item);
        waiting.Remove(handle);
        if (!done.Add(handle))
            return;
        foreach (TypeDefinitionHandle used in type.GetMethods().SelectMany(CalledSignatures))
            Add(used);
        sorted.Add(handle);
    }

    /// <summary>Result and parameter types of the methods that instructions name, as far as they are defined here.</summary>
    private IEnumerable<TypeDefinitionHandle> CalledSignatures(MethodDefinitionHandle handle)
    {
        if (image.Body(reader.GetMethodDefinition(handle)) is not { } body)
            return [];
        return IlInstructions.Of(body).Where(instruction => instruction.Code.OperandType is OperandType.InlineMethod
                or OperandType.InlineTok)
            .SelectMany(instruction => Signature(instruction.Token)).Select(type => type.Innermost)
            .Where(type => type.Name != "System.Void")
            .Select(type => type.Kind == SignatureKind.Primitive ? primitives.GetValueOrDefault(type.Name) : type.Definition)
            .Where(type => !type.IsNil);
    }

    private IEnumerable<SignatureType> Signature(Handle token)
    {
        if (token.Kind == HandleKind.MethodSpecification)
            token = reader.GetMethodSpecification((MethodSpecificationHandle)token).Method;
        MethodSignature<SignatureType>? signature = token.Kind switch
        {
            HandleKind.MethodDefinition => reader.GetMethodDefinition((MethodDefinitionHandle)token)
                .DecodeSignature(SignatureTypes.Instance, null),
            HandleKind.MemberReference when reader.GetMemberReference((MemberReferenceHandle)token) is var member
                && member.GetKind() == MemberReferenceKind.Method => member.DecodeMethodSignature(SignatureTypes.Instance, null),
            _ => null,
        };
        return signature is { } known ? known.ParameterTypes.Prepend(known.ReturnType) : [];
    }
}
