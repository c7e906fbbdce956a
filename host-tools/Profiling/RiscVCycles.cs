namespace McuAi.HostTools.Profiling;

/// <summary>RV32IMC in order, one instruction per cycle.</summary>
internal sealed class RiscVCycles : CycleModel
{
    public override string Processor => "rv32imc";

    public override InstructionSet InstructionSet => InstructionSet.RiscV;

    public override IReadOnlyList<string> Assumptions =>
    [
        Memory,
        "Espressif publishes no cycle table for the ESP32-C3: one instruction per cycle is assumed, loads 1 to 2 "
            + "(2 assumed), taken branches and jumps 2 to 3 (3 assumed), divides 2 to 34 (18 assumed).",
    ];

    public override CycleRange[] Estimate(IReadOnlyList<ExecutedInstruction> code) => code
        .Select(e => CycleTimings.RiscV(e.Decoded) * e.Count + CycleTimings.RiscVTakenBranch * e.Taken)
        .ToArray();
}
