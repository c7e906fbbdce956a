using System.Reflection.Metadata;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.NanoFramework;

/// <summary>Names of native methods, as the metadata processor writes them into the C++ stubs and into the checksum.</summary>
internal static class NativeNames
{
    private static readonly Dictionary<string, string> DataTypes = new(StringComparer.Ordinal)
    {
        ["System.Void"] = "VOID", ["System.Boolean"] = "BOOLEAN", ["System.Char"] = "CHAR", ["System.String"] = "STRING",
        ["System.SByte"] = "I1", ["System.Byte"] = "U1", ["System.Int16"] = "I2", ["System.UInt16"] = "U2",
        ["System.Int32"] = "I4", ["System.UInt32"] = "U4", ["System.Int64"] = "I8", ["System.UInt64"] = "U8",
        ["System.Single"] = "R4", ["System.Double"] = "R8", ["System.IntPtr"] = "I4", ["System.UIntPtr"] = "U4",
        ["System.Object"] = "OBJECT", ["System.WeakReference"] = "WEAKCLASS",
    };

    /// <summary>Namespace_Outer__Inner.</summary>
    public static string Class(MetadataReader reader, TypeDefinitionHandle handle)
    {
        TypeDefinition type = reader.GetTypeDefinition(handle);
        TypeDefinitionHandle outer = type.GetDeclaringType();
        string around = outer.IsNil ? "" : Class(reader, outer);
        return string.Join('_', around, reader.GetString(type.Namespace), reader.GetString(type.Name)).Replace('.', '_')
            .TrimStart('_');
    }

    /// <summary>Name___STATIC__RESULT__PARAMETER__PARAMETER, with three underscores for instance methods.</summary>
    public static string Method(MetadataReader reader, MethodDefinition method)
    {
        MethodSignature<SignatureType> signature = method.DecodeSignature(SignatureTypes.Instance, null);
        IEnumerable<string> types = signature.ParameterTypes.Prepend(signature.ReturnType).Select(Type);
        string name = reader.GetString(method.Name) + (signature.Header.IsInstance ? "___" : "___STATIC__");
        return (name + string.Join("__", types)).Replace('.', '_').Replace("/", "", StringComparison.Ordinal);
    }

    // Arrays of arrays are named by the innermost element, but behind a reference by the next one: so does the original.
    private static string Type(SignatureType type) => type.Kind switch
    {
        SignatureKind.Array or SignatureKind.MultiDimensionalArray => $"SZARRAY_{Type(type.Innermost)}",
        SignatureKind.ByReference when type.Element!.Kind == SignatureKind.Array =>
            $"BYREF_SZARRAY_{Type(type.Element.Element!)}",
        SignatureKind.ByReference => $"BYREF_{Plain(type.Element!)}",
        _ => Plain(type),
    };

    private static string Plain(SignatureType type) => type.Kind switch
    {
        SignatureKind.GenericParameter => "GENERICTYPE",
        SignatureKind.Primitive or SignatureKind.Named or SignatureKind.Pointer or SignatureKind.Generic =>
            DataTypes.GetValueOrDefault(type.Name) ?? type.Name.Replace(".", "", StringComparison.Ordinal),
        _ => throw new ModelException(
            $"A native method has {type.Name} in its signature, which has no name in C; pass int or an array."),
    };
}
