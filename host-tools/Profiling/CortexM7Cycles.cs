namespace McuAi.HostTools.Profiling;

/// <summary>Cortex-M7: two instructions per cycle, and waits for results, where the stated rules say so.</summary>
internal sealed class CortexM7Cycles : CycleModel
{
    public override string Processor => "cortex-m7";

    public override IReadOnlyList<string> Assumptions =>
    [
        Memory,
        "Arm publishes no cycle table for the Cortex-M7 (DDI 0489 describes a dual-issue in-order pipeline): this is "
            + "a model of the project's own after LLVM's ARMScheduleM7.td and measurements on an STM32H743 "
            + "(github.com/jnk0le/random, pipeline cycle test).",
        "Two neighbours issue together unless the second writes a register that the first writes or needs its result "
            + "(the data of a store and a sum to accumulate to may come from it), both multiply, shift an operand, "
            + "store or compute in floating point, one multiplies and the other stores, the second is a bit-field or "
            + "DSP instruction, the first jumps, or either is LDM, STM, LDRD, STRD, a move of two registers, an "
            + "exclusive access, a divide, IT or a system instruction. The high estimate issues one at a time.",
        "A byte or halfword loaded, or a product, costs one more cycle when the next instruction uses it. A loaded "
            + "word costs it as a factor, a shifted operand or an address only; there the others cost one more.",
        "A taken, predicted branch costs 0 to 2 cycles (1 assumed); mispredictions, 6 to 8 cycles each, are not "
            + "modelled.",
        "Not modelled: unaligned accesses, loads of a pair that need the same memory bank (even or odd words), literal "
            + "loads, the position of 32-bit opcodes, sums and moves that issue with the instruction they depend on, "
            + "latencies of floating point, waits beyond the next instruction.",
    ];

    public override CycleRange[] Estimate(IReadOnlyList<ExecutedInstruction> code)
    {
        CycleRange[] result = new CycleRange[code.Count];
        bool previousWasSecond = true;
        for (int i = 0; i < code.Count; i++)
        {
            ExecutedInstruction e = code[i];
            CycleRange each = CycleTimings.CortexM7(e.Decoded);
            result[i] = each * e.Count + CycleTimings.M7TakenBranch * e.Taken;
            bool follows = i > 0 && e.FromPrevious > 0;
            bool second = follows && !previousWasSecond && Pairs(code[i - 1].Decoded, e.Decoded);
            if (second) result[i] -= new CycleRange(e.FromPrevious, e.FromPrevious, 0);
            else if (follows) result[i] += Wait(code[i - 1].Decoded, e.Decoded) * e.FromPrevious;
            // Entered by a jump, the same instruction would be the first of a pair; the commoner way decides.
            previousWasSecond = second && e.FromPrevious * 2 >= e.Count;
        }
        return result;
    }

    /// <summary>
    /// Cycles that the second waits for a result of the first. Shifters and addresses take their operands one cycle
    /// before the adder, accumulators and stores one cycle after it.
    /// </summary>
    private static CycleRange Wait(in DecodedInstruction first, in DecodedInstruction second)
    {
        uint results = Results(first);
        bool isLoad = first.Class is InstructionClass.Load or InstructionClass.LoadMultiple;
        int late = IsSlow(first) ? 1 : 0;
        if ((results & (second.AddressRegisters | second.ShiftedReads)) != 0)
        {
            if (isLoad || first.IsMultiply) return Waits(late + 1);
            if (UsesSimdUnit(first)) return Waits(1);
            // Sums and moves run on whichever of two adders is early enough; LLVM's model has them wait for addresses.
            return new(0, 0, first.Class == InstructionClass.Alu ? 1 : 0);
        }
        if ((results & second.Reads & ~second.LateReads) == 0) return default;
        return Waits(isLoad && second.IsMultiply ? 1 : late);
    }

    private static CycleRange Waits(int cycles) => new(0, cycles, cycles);

    private static bool Pairs(in DecodedInstruction first, in DecodedInstruction second)
    {
        bool resultIsLate = second.IsMultiply && IsSlow(first);
        uint needed = resultIsLate ? second.Reads : second.Reads & ~second.LateReads;
        bool depends = (first.Writes & (needed | second.Writes)) != 0;
        return !depends && !ShareUnit(first, second) && !UsesSimdUnit(second) && !first.IsJump
            && !IssuesAlone(first) && !IssuesAlone(second);
    }

    private static bool ShareUnit(in DecodedInstruction first, in DecodedInstruction second)
    {
        bool firstStores = first.Class == InstructionClass.Store, secondStores = second.Class == InstructionClass.Store;
        return (first.IsMultiply && second.IsMultiply)
            || (firstStores && (secondStores || second.IsMultiply))
            || (first.IsMultiply && secondStores)
            || (first.ShiftedReads != 0 && second.ShiftedReads != 0)
            || (ComputesFloat(first) && ComputesFloat(second));
    }

    /// <summary>Registers with loaded or computed values; an updated base is there earlier.</summary>
    private static uint Results(in DecodedInstruction d) => d.Writeback ? d.Writes & ~d.AddressRegisters : d.Writes;

    private static bool IsSlow(in DecodedInstruction d) =>
        d.IsMultiply || (d.Class == InstructionClass.Load && d.Narrow);

    private static bool UsesSimdUnit(in DecodedInstruction d) => d.BitField || d.Class == InstructionClass.Dsp;

    private static bool ComputesFloat(in DecodedInstruction d) =>
        d.Class is InstructionClass.Float or InstructionClass.FloatMultiplyAccumulate;

    private static bool IssuesAlone(in DecodedInstruction d) => d.Exclusive || MovesTwoFloats(d) || d.Class is
        InstructionClass.LoadMultiple or InstructionClass.StoreMultiple or InstructionClass.FloatLoadMultiple
        or InstructionClass.FloatStoreMultiple or InstructionClass.Divide or InstructionClass.FloatDivide
        or InstructionClass.TableBranch or InstructionClass.Predication or InstructionClass.System
        or InstructionClass.Unknown;

    private static bool MovesTwoFloats(in DecodedInstruction d) => d.Words == 2
        && d.Class is InstructionClass.Float or InstructionClass.FloatLoad or InstructionClass.FloatStore;
}
