namespace McuAi.HostTools.Profiling;

using static InstructionClass;

/// <summary>
/// Cycles of each instruction class per processor, zero-wait-state memory and no interrupts. The project measured none
/// of this on silicon: every figure that a model derives from it is an estimate.
/// </summary>
/// <remarks>
/// <para>Cortex-M4: Arm DDI 0439D (Cortex-M4 Technical Reference Manual), table 3-1 (instruction set summary), section
/// 3.3.2 (load/store timings), and the FPU's instruction table. N is the number of words moved, P the refill of the
/// pipeline (1 to 3), B a barrier, D the divide (2 to 12). Measured by others on an STM32F407:
/// github.com/jnk0le/random, pipeline cycle test.</para>
/// <para>Cortex-M7: Arm DDI 0489 describes an in-order, dual-issue six-stage pipeline with branch prediction, two load
/// pipes and one multiply-accumulate pipe; Arm publishes no table of cycles. LLVM's ARMScheduleM7.td, and the pipeline
/// cycle test on an STM32H743.</para>
/// <para>Cortex-M55: Arm's Cortex-M55 TRM (101051) and software optimization guide (102692): a dual-beat vector unit,
/// so an MVE instruction takes two cycles and may overlap by one with a neighbour that uses another pipe. Which pipe,
/// and floating point: LLVM's ARMScheduleM55.td.</para>
/// <para>RV32IMC: ESP32-C3, four stages, in order; Espressif publishes no table of cycles. The figures are those
/// commonly found for such pipelines.</para>
/// </remarks>
internal static class CycleTimings
{
    /// <summary>Cortex-M7: a taken branch whose target was predicted, beyond its own issue slot.</summary>
    public static readonly CycleRange M7TakenBranch = new(0, 1, 2);

    /// <summary>Cortex-M55: a taken branch beyond its own cycle.</summary>
    public static readonly CycleRange M55TakenBranch = new(1, 2, 3);

    /// <summary>RV32IMC: a taken branch or jump beyond its own cycle.</summary>
    public static readonly CycleRange RiscVTakenBranch = new(1, 2, 2);

    /// <summary>
    /// Cortex-M4, P: cycles to refill the pipeline after a taken branch. For LDR PC, TBB and TBH the table has the same
    /// P, the text of 3.3.2 three cycles.
    /// </summary>
    public static CycleRange M4Refill(in DecodedInstruction d) =>
        d.Class is Load or TableBranch ? new(1, 3, 3) : new(1, 2, 3);

    /// <summary>Cortex-M4, taken branches' refill and neighbours excluded.</summary>
    public static CycleRange CortexM4(in DecodedInstruction d) => d.Class switch
    {
        // MUL, MLA, SMLAD, SMMUL, UMULL, UMLAL: all 1.
        Divide => new(2, 7, 12),
        Load or FloatLoad => CycleRange.Exactly(1 + d.Words),
        // "STR Rx,[Ry,#imm] is always one cycle": the data is stored while the next instruction executes.
        Store => CycleRange.Exactly(d.RegisterOffset || d.Exclusive ? 2 : 1),
        FloatStore or LoadMultiple or StoreMultiple or FloatLoadMultiple or FloatStoreMultiple =>
            CycleRange.Exactly(1 + d.Words),
        TableBranch => new(2, 3, 3), // by the text the load's two and one for the addition
        Float => CycleRange.Exactly(d.Words == 2 ? 2 : 1), // VMOV of two core registers
        FloatMultiplyAccumulate => CycleRange.Exactly(3),
        FloatDivide => CycleRange.Exactly(14),
        Predication => new(0, 1, 1), // folded into a preceding 16-bit instruction
        InstructionClass.System when d.Refetches => new(2, 3, 4), // ISB is 1 + B, and B at least P
        InstructionClass.System => new(1, 1, 2),
        _ => CycleRange.Exactly(1),
    };

    /// <summary>Cortex-M7, when the instruction issues alone; a dual-issued second instruction costs nothing.</summary>
    public static CycleRange CortexM7(in DecodedInstruction d) => d.Class switch
    {
        Divide => new(3, 8, 20),
        LoadMultiple or FloatLoadMultiple or StoreMultiple or FloatStoreMultiple =>
            new((d.Words + 1) / 2, (d.Words + 1) / 2, 1 + d.Words), // a 64-bit path to memory
        TableBranch => new(2, 3, 5),
        FloatDivide => new(14, 16, 16), // VSQRT measured 14
        Predication => new(0, 1, 1),
        InstructionClass.System => new(1, 3, 4),
        _ => CycleRange.Exactly(1),
    };

    /// <summary>Cortex-M55; overlapping vector instructions are found by the model.</summary>
    public static CycleRange CortexM55(in DecodedInstruction d) => d.Pipe switch
    {
        VectorPipe.None => CortexM55Scalar(d),
        VectorPipe.Control => CycleRange.Exactly(1),
        _ => CycleRange.Exactly(2),
    };

    private static CycleRange CortexM55Scalar(in DecodedInstruction d) => d.Class switch
    {
        Divide => new(2, 7, 12),
        LoadMultiple or FloatLoadMultiple or StoreMultiple or FloatStoreMultiple =>
            new((d.Words + 1) / 2, (d.Words + 1) / 2, 1 + d.Words),
        TableBranch => new(2, 3, 5),
        // LE costs nothing once the loop is in the loop cache; its refill is not charged either.
        LowOverheadLoop => new(0, d.MayFallThrough ? 0 : 1, 1),
        FloatDivide => CycleRange.Exactly(16),
        Predication => new(0, 1, 1),
        InstructionClass.System => new(1, 1, 2),
        _ => CycleRange.Exactly(1),
    };

    /// <summary>RV32IMC.</summary>
    public static CycleRange RiscV(in DecodedInstruction d) => d.Class switch
    {
        Load => new(1, 2, 2),
        MultiplyLong => new(1, 1, 2),
        Divide => new(2, 18, 34),
        InstructionClass.System => new(1, 2, 4),
        _ => CycleRange.Exactly(1),
    };
}
