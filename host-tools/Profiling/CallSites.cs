namespace McuAi.HostTools.Profiling;

/// <summary>Finds where a function is called directly, by reading all code of the image.</summary>
internal static class CallSites
{
    /// <summary>Return addresses that the plugin can watch.</summary>
    public const int Most = 64;

    /// <summary>
    /// Addresses to which the function returns. Code is tried at every halfword; data that happens to look like a call
    /// gives an address that is never executed, which does no harm.
    /// </summary>
    public static IReadOnlyList<ulong> ReturnAddresses(ElfImage image, InstructionSet set, ulong function)
    {
        List<ulong> result = [];
        foreach (ElfSection section in image.Sections.Where(s => s.IsAllocated && s.IsExecutable && s.HasContents))
        {
            ReadOnlySpan<byte> code = image.Contents(section);
            for (int at = 0; at + 2 <= code.Length; at += 2)
            {
                int size = InstructionDecoder.SizeOf(set, code[at] | (uint)code[at + 1] << 8);
                if (at + size > code.Length) break;
                DecodedInstruction d = InstructionDecoder.Decode(set, code.Slice(at, size));
                ulong address = section.Address + (ulong)at;
                if (d.Class == InstructionClass.Call && d.TargetOffset is int offset
                    && address + (ulong)(long)offset == function)
                {
                    result.Add(address + (ulong)size);
                }
            }
        }
        return result;
    }
}
