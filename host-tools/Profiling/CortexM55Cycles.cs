namespace McuAi.HostTools.Profiling;

/// <summary>Cortex-M55: single issue, vector instructions of two beats per cycle that overlap.</summary>
internal sealed class CortexM55Cycles : CycleModel
{
    public override string Processor => "cortex-m55";

    public override IReadOnlyList<string> Assumptions =>
    [
        Memory,
        "Sources: Arm 101051 (Cortex-M55 TRM), the Cortex-M55 software optimization guide (102692), and LLVM's "
            + "ARMScheduleM55.td for the pipes and floating point; scalar dual issue is not modelled.",
        "An MVE instruction takes two cycles and overlaps by one with the neighbour before it when that uses another "
            + "pipe (load/store, multiply with sums across a vector and comparisons, the rest). The high estimate has "
            + "no overlap.",
        "LE from the loop cache costs nothing; another taken branch costs 1 to 3 more cycles (2 assumed).",
        "Not modelled: unaligned accesses, gathering loads and scattering stores, literal loads, waits for results of "
            + "earlier instructions.",
    ];

    public override CycleRange[] Estimate(IReadOnlyList<ExecutedInstruction> code)
    {
        CycleRange[] result = new CycleRange[code.Count];
        for (int i = 0; i < code.Count; i++)
        {
            ExecutedInstruction e = code[i];
            result[i] = CycleTimings.CortexM55(e.Decoded) * e.Count;
            if (e.Decoded.Class != InstructionClass.LowOverheadLoop)
                result[i] += CycleTimings.M55TakenBranch * e.Taken;
            if (i > 0 && Overlaps(code[i - 1].Decoded, e.Decoded))
                result[i] -= new CycleRange(e.FromPrevious, e.FromPrevious, 0);
        }
        return result;
    }

    /// <summary>The first's second beat runs beside the second's first.</summary>
    private static bool Overlaps(in DecodedInstruction first, in DecodedInstruction second) =>
        first.Pipe is not (VectorPipe.None or VectorPipe.Control) && second.Pipe != VectorPipe.None
        && (first.Pipe != second.Pipe || second.Pipe == VectorPipe.Either);
}
