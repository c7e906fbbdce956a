namespace McuAi.HostTools.Profiling;

/// <summary>
/// What kind of work an instruction is, as far as its time on a microcontroller depends on it.
/// Arm (Thumb-2, DSP, FP, MVE) and RISC-V (IMC) share the classes.
/// </summary>
public enum InstructionClass
{
    /// <summary>Not recognized by the decoder; counted as one cycle.</summary>
    Unknown,

    /// <summary>Add, logic, shift, move, compare, bit field.</summary>
    Alu,

    /// <summary>SIMD within a register and saturation: SXTB16, UXTAB16, PKHBT, QADD, SSAT.</summary>
    Dsp,

    /// <summary>A 32-bit product without accumulation: MUL.</summary>
    Multiply,

    /// <summary>A 64-bit product or its upper half: UMULL, SMLAL, MULH.</summary>
    MultiplyLong,

    /// <summary>Multiply-accumulate and dual multiplies: MLA, SMLAD, SMLABB, SMMLA.</summary>
    MultiplyAccumulate,

    /// <summary>SDIV, UDIV, DIV, REM.</summary>
    Divide,

    /// <summary>One register from memory.</summary>
    Load,

    /// <summary>One register to memory.</summary>
    Store,

    /// <summary>Several registers from memory: LDM, POP, LDRD.</summary>
    LoadMultiple,

    /// <summary>Several registers to memory: STM, PUSH, STRD.</summary>
    StoreMultiple,

    /// <summary>A jump that is always taken, to a fixed address.</summary>
    Branch,

    /// <summary>A jump that may be taken.</summary>
    ConditionalBranch,

    /// <summary>A call: BL, BLX, JAL and JALR with a link register.</summary>
    Call,

    /// <summary>A jump to a register's value, returns included.</summary>
    IndirectBranch,

    /// <summary>TBB, TBH: a jump through a table in memory.</summary>
    TableBranch,

    /// <summary>LE, WLS, DLS and their tail-predicated forms (Armv8.1-M).</summary>
    LowOverheadLoop,

    /// <summary>IT and VPT/VPST: conditions for what follows.</summary>
    Predication,

    /// <summary>Floating point other than the classes below.</summary>
    Float,

    /// <summary>Floating-point multiply-accumulate.</summary>
    FloatMultiplyAccumulate,

    /// <summary>Floating-point divide and square root.</summary>
    FloatDivide,

    /// <summary>VLDR, FLW.</summary>
    FloatLoad,

    /// <summary>VSTR, FSW.</summary>
    FloatStore,

    /// <summary>VLDM, VPOP.</summary>
    FloatLoadMultiple,

    /// <summary>VSTM, VPUSH.</summary>
    FloatStoreMultiple,

    /// <summary>MVE load.</summary>
    VectorLoad,

    /// <summary>MVE store.</summary>
    VectorStore,

    /// <summary>MVE multiply and multiply-accumulate.</summary>
    VectorMultiply,

    /// <summary>MVE, the rest of the arithmetic.</summary>
    VectorAlu,

    /// <summary>MVE to or from core registers.</summary>
    VectorMove,

    /// <summary>Barriers, special registers, hints, breakpoints, atomics.</summary>
    System,
}
