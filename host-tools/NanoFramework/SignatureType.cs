using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace McuAi.HostTools.NanoFramework;

internal enum SignatureKind
{
    Primitive, Named, Array, MultiDimensionalArray, ByReference, Pointer, Pinned, FunctionPointer, Generic, GenericParameter,
    Modified,
}

/// <summary>A type as a signature writes it.</summary>
/// <param name="Name">As Mono.Cecil and with it the metadata processor write it: Namespace.Outer/Inner, T[], T&amp;.</param>
/// <param name="Element">Of arrays, references, pointers, pinned and modified types, and of generic instances.</param>
/// <param name="Arguments">Of generic instances.</param>
/// <param name="Handle">Of a named type: its definition or a reference.</param>
internal sealed record SignatureType(SignatureKind Kind, string Name, SignatureType? Element,
    ImmutableArray<SignatureType> Arguments, EntityHandle Handle)
{
    public SignatureType(SignatureKind kind, string name, SignatureType? element = null)
        : this(kind, name, element, [], default) { }

    /// <summary>Of a named type that the assembly itself defines; nil of others.</summary>
    public TypeDefinitionHandle Definition =>
        Handle.Kind == HandleKind.TypeDefinition ? (TypeDefinitionHandle)Handle : default;

    /// <summary>The type at the bottom of arrays, references, pointers and generic instances.</summary>
    public SignatureType Innermost => Element is null ? this : Element.Innermost;

    /// <summary>The type and all that it is made of.</summary>
    public IEnumerable<SignatureType> Parts() =>
        [this, .. Element?.Parts() ?? [], .. Arguments.SelectMany(argument => argument.Parts())];
}

/// <summary>Decodes signatures to <see cref="SignatureType"/>.</summary>
internal sealed class SignatureTypes : ISignatureTypeProvider<SignatureType, object?>
{
    public static readonly SignatureTypes Instance = new();

    public SignatureType GetPrimitiveType(PrimitiveTypeCode typeCode) =>
        new(SignatureKind.Primitive, $"System.{typeCode}");

    public SignatureType GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
        new(SignatureKind.Named, TypeNames.Of(reader, handle), null, [], handle);

    public SignatureType GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) =>
        new(SignatureKind.Named, TypeNames.Of(reader, handle), null, [], handle);

    public SignatureType GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle,
        byte rawTypeKind) => reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public SignatureType GetSZArrayType(SignatureType elementType) =>
        new(SignatureKind.Array, elementType.Name + "[]", elementType);

    public SignatureType GetArrayType(SignatureType elementType, ArrayShape shape) =>
        new(SignatureKind.MultiDimensionalArray, $"{elementType.Name}[{new string(',', Math.Max(0, shape.Rank - 1))}]",
            elementType);

    public SignatureType GetByReferenceType(SignatureType elementType) =>
        new(SignatureKind.ByReference, elementType.Name + "&", elementType);

    public SignatureType GetPointerType(SignatureType elementType) =>
        new(SignatureKind.Pointer, elementType.Name + "*", elementType);

    public SignatureType GetPinnedType(SignatureType elementType) =>
        new(SignatureKind.Pinned, elementType.Name, elementType);

    public SignatureType GetFunctionPointerType(MethodSignature<SignatureType> signature) =>
        new(SignatureKind.FunctionPointer, "a function pointer");

    public SignatureType GetGenericInstantiation(SignatureType genericType, ImmutableArray<SignatureType> typeArguments) =>
        new(SignatureKind.Generic, $"{genericType.Name}<{string.Join(',', typeArguments.Select(type => type.Name))}>",
            genericType, typeArguments, default);

    public SignatureType GetGenericMethodParameter(object? genericContext, int index) =>
        new(SignatureKind.GenericParameter, $"!!{index}");

    public SignatureType GetGenericTypeParameter(object? genericContext, int index) =>
        new(SignatureKind.GenericParameter, $"!{index}");

    public SignatureType GetModifiedType(SignatureType modifier, SignatureType unmodifiedType, bool isRequired) =>
        new(SignatureKind.Modified, $"{unmodifiedType.Name} modreq({modifier.Name})", unmodifiedType);
}
