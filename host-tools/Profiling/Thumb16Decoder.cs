using System.Numerics;

namespace McuAi.HostTools.Profiling;

/// <summary>16-bit Thumb opcodes (Armv7-M Architecture Reference Manual, DDI0403, A5.2).</summary>
internal static class Thumb16Decoder
{
    private const uint Sp = 1u << 13, Lr = 1u << 14;

    public static DecodedInstruction Decode(uint op) => (op >> 12) switch
    {
        0x0 or 0x1 => ShiftAddSubtract(op),
        0x2 or 0x3 => Immediate8(op),
        0x4 when (op & 0xFC00) == 0x4000 => DataProcessing(op),
        0x4 when (op & 0xFC00) == 0x4400 => HighRegisters(op),
        0x4 => Load(Low(op, 8), 0),
        0x5 => RegisterOffset(op),
        0x6 => Transfer((op & 0x800) != 0, Low(op, 0), Low(op, 3)),
        0x7 or 0x8 => Transfer((op & 0x800) != 0, Low(op, 0), Low(op, 3)) with { Narrow = true },
        0x9 => Transfer((op & 0x800) != 0, Low(op, 8), Sp),
        0xA => Alu((op & 0x800) != 0 ? Sp : 0, Low(op, 8)),
        0xB => Miscellaneous(op),
        0xC => Multiple((op & 0x800) != 0, Low(op, 8), op & 0xFF),
        0xD => ConditionalOrTrap(op),
        0xE when (op & 0x800) == 0 => new(InstructionClass.Branch, 2) { TargetOffset = SignExtend(op, 11) * 2 + 4 },
        _ => new(InstructionClass.Unknown, 2),
    };

    private static uint Low(uint op, int shift) => 1u << (int)(op >> shift & 7);

    private static int SignExtend(uint value, int bits) => (int)(value << 32 - bits) >> 32 - bits;

    private static DecodedInstruction Alu(uint reads, uint writes, InstructionClass kind = InstructionClass.Alu) =>
        new(kind, 2) { Reads = reads, Writes = writes };

    private static DecodedInstruction Load(uint to, uint address) =>
        new(InstructionClass.Load, 2) { Words = 1, Reads = address, AddressRegisters = address, Writes = to };

    private static DecodedInstruction Transfer(bool load, uint register, uint address, bool twoRegisters = false) =>
        new(load ? InstructionClass.Load : InstructionClass.Store, 2)
        {
            Words = 1,
            Reads = address | (load ? 0 : register),
            AddressRegisters = address,
            LateReads = load ? 0 : register & ~address,
            Writes = load ? register : 0,
            RegisterOffset = twoRegisters,
        };

    private static DecodedInstruction ShiftAddSubtract(uint op)
    {
        bool addsRegister = (op & 0xFC00) == 0x1800;
        return Alu(Low(op, 3) | (addsRegister ? Low(op, 6) : 0), Low(op, 0));
    }

    private static DecodedInstruction Immediate8(uint op) => (op >> 11 & 3) switch
    {
        0 => Alu(0, Low(op, 8)),
        1 => Alu(Low(op, 8), 0),
        _ => Alu(Low(op, 8), Low(op, 8)),
    };

    private static DecodedInstruction DataProcessing(uint op)
    {
        uint destination = Low(op, 0), source = Low(op, 3);
        return (op >> 6 & 15) switch
        {
            13 => Alu(destination | source, destination, InstructionClass.Multiply),
            8 or 10 or 11 => Alu(destination | source, 0),
            9 or 15 => Alu(source, destination),
            _ => Alu(destination | source, destination),
        };
    }

    private static DecodedInstruction HighRegisters(uint op)
    {
        uint source = 1u << (int)(op >> 3 & 15), destination = 1u << (int)(op & 7 | op >> 4 & 8);
        uint kind = op >> 8 & 3;
        if (kind == 3)
        {
            return (op & 0x80) != 0
                ? new(InstructionClass.Call, 2) { Reads = source, Writes = Lr }
                : new(InstructionClass.IndirectBranch, 2) { Reads = source };
        }
        if (kind != 1 && destination == 1u << 15)
            return new(InstructionClass.IndirectBranch, 2) { Reads = source };
        return kind switch
        {
            0 => Alu(source | destination, destination),
            1 => Alu(source | destination, 0),
            _ => Alu(source, destination),
        };
    }

    private static DecodedInstruction RegisterOffset(uint op)
    {
        uint kind = op >> 9 & 7; // STR, STRH, STRB, LDRSB, LDR, LDRH, LDRB, LDRSH
        return Transfer(kind >= 3, Low(op, 0), Low(op, 3) | Low(op, 6), twoRegisters: true) with
        {
            Narrow = kind is not (0 or 4),
        };
    }

    private static DecodedInstruction Multiple(bool load, uint register, uint list) =>
        new(load ? InstructionClass.LoadMultiple : InstructionClass.StoreMultiple, 2)
        {
            Words = BitOperations.PopCount(list),
            Reads = register | (load ? 0 : list),
            AddressRegisters = register,
            Writes = (load ? list : 0) | register,
            Writeback = !load || (list & register) == 0,
            WritesProgramCounter = load && (list & 1 << 15) != 0,
        };

    private static DecodedInstruction Miscellaneous(uint op)
    {
        if ((op & 0xF500) == 0xB100)
        {
            int distance = (int)((op >> 2 & 0x3E) | (op >> 3 & 0x40));
            return new(InstructionClass.ConditionalBranch, 2)
            {
                Reads = Low(op, 0),
                MayFallThrough = true,
                TargetOffset = distance + 4,
            };
        }
        return (op >> 8 & 15) switch
        {
            0x0 => Alu(Sp, Sp),
            0x2 => Alu(Low(op, 3), Low(op, 0)) with { BitField = true },
            0x4 or 0x5 => Multiple(load: false, Sp, op & 0xFF | (op & 0x100) << 6),
            0xC or 0xD => Multiple(load: true, Sp, op & 0xFF | (op & 0x100) << 7),
            0xA when (op & 0xC0) != 0x80 => Alu(Low(op, 3), Low(op, 0)) with
            {
                BitField = true,
                ShiftedReads = Low(op, 3),
            },
            0xF when (op & 15) != 0 => new(InstructionClass.Predication, 2)
            {
                PredicatedCount = 4 - BitOperations.TrailingZeroCount(op & 15),
            },
            _ => new(InstructionClass.System, 2),
        };
    }

    private static DecodedInstruction ConditionalOrTrap(uint op)
    {
        if ((op >> 8 & 15) >= 14) return new(InstructionClass.System, 2);
        return new(InstructionClass.ConditionalBranch, 2)
        {
            MayFallThrough = true,
            TargetOffset = SignExtend(op, 8) * 2 + 4,
        };
    }
}
