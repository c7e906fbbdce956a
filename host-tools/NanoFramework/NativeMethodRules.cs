using System.Reflection;
using System.Reflection.Metadata;

namespace McuAi.HostTools.NanoFramework;

/// <summary>What an InternalCall may take and give: 64-bit, floating-point and by-reference arguments arrive broken or differ
/// between targets, and objects would need their layout known in C.</summary>
internal static class NativeMethodRules
{
    private static readonly HashSet<string> Values = [.. new[]
    {
        "Boolean", "SByte", "Byte", "Int16", "UInt16", "Char", "Int32", "UInt32", "String", "Void",
    }.Select(name => "System." + name)];

    public static IEnumerable<Finding> Findings(MethodDefinition method, MethodSignature<SignatureType> signature, string place)
    {
        if ((method.Attributes & MethodAttributes.PinvokeImpl) != 0)
        {
            yield return new Finding(place, null, "is imported with DllImport",
                "declare it extern with MethodImplOptions.InternalCall");
            yield break;
        }

        if ((method.ImplAttributes & MethodImplAttributes.InternalCall) == 0)
            yield break;
        foreach (SignatureType type in signature.ParameterTypes.Prepend(signature.ReturnType).Where(type => !IsAllowed(type)))
        {
            yield return new Finding(place, null, $"is an InternalCall with {type.Name} in its signature",
                "pass int, bool, string or an array of numbers, and results through an array");
        }
    }

    private static bool IsAllowed(SignatureType type) => type.Kind switch
    {
        SignatureKind.Primitive => Values.Contains(type.Name),
        SignatureKind.Array => type.Element!.Kind == SignatureKind.Primitive && type.Element.Name is not ("System.String" or
            "System.Object" or "System.IntPtr" or "System.UIntPtr" or "System.TypedReference"),
        _ => false,
    };
}
