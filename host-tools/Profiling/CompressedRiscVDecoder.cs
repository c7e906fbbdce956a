namespace McuAi.HostTools.Profiling;

/// <summary>16-bit RISC-V opcodes of RV32C (The RISC-V Instruction Set Manual, volume I, chapter "C").</summary>
internal static class CompressedRiscVDecoder
{
    private const uint Ra = 1u << 1, Sp = 1u << 2;

    public static DecodedInstruction Decode(uint op) => (op & 3, op >> 13) switch
    {
        (0, 0) => op == 0 ? new(InstructionClass.Unknown, 2) : Alu(Sp, Short(op, 2)),
        (0, 1 or 3) => Transfer(InstructionClass.FloatLoad, 0, Short(op, 7), 0),
        (0, 2) => Transfer(InstructionClass.Load, 0, Short(op, 7), Short(op, 2)),
        (0, 5 or 7) => Transfer(InstructionClass.FloatStore, 0, Short(op, 7), 0),
        (0, 6) => Transfer(InstructionClass.Store, Short(op, 2), Short(op, 7), 0),
        (1, 0) => Alu(Full(op, 7), Full(op, 7)),
        (1, 1) => Jump(op, InstructionClass.Call, Ra),
        (1, 2) => Alu(0, Full(op, 7)),
        (1, 3) => (op >> 7 & 31) == 2 ? Alu(Sp, Sp) : Alu(0, Full(op, 7)),
        (1, 4) => Arithmetic(op),
        (1, 5) => Jump(op, InstructionClass.Branch, 0),
        (1, 6 or 7) => RiscVDecoder.Make(InstructionClass.ConditionalBranch, 2, Short(op, 7), 0) with
        {
            MayFallThrough = true,
            TargetOffset = BranchOffset(op),
        },
        (2, 0) => Alu(Full(op, 7), Full(op, 7)),
        (2, 1 or 3) => Transfer(InstructionClass.FloatLoad, 0, Sp, 0),
        (2, 2) => Transfer(InstructionClass.Load, 0, Sp, Full(op, 7)),
        (2, 4) => MoveAddOrJump(op),
        (2, 5 or 7) => Transfer(InstructionClass.FloatStore, 0, Sp, 0),
        (2, 6) => Transfer(InstructionClass.Store, Full(op, 2), Sp, 0),
        _ => new(InstructionClass.Unknown, 2),
    };

    private static uint Short(uint op, int shift) => 1u << (int)(8 + (op >> shift & 7));

    private static uint Full(uint op, int shift) => RiscVDecoder.Bit(op, shift);

    private static DecodedInstruction Alu(uint reads, uint writes) =>
        RiscVDecoder.Make(InstructionClass.Alu, 2, reads, writes);

    private static DecodedInstruction Transfer(InstructionClass kind, uint data, uint address, uint writes) =>
        RiscVDecoder.Transfer(kind, 2, data, address, writes);

    private static DecodedInstruction Arithmetic(uint op)
    {
        uint destination = Short(op, 7);
        bool usesRegister = (op >> 10 & 3) == 3;
        return Alu(destination | (usesRegister ? Short(op, 2) : 0), destination);
    }

    private static DecodedInstruction MoveAddOrJump(uint op)
    {
        uint first = Full(op, 7), second = Full(op, 2);
        bool high = (op & 0x1000) != 0;
        if (second != 0) return Alu(second | (high ? first : 0), first);
        if (!high) return RiscVDecoder.Make(InstructionClass.IndirectBranch, 2, first, 0);
        return first == 0
            ? new(InstructionClass.System, 2)
            : RiscVDecoder.Make(InstructionClass.Call, 2, first, Ra);
    }

    private static DecodedInstruction Jump(uint op, InstructionClass kind, uint writes)
    {
        uint bits = (op >> 12 & 1) << 11 | (op >> 11 & 1) << 4 | (op >> 9 & 3) << 8 | (op >> 8 & 1) << 10
            | (op >> 7 & 1) << 6 | (op >> 6 & 1) << 7 | (op >> 3 & 7) << 1 | (op >> 2 & 1) << 5;
        return RiscVDecoder.Make(kind, 2, 0, writes) with { TargetOffset = (int)(bits << 20) >> 20 };
    }

    private static int BranchOffset(uint op)
    {
        uint bits = (op >> 12 & 1) << 8 | (op >> 10 & 3) << 3 | (op >> 5 & 3) << 6 | (op >> 3 & 3) << 1
            | (op >> 2 & 1) << 5;
        return (int)(bits << 23) >> 23;
    }
}
