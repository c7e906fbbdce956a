using System.Numerics;

namespace McuAi.HostTools.Profiling;

/// <summary>
/// 32-bit Thumb opcodes outside the coprocessor space (Armv7-M Architecture Reference Manual, DDI0403, A5.3;
/// low-overhead loops: Armv8-M, DDI0553).
/// </summary>
internal static class Thumb32Decoder
{
    private const uint Pc = 1u << 15, Lr = 1u << 14;

    /// <param name="a">First halfword.</param>
    /// <param name="b">Second halfword.</param>
    public static DecodedInstruction Decode(uint a, uint b)
    {
        if ((a & 0xEC00) == 0xEC00) return ThumbVectorDecoder.Decode(a, b);
        if ((a & 0xFE40) == 0xE800) return LoadStoreMultiple(a, b);
        if ((a & 0xFE40) == 0xE840) return LoadStoreDual(a, b);
        if ((a & 0xFE00) == 0xEA00) return ShiftedRegister(a, b);
        if ((a & 0xF800) == 0xF000)
            return (b & 0x8000) != 0 ? BranchOrControl(a, b) : Immediate(a, b);
        if ((a & 0xFE00) == 0xF800) return LoadStoreSingle(a, b);
        if ((a & 0xFF00) == 0xFA00) return RegisterProcessing(a, b);
        if ((a & 0xFF80) == 0xFB00) return Multiply(a, b);
        if ((a & 0xFF80) == 0xFB80) return MultiplyLong(a, b);
        return Make(InstructionClass.Unknown);
    }

    internal static uint Register(uint halfword, int shift) => 1u << (int)(halfword >> shift & 15);

    /// <summary>Register fields holding 15 mean "none" in most encodings: the program counter is not tracked.</summary>
    internal static DecodedInstruction Make(InstructionClass kind, uint reads = 0, uint writes = 0) =>
        new(kind, 4) { Reads = reads & ~Pc, Writes = writes & ~Pc };

    private static DecodedInstruction LoadStoreMultiple(uint a, uint b)
    {
        uint mode = a >> 7 & 3;
        if (mode is 0 or 3) return Make(InstructionClass.System);
        bool load = (a & 0x10) != 0, writeback = (a & 0x20) != 0;
        uint address = Register(a, 0);
        return Make(load ? InstructionClass.LoadMultiple : InstructionClass.StoreMultiple,
            address | (load ? 0 : b), (load ? b : 0) | (writeback ? address : 0)) with
        {
            Words = BitOperations.PopCount(b),
            AddressRegisters = address,
            Writeback = writeback,
            WritesProgramCounter = load && (b & Pc) != 0,
        };
    }

    private static DecodedInstruction LoadStoreDual(uint a, uint b)
    {
        if (a == 0xE97F && b == 0xE97F) return Make(InstructionClass.System);
        bool load = (a & 0x10) != 0, writeback = (a & 0x20) != 0;
        uint address = Register(a, 0), registers = Register(b, 12) | Register(b, 8);
        if ((a & 0x0120) == 0) return ExclusiveOrTable(a, b);
        return Make(load ? InstructionClass.LoadMultiple : InstructionClass.StoreMultiple,
            address | (load ? 0 : registers), (load ? registers : 0) | (writeback ? address : 0)) with
        {
            Words = 2,
            AddressRegisters = address & ~Pc,
            Writeback = writeback,
        };
    }

    private static DecodedInstruction ExclusiveOrTable(uint a, uint b)
    {
        bool load = (a & 0x10) != 0;
        uint address = Register(a, 0);
        if ((a & 0xFFF0) == 0xE8D0 && (b & 0xE0) == 0)
        {
            uint table = (address | Register(b, 0)) & ~Pc;
            return Make(InstructionClass.TableBranch, table) with { AddressRegisters = table };
        }
        bool isTestTarget = (a & 0xFFF0) == 0xE840 && (b & 0xF000) == 0xF000;
        if (isTestTarget) return Make(InstructionClass.System, address, Register(b, 8));
        // Store-exclusive writes its status; where it is kept depends on the form, so all fields count as written.
        uint fields = Register(b, 12) | Register(b, 8) | Register(b, 0);
        return Make(load ? InstructionClass.Load : InstructionClass.Store, address | (load ? 0 : fields), fields)
            with { Words = 1, AddressRegisters = address, Exclusive = true };
    }

    private static DecodedInstruction ShiftedRegister(uint a, uint b)
    {
        uint operation = a >> 5 & 15;
        bool packsHalfwords = operation == 6;
        bool isMove = operation == 2 && (a & 15) == 15; // LSL, LSR, ASR, ROR of one register
        bool shifts = packsHalfwords || (!isMove && (b & 0x70F0) != 0);
        return Make(packsHalfwords ? InstructionClass.Dsp : InstructionClass.Alu, Register(a, 0) | Register(b, 0),
            Register(b, 8)) with
        {
            ShiftedReads = shifts ? Register(b, 0) & ~Pc : 0,
        };
    }

    private static DecodedInstruction Immediate(uint a, uint b)
    {
        uint source = Register(a, 0), destination = Register(b, 8);
        if ((a & 0x200) == 0) return Make(InstructionClass.Alu, source, destination);
        return (a >> 4 & 31) switch
        {
            4 => Make(InstructionClass.Alu, 0, destination),
            12 => Make(InstructionClass.Alu, destination, destination),
            16 or 18 or 24 or 26 => Shifting(InstructionClass.Dsp, source, source, destination),
            20 or 28 => Shifting(InstructionClass.Alu, source, source, destination) with { BitField = true },
            22 => Shifting(InstructionClass.Alu, source, source | destination, destination) with { BitField = true },
            _ => Make(InstructionClass.Alu, source, destination),
        };
    }

    private static DecodedInstruction Shifting(InstructionClass kind, uint shifted, uint reads, uint writes) =>
        Make(kind, reads, writes) with { ShiftedReads = shifted & ~Pc };

    private static DecodedInstruction BranchOrControl(uint a, uint b)
    {
        switch (b & 0x5000)
        {
            case 0x0000 when (a >> 6 & 14) != 14:
                return Make(InstructionClass.ConditionalBranch) with
                {
                    MayFallThrough = true,
                    TargetOffset = ConditionalOffset(a, b),
                };
            case 0x0000:
                return Make(InstructionClass.System, 0, (a & 0xFFE0) == 0xF3E0 ? Register(b, 8) : 0) with
                {
                    Refetches = (a & 0xFFF0) == 0xF3B0 && (b & 0xD0F0) == 0x8060,
                };
            case 0x1000:
                return Make(InstructionClass.Branch) with { TargetOffset = WideOffset(a, b) };
            case 0x5000:
                return Make(InstructionClass.Call, 0, Lr) with { TargetOffset = WideOffset(a, b) };
            default:
                return LowOverheadLoop(a, b);
        }
    }

    private static DecodedInstruction LowOverheadLoop(uint a, uint b)
    {
        if (b == 0xE801) // VCTP
            return Make(InstructionClass.VectorAlu, Register(a, 0)) with { Pipe = VectorPipe.Control };
        if (b == 0xE001) return Make(InstructionClass.LowOverheadLoop, Register(a, 0), Lr);
        if ((b & 0xF001) != 0xC001) return Make(InstructionClass.Unknown);
        int distance = (int)((b >> 1 & 0x3FF) << 2 | (b >> 11 & 1) << 1);
        bool isLoopEnd = (a & 15) == 15;
        return Make(InstructionClass.LowOverheadLoop, isLoopEnd ? Lr : Register(a, 0), Lr) with
        {
            MayFallThrough = true,
            TargetOffset = 4 + (isLoopEnd ? -distance : distance),
        };
    }

    private static int ConditionalOffset(uint a, uint b)
    {
        uint sign = a >> 10 & 1, j1 = b >> 13 & 1, j2 = b >> 11 & 1;
        uint bits = sign << 20 | j2 << 19 | j1 << 18 | (a & 0x3F) << 12 | (b & 0x7FF) << 1;
        return ((int)(bits << 11) >> 11) + 4;
    }

    private static int WideOffset(uint a, uint b)
    {
        uint sign = a >> 10 & 1, i1 = ~((b >> 13 & 1) ^ sign) & 1, i2 = ~((b >> 11 & 1) ^ sign) & 1;
        uint bits = sign << 24 | i1 << 23 | i2 << 22 | (a & 0x3FF) << 12 | (b & 0x7FF) << 1;
        return ((int)(bits << 7) >> 7) + 4;
    }

    private static DecodedInstruction LoadStoreSingle(uint a, uint b)
    {
        if ((a & 0x60) == 0x60) return Make(InstructionClass.Unknown);
        bool load = (a & 0x10) != 0, literal = (a & 15) == 15;
        bool isWord = (a & 0x60) == 0x40;
        uint data = Register(b, 12), address = literal ? 0 : Register(a, 0);
        bool hasImmediate12 = (a & 0x80) != 0 || literal;
        bool hasRegister = !hasImmediate12 && (b & 0x800) == 0;
        bool writeback = !hasImmediate12 && !hasRegister && (b & 0x100) != 0;
        if (load && data == Pc && !isWord) return Make(InstructionClass.System, address); // PLD and other hints
        if (hasRegister) address |= Register(b, 0);
        return Make(load ? InstructionClass.Load : InstructionClass.Store,
            address | (load ? 0 : data), (load ? data : 0) | (writeback ? address : 0)) with
        {
            Words = 1,
            AddressRegisters = address,
            LateReads = load ? 0 : data & ~address,
            Narrow = !isWord,
            RegisterOffset = hasRegister,
            Writeback = writeback,
            WritesProgramCounter = load && data == Pc,
        };
    }

    private static DecodedInstruction RegisterProcessing(uint a, uint b)
    {
        uint reads = Register(a, 0) | Register(b, 0), source = Register(b, 0), destination = Register(b, 8);
        bool parallel = (a & 0x80) != 0 && (b & 0x80) == 0;
        if (parallel) return Make(InstructionClass.Dsp, reads, destination);
        if ((a & 0x80) != 0)
        {
            return (a >> 4 & 7) switch
            {
                1 => Shifting(InstructionClass.Alu, source, reads, destination) with { BitField = true }, // REV, RBIT
                3 => Make(InstructionClass.Alu, reads, destination) with { BitField = true }, // CLZ
                _ => Make(InstructionClass.Dsp, reads, destination), // QADD, SEL
            };
        }
        if ((b & 0x80) == 0) return Make(InstructionClass.Alu, reads, destination); // shift by register
        bool adds = (a & 15) != 15, pair = (a >> 4 & 7) is 2 or 3;
        if (adds) return Shifting(InstructionClass.Dsp, source, reads, destination);
        return pair
            ? Make(InstructionClass.Dsp, reads, destination)
            : Make(InstructionClass.Alu, reads, destination) with { BitField = true };
    }

    private static DecodedInstruction Multiply(uint a, uint b)
    {
        bool accumulates = (b & 0xF000) != 0xF000;
        uint factors = Register(a, 0) | Register(b, 0), sum = accumulates ? Register(b, 12) : 0;
        bool isPlainMultiply = (a & 0x70) == 0 && (b & 0x30) == 0 && !accumulates;
        return Make(isPlainMultiply ? InstructionClass.Multiply : InstructionClass.MultiplyAccumulate,
            factors | sum, Register(b, 8)) with
        {
            LateReads = sum & ~factors,
        };
    }

    private static DecodedInstruction MultiplyLong(uint a, uint b)
    {
        uint reads = Register(a, 0) | Register(b, 0), low = Register(b, 12), high = Register(b, 8);
        uint kind = a >> 4 & 7;
        if (kind is 1 or 3) return Make(InstructionClass.Divide, reads, high);
        uint sum = kind >= 4 ? low | high : 0;
        return Make(InstructionClass.MultiplyLong, reads | sum, low | high) with { LateReads = sum & ~reads };
    }
}
