using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Profiling;

/// <summary>
/// Estimates the cycles of one processor from instruction counts. Emulators count instructions, not cycles: the result
/// assumes memory without wait states and says what else it assumes.
/// </summary>
public abstract class CycleModel
{
    /// <summary>Processor names that <see cref="For"/> knows.</summary>
    public static IReadOnlyList<string> Processors { get; } = ["cortex-m4", "cortex-m7", "cortex-m55", "rv32imc"];

    /// <summary>The processor, as in <see cref="Processors"/>.</summary>
    public abstract string Processor { get; }

    /// <summary>What its opcodes are.</summary>
    public virtual InstructionSet InstructionSet => InstructionSet.Thumb;

    /// <summary>Sources and assumptions, one sentence each, to be shown with every estimate.</summary>
    public abstract IReadOnlyList<string> Assumptions { get; }

    /// <summary>Cycles of all executions of each instruction.</summary>
    /// <param name="code">Sorted by address, with branch outcomes resolved.</param>
    /// <returns>One estimate per entry of <paramref name="code"/>.</returns>
    public abstract CycleRange[] Estimate(IReadOnlyList<ExecutedInstruction> code);

    /// <summary>The model of a processor.</summary>
    /// <exception cref="ModelException">No model has that name.</exception>
    public static CycleModel For(string processor) => processor switch
    {
        "cortex-m4" => new CortexM4Cycles(),
        "cortex-m7" => new CortexM7Cycles(),
        "cortex-m55" => new CortexM55Cycles(),
        "rv32imc" => new RiscVCycles(),
        _ => throw new ModelException(
            $"there is no cycle model for {processor}; use one of {string.Join(", ", Processors)}."),
    };

    private protected const string Memory =
        "Every figure of cycles is an estimate: memory without wait states or cache misses, no interrupts.";
}

/// <summary>Cortex-M4: the documented table, with neighbouring loads and stores pipelined.</summary>
internal sealed class CortexM4Cycles : CycleModel
{
    public override string Processor => "cortex-m4";

    public override IReadOnlyList<string> Assumptions =>
    [
        Memory,
        "Source: Arm DDI 0439 (Cortex-M4 TRM), instruction set summary and load/store timings.",
        "A taken branch refills the pipeline in 1 to 3 cycles (2 assumed); a divide takes 2 to 12 (7 assumed).",
        "A single load or store right after a single load takes one cycle less, unless its address needs that load "
            + "or the load updates its base; LDM, STM, LDRD and STRD take 1 + N.",
    ];

    public override CycleRange[] Estimate(IReadOnlyList<ExecutedInstruction> code)
    {
        CycleRange[] result = new CycleRange[code.Count];
        for (int i = 0; i < code.Count; i++)
        {
            ExecutedInstruction e = code[i];
            CycleRange each = CycleTimings.CortexM4(e.Decoded);
            result[i] = each * e.Count + CycleTimings.M4Refill * e.Taken;
            if (i == 0 || e.FromPrevious == 0) continue;
            if (Pipelines(code[i - 1].Decoded, e.Decoded) && each.Typical > 1)
                result[i] -= CycleRange.Exactly(e.FromPrevious);
            if (e.Decoded.Class == InstructionClass.Predication && code[i - 1].Decoded.Size == 2)
                result[i] -= new CycleRange(0, e.FromPrevious, 0);
        }
        return result;
    }

    private static bool Pipelines(in DecodedInstruction first, in DecodedInstruction second) =>
        first.Class == InstructionClass.Load && !first.Writeback && second.IsSingleTransfer
        && (first.Writes & second.AddressRegisters) == 0;
}

/// <summary>Cortex-M7: two instructions per cycle where the stated rules allow it.</summary>
internal sealed class CortexM7Cycles : CycleModel
{
    public override string Processor => "cortex-m7";

    public override IReadOnlyList<string> Assumptions =>
    [
        Memory,
        "Arm publishes no cycle table for the Cortex-M7 (DDI 0489 describes a dual-issue in-order pipeline): this is "
            + "a model of the project's own.",
        "Two neighbours issue together unless the second reads or writes a register that the first writes, both need "
            + "the multiplier, both store, the first jumps, or either is LDM, STM, LDRD, STRD, a divide, IT or a "
            + "system instruction. Two loads may pair. The high estimate issues one at a time.",
        "A value loaded and used by the very next instruction costs one more cycle. A taken, predicted branch costs 0 "
            + "to 2 cycles (1 assumed); mispredictions are not modelled.",
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
            else if (follows && UsesLoad(code[i - 1].Decoded, e.Decoded))
                result[i] += new CycleRange(0, e.FromPrevious, e.FromPrevious);
            // Entered by a jump, the same instruction would be the first of a pair; the commoner way decides.
            previousWasSecond = second && e.FromPrevious * 2 >= e.Count;
        }
        return result;
    }

    private static bool UsesLoad(in DecodedInstruction first, in DecodedInstruction second) =>
        first.Class is InstructionClass.Load or InstructionClass.LoadMultiple && (first.Writes & second.Reads) != 0;

    private static bool Pairs(in DecodedInstruction first, in DecodedInstruction second)
    {
        bool depends = (first.Writes & (second.Reads | second.Writes)) != 0;
        bool sharesUnit = (first.IsMultiply && second.IsMultiply)
            || (first.Class == InstructionClass.Store && second.Class == InstructionClass.Store);
        return !depends && !sharesUnit && !first.IsJump && !IssuesAlone(first) && !IssuesAlone(second);
    }

    private static bool IssuesAlone(in DecodedInstruction d) => d.Class is InstructionClass.LoadMultiple
        or InstructionClass.StoreMultiple or InstructionClass.FloatLoadMultiple or InstructionClass.FloatStoreMultiple
        or InstructionClass.Divide or InstructionClass.FloatDivide or InstructionClass.TableBranch
        or InstructionClass.Predication or InstructionClass.System or InstructionClass.Unknown;
}

/// <summary>Cortex-M55: single issue, vector instructions of two beats per cycle that overlap.</summary>
internal sealed class CortexM55Cycles : CycleModel
{
    public override string Processor => "cortex-m55";

    public override IReadOnlyList<string> Assumptions =>
    [
        Memory,
        "Source: Arm 101051 (Cortex-M55 TRM) and the Cortex-M55 software optimization guide; scalar dual issue is "
            + "not modelled.",
        "An MVE instruction takes two cycles and overlaps by one with the neighbour before it when that uses another "
            + "unit (load/store, multiply, other). The high estimate has no overlap.",
        "LE from the loop cache costs nothing; another taken branch costs 1 to 3 more cycles (2 assumed).",
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

    private static bool Overlaps(in DecodedInstruction first, in DecodedInstruction second) =>
        first.IsVector && second.IsVector && second.Class != InstructionClass.VectorMove && Unit(first) != Unit(second);

    private static int Unit(in DecodedInstruction d) => d.Class switch
    {
        InstructionClass.VectorLoad or InstructionClass.VectorStore => 0,
        InstructionClass.VectorMultiply => 1,
        _ => 2,
    };
}

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
