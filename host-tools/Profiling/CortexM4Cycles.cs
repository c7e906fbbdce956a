namespace McuAi.HostTools.Profiling;

/// <summary>
/// Cortex-M4: the tables of Arm DDI 0439D, with the neighbours of its section 3.3.2: loads and stores that pipeline,
/// and addresses that have to be waited for.
/// </summary>
internal sealed class CortexM4Cycles : CycleModel
{
    public override string Processor => "cortex-m4";

    public override IReadOnlyList<string> Assumptions =>
    [
        Memory,
        "Sources: Arm DDI 0439D (Cortex-M4 TRM), tables 3-1 and 3-2 and section 3.3.2; its rules for addresses and for "
            + "neighbouring loads are confirmed by measurements on an STM32F407 (github.com/jnk0le/random, pipeline "
            + "cycle test).",
        "A taken branch refills the pipeline in 1 to 3 cycles (2 assumed; 3 after LDR PC, TBB and TBH); a divide takes "
            + "2 to 12 (7 assumed).",
        "A single load or store right after a single load takes one cycle less, unless its address needs that load; "
            + "any load or store takes one more whose address was computed by the instruction right before it. LDM, "
            + "STM, LDRD and STRD take 1 + N.",
        "The STM32F407 was measured to hide a store with an immediate offset behind a load before it (the low "
            + "estimate), and to delay a load behind such a store by one cycle (the high estimate).",
        "Not modelled: unaligned accesses, literal loads that wait for the instruction fetch, 32-bit opcodes at odd "
            + "halfwords whose loads fail to pipeline, neighbouring loads from different memories.",
    ];

    public override CycleRange[] Estimate(IReadOnlyList<ExecutedInstruction> code)
    {
        CycleRange[] result = new CycleRange[code.Count];
        for (int i = 0; i < code.Count; i++)
        {
            ExecutedInstruction e = code[i];
            result[i] = CycleTimings.CortexM4(e.Decoded) * e.Count + CycleTimings.M4Refill(e.Decoded) * e.Taken;
            if (i > 0) result[i] += Neighbour(code[i - 1].Decoded, e.Decoded) * e.FromPrevious;
        }
        return result;
    }

    /// <summary>What the second takes beyond its cycles alone when the first was executed just before it.</summary>
    private static CycleRange Neighbour(in DecodedInstruction first, in DecodedInstruction second)
    {
        bool usesResult = (first.Writes & second.AddressRegisters) != 0;
        if (second.Class == InstructionClass.Predication && first.Size == 2) return new(0, -1, 0);
        if (first.IsDataProcessing) return CycleRange.Exactly(usesResult ? 1 : 0);
        if (IsShortStore(first) && second.Class is InstructionClass.Load or InstructionClass.LoadMultiple)
            return new(0, 0, 1);
        if (!IsPipelinedLoad(first) || !second.IsSingleTransfer || second.WritesProgramCounter || usesResult)
            return default;
        return IsShortStore(second) ? new(-1, 0, 0) : CycleRange.Exactly(-1);
    }

    /// <summary>STREX counts as a load here (DDI 0439D, 3.3.2).</summary>
    private static bool IsPipelinedLoad(in DecodedInstruction d) => d.Class == InstructionClass.Load || d.Exclusive;

    /// <summary>One cycle, because the data is stored while the next instruction executes.</summary>
    private static bool IsShortStore(in DecodedInstruction d) =>
        d.Class == InstructionClass.Store && !d.RegisterOffset && !d.Exclusive;
}
