namespace McuAi.HostTools.NanoFramework;

/// <summary>What makes a type of a field, local, parameter or operand one that 1.x cannot run.</summary>
internal static class SignatureFindings
{
    /// <param name="place">Where the type stands.</param>
    /// <param name="offset">Of the instruction that names it; null elsewhere.</param>
    /// <param name="subject">What has the type: a field, a local.</param>
    public static IEnumerable<Finding> Of(SignatureType type, string place, int? offset, string subject) => type.Parts()
        .Select(part => Reason(part, subject)).OfType<(string What, string Instead)>().Distinct()
        .Select(reason => new Finding(place, offset, reason.What, reason.Instead));

    private static (string What, string Instead)? Reason(SignatureType type, string subject) => type.Kind switch
    {
        SignatureKind.MultiDimensionalArray => ($"has {subject} of the multi-dimensional array type {type.Name}",
            "use an array of arrays, or one array with an index that is computed"),
        SignatureKind.Generic => ($"has {subject} of the generic type {type.Name}",
            "write a type of its own for the element type, or use ArrayList and object"),
        SignatureKind.GenericParameter => ($"has {subject} of a generic parameter's type", "write a method for each type"),
        SignatureKind.Pointer => ($"has {subject} of the pointer type {type.Name}", "use an array and an index"),
        SignatureKind.FunctionPointer => ($"has {subject} that is a function pointer", "use a delegate"),
        SignatureKind.Pinned => ($"pins {subject} of type {type.Name} (fixed)",
            "pass the array itself to an InternalCall: the collector moves arrays between calls"),
        _ => null,
    };
}
