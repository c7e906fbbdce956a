namespace McuAi.HostTools.Profiling;

/// <summary>32-bit RISC-V opcodes (The RISC-V Instruction Set Manual, volume I, RV32G listings).</summary>
internal static class RiscVDecoder
{
    public static DecodedInstruction Decode(uint op)
    {
        uint destination = Bit(op, 7), source1 = Bit(op, 15), source2 = Bit(op, 20);
        return (op & 0x7F) switch
        {
            0x03 => Transfer(InstructionClass.Load, 4, 0, source1, destination),
            0x23 => Transfer(InstructionClass.Store, 4, source2, source1, 0),
            0x07 => Transfer(InstructionClass.FloatLoad, 4, 0, source1, 0),
            0x27 => Transfer(InstructionClass.FloatStore, 4, 0, source1, 0),
            0x13 => Make(InstructionClass.Alu, 4, source1, destination),
            0x37 or 0x17 => Make(InstructionClass.Alu, 4, 0, destination),
            0x33 => Make(RegisterClass(op), 4, source1 | source2, destination),
            0x63 => Make(InstructionClass.ConditionalBranch, 4, source1 | source2, 0) with
            {
                MayFallThrough = true,
                TargetOffset = BranchOffset(op),
            },
            0x6F => Make(destination == 0 ? InstructionClass.Branch : InstructionClass.Call, 4, 0, destination) with
            {
                TargetOffset = JumpOffset(op),
            },
            0x67 => Make(destination == 0 ? InstructionClass.IndirectBranch : InstructionClass.Call, 4, source1,
                destination),
            0x43 or 0x47 or 0x4B or 0x4F => Make(InstructionClass.FloatMultiplyAccumulate, 4, 0, 0),
            0x53 => FloatOperation(op, source1, destination),
            0x0F or 0x73 or 0x2F => Make(InstructionClass.System, 4, source1 | source2, destination),
            _ => new(InstructionClass.Unknown, 4),
        };
    }

    /// <summary>x0 is a constant: reading or writing it makes no dependency.</summary>
    internal static uint Bit(uint op, int shift) => (1u << (int)(op >> shift & 31)) & ~1u;

    internal static DecodedInstruction Make(InstructionClass kind, int size, uint reads, uint writes) =>
        new(kind, size) { Reads = reads, Writes = writes };

    internal static DecodedInstruction Transfer(
        InstructionClass kind, int size, uint data, uint address, uint writes) =>
        new(kind, size) { Words = 1, Reads = data | address, AddressRegisters = address, Writes = writes };

    private static InstructionClass RegisterClass(uint op)
    {
        if (op >> 25 != 1) return InstructionClass.Alu;
        return (op >> 12 & 7) switch
        {
            0 => InstructionClass.Multiply,
            1 or 2 or 3 => InstructionClass.MultiplyLong,
            _ => InstructionClass.Divide,
        };
    }

    private static DecodedInstruction FloatOperation(uint op, uint source1, uint destination)
    {
        uint operation = op >> 27;
        bool divides = operation is 3 or 11;
        bool writesCore = operation is 20 or 24 or 28, readsCore = operation is 26 or 30;
        return Make(divides ? InstructionClass.FloatDivide : InstructionClass.Float, 4, readsCore ? source1 : 0,
            writesCore ? destination : 0);
    }

    private static int BranchOffset(uint op)
    {
        uint bits = (op >> 31) << 12 | (op >> 7 & 1) << 11 | (op >> 25 & 0x3F) << 5 | (op >> 8 & 15) << 1;
        return (int)(bits << 19) >> 19;
    }

    private static int JumpOffset(uint op)
    {
        uint bits = (op >> 31) << 20 | (op >> 12 & 0xFF) << 12 | (op >> 20 & 1) << 11 | (op >> 21 & 0x3FF) << 1;
        return (int)(bits << 11) >> 11;
    }
}
