using System.Reflection;
using System.Reflection.Metadata;

namespace McuAi.HostTools.NanoFramework;

/// <summary>Finds types and members whose declaration 1.x cannot run.</summary>
internal sealed class DefinitionScan(AssemblyImage image, TypeKinds kinds)
{
    private const string EmbeddedMark = "Microsoft.CodeAnalysis.EmbeddedAttribute";

    private readonly MetadataReader reader = image.Metadata;

    public IEnumerable<Finding> Findings() => reader.TypeDefinitions.SelectMany(Type);

    private IEnumerable<Finding> Type(TypeDefinitionHandle handle)
    {
        TypeDefinition type = reader.GetTypeDefinition(handle);
        string place = image.Place(handle), name = TypeNames.Of(reader, handle);
        if (type.GetGenericParameters().Count > 0)
        {
            yield return new Finding(place, null, "is a generic type",
                "write a type of its own for each element type, or use ArrayList and object");
        }

        if (name == EmbeddedMark || Attributes.Has(reader, type, EmbeddedMark))
        {
            yield return new Finding(place, null, "was put into the assembly by the compiler, and its constructor takes a place " +
                "in the table of native methods", Cause(name));
        }

        if (type.GetInterfaceImplementations().Select(item => reader.GetInterfaceImplementation(item).Interface)
            .Any(item => item.Kind == HandleKind.TypeDefinition && IsWithin((TypeDefinitionHandle)item, handle)))
        {
            yield return new Finding(place, null, "implements an interface that is nested in it, over which the metadata " +
                "processor recurses without end", "declare the interface outside of the class");
        }

        bool isInterface = (type.Attributes & TypeAttributes.Interface) != 0, isStructure = kinds.IsStructure(handle);
        foreach (Finding finding in type.GetMethods().SelectMany(method => Method(method, isInterface)))
            yield return finding;
        foreach (Finding finding in type.GetFields().SelectMany(field => Field(field, place, isStructure)))
            yield return finding;
    }

    private IEnumerable<Finding> Field(FieldDefinitionHandle handle, string owner, bool inStructure)
    {
        FieldDefinition field = reader.GetFieldDefinition(handle);
        string place = $"{owner}.{reader.GetString(field.Name)}";
        SignatureType type = field.DecodeSignature(SignatureTypes.Instance, null);
        foreach (Finding finding in SignatureFindings.Of(type, place, null, "a value"))
            yield return finding;
        if (inStructure && (field.Attributes & FieldAttributes.Static) == 0 && kinds.IsStructure(type.Handle))
        {
            yield return type.Name.EndsWith("e__FixedBuffer", StringComparison.Ordinal)
                ? new Finding(place, null, "is a buffer of fixed size, at which the interpreter stops", "use an array")
                : new Finding(place, null, "is a structure in a structure, which breaks when memory is collected while it is " +
                    "copied", "make one of them a class");
        }
    }

    private IEnumerable<Finding> Method(MethodDefinitionHandle handle, bool inInterface)
    {
        MethodDefinition method = reader.GetMethodDefinition(handle);
        string place = image.Place(handle);
        MethodSignature<SignatureType> signature = method.DecodeSignature(SignatureTypes.Instance, null);
        if (method.GetGenericParameters().Count > 0)
            yield return new Finding(place, null, "is a generic method", "write a method for each type");
        if (inInterface && (method.Attributes & (MethodAttributes.Abstract | MethodAttributes.Static)) == 0)
        {
            yield return new Finding(place, null, "has a body in an interface", "put it into an abstract class or a static one");
        }

        if (signature.Header.CallingConvention == SignatureCallingConvention.VarArgs)
            yield return new Finding(place, null, "takes arguments by __arglist", "take an array with params");
        foreach (Finding finding in signature.ParameterTypes.Prepend(signature.ReturnType)
            .SelectMany(type => SignatureFindings.Of(type, place, null, "a parameter or result")).Distinct())
            yield return finding;
        foreach (Finding finding in NativeMethodRules.Findings(method, signature, place))
            yield return finding;
    }

    /// <summary>Which language feature makes the compiler write this type.</summary>
    private static string Cause(string type) => type switch
    {
        EmbeddedMark => "compile with LangVersion 9.0, and without what the other findings name",
        _ when type.Contains("Nullable", StringComparison.Ordinal) => "compile without nullable reference types",
        _ when type.EndsWith("RefSafetyRulesAttribute", StringComparison.Ordinal) => "compile with LangVersion 9.0",
        _ when type.EndsWith("IsReadOnlyAttribute", StringComparison.Ordinal) =>
            "use neither readonly struct, nor in parameters, nor ref readonly",
        _ when type.EndsWith("IsByRefLikeAttribute", StringComparison.Ordinal) => "declare no ref struct",
        _ when type.EndsWith("NativeIntegerAttribute", StringComparison.Ordinal) => "use int and uint in place of nint and nuint",
        _ => "compile with LangVersion 9.0",
    };

    private bool IsWithin(TypeDefinitionHandle type, TypeDefinitionHandle outer)
    {
        for (int depth = 0; !type.IsNil && depth < byte.MaxValue; ++depth)
        {
            type = reader.GetTypeDefinition(type).GetDeclaringType();
            if (type == outer)
                return true;
        }

        return false;
    }
}
