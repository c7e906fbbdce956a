using System.Reflection;
using System.Reflection.Metadata;

namespace McuAi.HostTools.NanoFramework;

/// <summary>Counts that the device's format holds in a byte or in 16 bits. The metadata processor refuses few of those that
/// are too large, and cuts the others.</summary>
internal static class SizeRules
{
    /// <summary>Data of static arrays and signatures share one table with 16-bit offsets; the rest is for the latter.</summary>
    public const int MostStaticBytes = 60_000;

    /// <summary>Branches are 16 bits wide, and methods of one assembly share 64 KB.</summary>
    private const int LongestBody = short.MaxValue;

    public static IEnumerable<Finding> Body(MethodBodyBlock body, MethodDefinition method, string place)
    {
        int bytes = body.GetILBytes()?.Length ?? 0;
        if (bytes > LongestBody)
            yield return Large(place, "bytes of IL", bytes, LongestBody, "divide the method");
        if (body.ExceptionRegions.Length > byte.MaxValue)
            yield return Large(place, "try blocks", body.ExceptionRegions.Length, byte.MaxValue, "divide the method");
        int parameters = method.GetParameters().Count;
        if (parameters >= byte.MaxValue)
            yield return Large(place, "parameters", parameters, byte.MaxValue - 1, "pass an array");
    }

    public static IEnumerable<Finding> Locals(int count, string place)
    {
        if (count > byte.MaxValue)
            yield return Large(place, "local variables", count, byte.MaxValue, "divide the method or use an array");
    }

    public static IEnumerable<Finding> Assembly(AssemblyImage image)
    {
        MetadataReader reader = image.Metadata;
        int data = 0;
        foreach (TypeDefinitionHandle handle in reader.TypeDefinitions)
        {
            TypeDefinition type = reader.GetTypeDefinition(handle);
            MethodDefinition[] methods = [.. type.GetMethods().Select(reader.GetMethodDefinition)];
            FieldDefinition[] fields = [.. type.GetFields().Select(reader.GetFieldDefinition)];
            bool IsStatic(MethodDefinition method) => (method.Attributes & MethodAttributes.Static) != 0;
            bool IsVirtual(MethodDefinition method) => (method.Attributes & MethodAttributes.Virtual) != 0;
            (string Kind, int Count)[] counts =
            [
                ("static methods", methods.Count(IsStatic)),
                ("virtual methods", methods.Count(IsVirtual)),
                ("instance methods", methods.Count(method => !IsStatic(method) && !IsVirtual(method))),
                ("static fields", fields.Count(field => IsStored(field) && (field.Attributes & FieldAttributes.Static) != 0)),
                ("instance fields", fields.Count(field => (field.Attributes & FieldAttributes.Static) == 0)),
            ];
            foreach ((string kind, int count) in counts.Where(item => item.Count > byte.MaxValue))
                yield return Large(image.Place(handle), kind, count, byte.MaxValue, "divide the class");
            data += fields.Where(field => (field.Attributes & FieldAttributes.HasFieldRVA) != 0).Sum(field => Bytes(reader, field));
        }

        if (data > MostStaticBytes)
        {
            yield return Large(image.Name, "bytes of array initializers", data, MostStaticBytes,
                "read tables from a file, or keep them in native code");
        }
    }

    private static bool IsStored(FieldDefinition field) => (field.Attributes & FieldAttributes.Literal) == 0;

    private static Finding Large(string place, string kind, int count, int most, string instead) =>
        new(place, null, $"has {count} {kind} of at most {most} that a device's assembly can hold", instead);

    /// <summary>Size of a field with initial data: of a number, or of the type that the compiler makes for it.</summary>
    private static int Bytes(MetadataReader reader, FieldDefinition field)
    {
        SignatureType type = field.DecodeSignature(SignatureTypes.Instance, null);
        if (!type.Definition.IsNil)
            return Math.Max(0, reader.GetTypeDefinition(type.Definition).GetLayout().Size);
        return type.Name switch
        {
            "System.Byte" or "System.SByte" or "System.Boolean" => 1,
            "System.Int16" or "System.UInt16" or "System.Char" => 2,
            "System.Int64" or "System.UInt64" or "System.Double" => 8,
            _ => 4,
        };
    }
}
