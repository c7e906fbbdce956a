using System.Reflection;
using System.Reflection.Metadata;
using System.Text;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.NanoFramework;

/// <summary>A method without IL.</summary>
/// <param name="Index">In the table of native methods: its number among all methods of the assembly on the device.</param>
internal sealed record NativeMethod(int Index, string Class, string Method);

/// <summary>What firmware and assembly have to agree on: the native methods' numbers, and the checksum that the device compares
/// before it links them. The checksum does not see managed methods before the first native one, though they shift the numbers.
/// </summary>
/// <param name="Methods">Native methods.</param>
/// <param name="Count">Length of the table: methods of all types, in the order of the device's file.</param>
/// <param name="Checksum">Zero without native methods.</param>
internal sealed record NativeInterop(IReadOnlyList<NativeMethod> Methods, int Count, uint Checksum)
{
    // The metadata processor leaves these out, and types that are marked with the attribute.
    private static readonly HashSet<string> Excluded =
    [
        "ThisAssembly", "System.Runtime.CompilerServices.RefSafetyRulesAttribute",
        "System.Runtime.CompilerServices.AccessedThroughPropertyAttribute",
    ];

    private const string ExcludeMark = "System.Runtime.CompilerServices.ExcludeTypeAttribute";

    /// <summary>As on Windows, and wherever <see cref="Findings"/> has none.</summary>
    /// <exception cref="ModelException">The assembly is damaged.</exception>
    public static NativeInterop Of(AssemblyImage image) => image.Scan(scanned => Of(scanned, NameOrders.Windows));

    /// <summary>The metadata processor sorts types by the culture of the machine it runs on, and nf-interpreter's CMake looks for
    /// the digit 0 of the checksum's 0x.</summary>
    public static IEnumerable<Finding> Findings(AssemblyImage image)
    {
        NativeInterop windows = Of(image), icu = Of(image, NameOrders.Icu), ordinal = Of(image, StringComparer.Ordinal);
        if (windows.Methods.Count > 0 && image.Name.Contains('0', StringComparison.Ordinal))
        {
            yield return new Finding(image.Name, null, "has a 0 in its name, over which the build of the firmware misses the " +
                "checksum", "name the assembly without that digit");
        }

        if (!Same(windows, ordinal) || !Same(icu, ordinal))
        {
            yield return new Finding(image.Name, null, "has types whose order, and with it the native table, depends on the " +
                $"machine that builds it (checksum 0x{windows.Checksum:X8} on Windows, 0x{icu.Checksum:X8} with ICU, " +
                $"0x{ordinal.Checksum:X8} with neither)",
                "rename types so that ignoring case, and punctuation before letters, gives the same order");
        }
    }

    private static bool Same(NativeInterop one, NativeInterop other) =>
        one.Checksum == other.Checksum && one.Methods.SequenceEqual(other.Methods);

    private static NativeInterop Of(AssemblyImage image, IComparer<string> order)
    {
        MetadataReader reader = image.Metadata;
        List<NativeMethod> methods = [];
        int count = 0;
        uint checksum = 0;
        foreach (TypeDefinitionHandle type in TypeOrder.Of(image, order).Where(type => !IsExcluded(reader, type)))
        {
            bool hasStubs = HasStubs(reader, type);
            foreach (MethodDefinition method in Ordered(reader, type))
            {
                bool native = hasStubs && method.RelativeVirtualAddress == 0
                    && (method.Attributes & MethodAttributes.Abstract) == 0;
                if (native)
                {
                    var added = new NativeMethod(count, NativeNames.Class(reader, type), NativeNames.Method(reader, method));
                    // Until the first native method is complete, each string starts again from zero.
                    checksum = methods.Count == 0
                        ? Crc(added.Method, 0)
                        : Crc(added.Method, Crc(added.Class, Crc(image.Name, checksum)));
                    methods.Add(added);
                }
                else if (hasStubs && methods.Count > 0)
                {
                    checksum = Crc("NULL", checksum);
                }

                ++count;
            }
        }

        return new NativeInterop(methods, count, checksum);
    }

    /// <summary>Virtual methods, then those of an instance, then static ones.</summary>
    private static IEnumerable<MethodDefinition> Ordered(MetadataReader reader, TypeDefinitionHandle type) =>
        reader.GetTypeDefinition(type).GetMethods().Select(reader.GetMethodDefinition).OrderBy(method =>
            (method.Attributes & MethodAttributes.Virtual) != 0 ? 0 : (method.Attributes & MethodAttributes.Static) == 0 ? 1 : 2);

    /// <summary>Only classes and structures; enumerations, interfaces and delegates take no part in the checksum.</summary>
    private static bool HasStubs(MetadataReader reader, TypeDefinitionHandle handle)
    {
        TypeDefinition type = reader.GetTypeDefinition(handle);
        string parent = type.BaseType.IsNil ? "" : TypeNames.Of(reader, type.BaseType);
        return (type.Attributes & TypeAttributes.Interface) == 0
            && parent is not ("System.Enum" or "System.MulticastDelegate")
            && (parent != "System.Delegate" || TypeNames.Of(reader, handle) == "System.MulticastDelegate");
    }

    private static bool IsExcluded(MetadataReader reader, TypeDefinitionHandle handle)
    {
        TypeDefinition type = reader.GetTypeDefinition(handle);
        TypeDefinitionHandle outer = type.GetDeclaringType();
        return Excluded.Contains(TypeNames.Of(reader, handle)) || Excluded.Contains(reader.GetString(type.Name))
            || Attributes.Has(reader, type, ExcludeMark) || (!outer.IsNil && IsExcluded(reader, outer));
    }

    /// <summary>CRC-32 with the polynomial of IEEE 802.3, most significant bit first, neither inverted.</summary>
    private static uint Crc(string text, uint crc)
    {
        const uint Polynomial = 0x04C11DB7;
        foreach (byte value in Encoding.ASCII.GetBytes(text))
        {
            crc ^= (uint)value << 24;
            for (int bit = 0; bit < 8; ++bit)
                crc = (crc & 0x80000000) != 0 ? (crc << 1) ^ Polynomial : crc << 1;
        }

        return crc;
    }
}
