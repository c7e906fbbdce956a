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
