namespace McuAi.HostTools.Profiling;

/// <summary>The instruction sets that the profiler reads.</summary>
public enum InstructionSet
{
    /// <summary>Armv6-M to Armv8.1-M: Thumb-2 with DSP, FPv4/FPv5 and MVE.</summary>
    Thumb,

    /// <summary>RV32IMC, with F and A recognized.</summary>
    RiscV,
}

/// <summary>Sorts opcodes into classes. Any bytes are accepted: what is no known opcode is Unknown.</summary>
public static class InstructionDecoder
{
    /// <summary>Bytes of the opcode that begins with a halfword: 2 or 4.</summary>
    public static int SizeOf(InstructionSet set, uint firstHalfword)
    {
        bool wide = set == InstructionSet.Thumb ? firstHalfword >= 0xE800 : (firstHalfword & 3) == 3;
        return wide ? 4 : 2;
    }

    /// <summary>Sorts one opcode.</summary>
    /// <param name="set">The instruction set.</param>
    /// <param name="opcode">2 or 4 bytes, in memory order.</param>
    public static DecodedInstruction Decode(InstructionSet set, ReadOnlySpan<byte> opcode)
    {
        if (opcode.Length is not (2 or 4)) return new(InstructionClass.Unknown, opcode.Length);
        uint first = opcode[0] | (uint)opcode[1] << 8;
        uint second = opcode.Length == 4 ? opcode[2] | (uint)opcode[3] << 8 : 0;
        return (set, opcode.Length) switch
        {
            (InstructionSet.Thumb, 2) => Thumb16Decoder.Decode(first),
            (InstructionSet.Thumb, _) => Thumb32Decoder.Decode(first, second),
            (_, 2) => CompressedRiscVDecoder.Decode(first),
            _ => RiscVDecoder.Decode(first | second << 16),
        };
    }
}
