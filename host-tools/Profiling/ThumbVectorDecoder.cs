namespace McuAi.HostTools.Profiling;

/// <summary>
/// The coprocessor space of Thumb-2: floating point (DDI0403, A6) and MVE, also called Helium (Armv8.1-M, DDI0553,
/// C2). Vector and floating-point registers are not tracked, only the core registers of addresses.
/// </summary>
internal static class ThumbVectorDecoder
{
    /// <param name="a">First halfword, 0xEC00-0xEFFF or 0xFC00-0xFFFF.</param>
    /// <param name="b">Second halfword.</param>
    public static DecodedInstruction Decode(uint a, uint b)
    {
        uint coprocessor = b >> 8 & 15;
        bool isFloat = coprocessor is 9 or 10 or 11, isVector = coprocessor is 14 or 15;
        return (a & 0x0F00) switch
        {
            0xC00 or 0xD00 when isFloat => FloatTransfer(a, b),
            0xC00 or 0xD00 when isVector => VectorTransfer(a, coprocessor),
            0xC00 when (a & 0xFF20) == 0xFC20 => Vector(InstructionClass.VectorMultiply, VectorPipe.Multiply), // VCMLA
            0xC00 or 0xD00 => Vector(InstructionClass.VectorAlu, VectorPipe.Integer),
            0xE00 when isFloat => FloatProcessing(a, b),
            0xE00 when isVector => VectorProcessing(a, b, coprocessor),
            0xE00 => Thumb32Decoder.Make(InstructionClass.System),
            _ => ThreeVector(a, b),
        };
    }

    private static DecodedInstruction Vector(InstructionClass kind, VectorPipe pipe) =>
        Thumb32Decoder.Make(kind) with { Pipe = pipe };

    private static DecodedInstruction FloatTransfer(uint a, uint b)
    {
        if ((a & 0xFFE0) == 0xEC40) return MoveTwo(a, b, InstructionClass.Float);
        bool load = (a & 0x10) != 0, writeback = (a & 0x20) != 0, single = (a & 0x100) != 0 && !writeback;
        uint address = Thumb32Decoder.Register(a, 0);
        int words = !single ? (int)(b & 0xFE) : (b & 0xF00) == 0xB00 ? 2 : 1;
        if (!single && (b & 0xF00) == 0xA00) words = (int)(b & 0xFF);
        InstructionClass kind = (load, single) switch
        {
            (true, true) => InstructionClass.FloatLoad,
            (true, false) => InstructionClass.FloatLoadMultiple,
            (false, true) => InstructionClass.FloatStore,
            _ => InstructionClass.FloatStoreMultiple,
        };
        return Thumb32Decoder.Make(kind, address, writeback ? address : 0) with
        {
            Words = words,
            AddressRegisters = address & 0x7FFF,
            Writeback = writeback,
        };
    }

    private static DecodedInstruction MoveTwo(uint a, uint b, InstructionClass kind)
    {
        uint registers = Thumb32Decoder.Register(a, 0) | Thumb32Decoder.Register(b, 12);
        bool toCore = (a & 0x10) != 0;
        return (toCore ? Thumb32Decoder.Make(kind, 0, registers) : Thumb32Decoder.Make(kind, registers)) with
        {
            Words = 2,
        };
    }

    private static DecodedInstruction VectorTransfer(uint a, uint coprocessor)
    {
        uint address = Thumb32Decoder.Register(a, 0);
        bool movesLanes = (a & 0xFFE0) == 0xEC00 && coprocessor == 15;
        if (movesLanes) return Vector(InstructionClass.VectorMove, LanePipe(toCore: (a & 0x10) == 0));
        bool load = (a & 0x10) != 0;
        return Thumb32Decoder.Make(load ? InstructionClass.VectorLoad : InstructionClass.VectorStore, address)
            with { Words = 4, AddressRegisters = address, Pipe = VectorPipe.LoadStore };
    }

    private static DecodedInstruction FloatProcessing(uint a, uint b)
    {
        bool movesCore = (b & 0x10) != 0 && (a & 0xF000) == 0xE000;
        if (movesCore) return CoreMove(a, b);
        if ((a & 0xF000) == 0xF000) return Thumb32Decoder.Make(InstructionClass.Float); // VSEL, VMAXNM, VRINT
        uint operation = (a >> 7 & 1) << 2 | a >> 4 & 3;
        bool isSquareRoot = operation == 7 && (a & 15) == 1 && (b & 0xC0) == 0xC0;
        return Thumb32Decoder.Make(operation switch
        {
            0 or 1 or 5 or 6 => InstructionClass.FloatMultiplyAccumulate,
            4 => InstructionClass.FloatDivide,
            7 when isSquareRoot => InstructionClass.FloatDivide,
            _ => InstructionClass.Float,
        });
    }

    private static DecodedInstruction CoreMove(uint a, uint b)
    {
        uint register = Thumb32Decoder.Register(b, 12);
        bool toCore = (a & 0x10) != 0;
        bool isSystemRegister = (a & 0xFFE0) == 0xEEE0 && (b & 0xF00) == 0xA00;
        InstructionClass kind = isSystemRegister ? InstructionClass.System
            : (b & 0xF00) == 0xB00 ? InstructionClass.VectorMove
            : InstructionClass.Float;
        VectorPipe pipe = kind != InstructionClass.VectorMove ? VectorPipe.None
            : (a & 0x90) == 0x80 ? VectorPipe.Integer // VDUP
            : LanePipe(toCore);
        return (toCore ? Thumb32Decoder.Make(kind, 0, register) : Thumb32Decoder.Make(kind, register)) with
        {
            Pipe = pipe,
        };
    }

    private static VectorPipe LanePipe(bool toCore) => toCore ? VectorPipe.Multiply : VectorPipe.Either;

    private static DecodedInstruction VectorProcessing(uint a, uint b, uint coprocessor)
    {
        InstructionClass kind = VectorClass(a, b, coprocessor);
        bool sumsAcross = coprocessor == 15 && (a & 0x81) == 0x81 && (b & 0x50) == 0; // VADDV, VADDLV
        bool compares = coprocessor == 15 && (a & 0xF081) == 0xF001 && (a & 0x30) != 0x30; // VCMP, VPT
        return Vector(kind, kind == InstructionClass.VectorMultiply || sumsAcross || compares ? VectorPipe.Multiply
            : kind == InstructionClass.Predication ? VectorPipe.Control
            : VectorPipe.Integer);
    }

    /// <summary>MVE opcodes of 0xEE.. and 0xFE.. : reductions, forms with a scalar, narrowing, comparisons.</summary>
    private static InstructionClass VectorClass(uint a, uint b, uint coprocessor)
    {
        bool lowHalf = (a & 0x80) == 0, isFe = (a & 0xF000) == 0xF000;
        bool full = (a & 0x30) == 0x30, bit6 = (b & 0x40) != 0;
        if (!lowHalf)
        {
            // VMLADAV, VMLALDAV and VRMLALDAVH leave bits 4 and 6 clear; VADDV has bit 0 of the first halfword set and
            // VMAXV holds 6, the stack pointer's pair, where they hold the upper accumulator.
            bool reduces = (b & 0x50) == 0;
            bool multiplies = coprocessor == 14 || ((a & 1) == 0 && (a & 0x70) != 0x60);
            return reduces && multiplies ? InstructionClass.VectorMultiply : InstructionClass.VectorAlu;
        }
        if (coprocessor == 15)
        {
            if (isFe) return IsPredication(a, b) ? InstructionClass.Predication : InstructionClass.VectorAlu;
            return full ? InstructionClass.VectorMultiply : InstructionClass.VectorAlu; // VQDMULL
        }
        bool narrowsOrShifts = full && (!bit6 || (b & 0x60) == 0x60);
        bool reversesBits = isFe && (b & 0x1060) == 0x1060;
        return narrowsOrShifts || reversesBits ? InstructionClass.VectorAlu : InstructionClass.VectorMultiply;
    }

    /// <summary>VPST, and VPT: a VCMP with a non-zero mask of predicated instructions.</summary>
    private static bool IsPredication(uint a, uint b)
    {
        if ((a & 0xFFBF) == 0xFE31 && (b & 0x1FFF) == 0x0F4D) return true;
        bool compares = (a & 1) == 1 && (a & 0x30) != 0x30;
        return compares && ((a & 0x40) | (b & 0xE000)) != 0;
    }

    /// <summary>Three-vector and immediate forms, 0xEF.. and 0xFF.. (on M-profile cores always MVE).</summary>
    private static DecodedInstruction ThreeVector(uint a, uint b)
    {
        InstructionClass kind = ThreeVectorClass(a, b);
        bool addsFloats = (a & 0x80) == 0 && (b & 0xF10) == 0xD00; // VADD, VSUB, VABD
        return Vector(kind,
            kind == InstructionClass.VectorMultiply || addsFloats ? VectorPipe.Multiply : VectorPipe.Integer);
    }

    private static InstructionClass ThreeVectorClass(uint a, uint b)
    {
        if ((a & 0x80) != 0) return InstructionClass.VectorAlu;
        bool bit4 = (b & 0x10) != 0;
        return (b >> 8 & 15) switch
        {
            9 when bit4 => InstructionClass.VectorMultiply,
            11 when !bit4 => InstructionClass.VectorMultiply,
            12 when bit4 => InstructionClass.VectorMultiply,
            13 when bit4 && (a & 0xF000) == 0xF000 => InstructionClass.VectorMultiply,
            _ => InstructionClass.VectorAlu,
        };
    }
}
