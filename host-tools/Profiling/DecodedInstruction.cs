namespace McuAi.HostTools.Profiling;

/// <summary>
/// The properties of one instruction that a cycle model needs. It is not a disassembly: operands other than core
/// registers are not kept.
/// </summary>
public readonly record struct DecodedInstruction(InstructionClass Class, int Size)
{
    /// <summary>
    /// Words moved by a load or store of several registers, or by a VMOV of two; 1 for other loads and stores.
    /// </summary>
    public int Words { get; init; }

    /// <summary>Core registers read, bit n for register n.</summary>
    public uint Reads { get; init; }

    /// <summary>Core registers written, bit n for register n.</summary>
    public uint Writes { get; init; }

    /// <summary>Registers read to form the address of a load or store.</summary>
    public uint AddressRegisters { get; init; }

    /// <summary>Registers read that pass the shifter first: a shifted operand, the source of a bit field.</summary>
    public uint ShiftedReads { get; init; }

    /// <summary>Registers read that are needed last: the accumulator of a product, the data of a store.</summary>
    public uint LateReads { get; init; }

    /// <summary>The address is the sum of two registers.</summary>
    public bool RegisterOffset { get; init; }

    /// <summary>A load or store that also updates its base register.</summary>
    public bool Writeback { get; init; }

    /// <summary>A load or store of a byte or a halfword.</summary>
    public bool Narrow { get; init; }

    /// <summary>A load or store that marks or tests exclusive access: LDREX, STREX.</summary>
    public bool Exclusive { get; init; }

    /// <summary>Moves, extends, reverses or counts bits (UBFX, BFI, UXTB, REV, CLZ); its class is Alu.</summary>
    public bool BitField { get; init; }

    /// <summary>ISB: what was fetched behind it is fetched again.</summary>
    public bool Refetches { get; init; }

    /// <summary>Where an MVE instruction runs.</summary>
    public VectorPipe Pipe { get; init; }

    /// <summary>A load or arithmetic instruction that writes the program counter.</summary>
    public bool WritesProgramCounter { get; init; }

    /// <summary>The jump may fall through (a condition, CBZ, LE, or an IT block).</summary>
    public bool MayFallThrough { get; init; }

    /// <summary>Target of a direct jump in bytes, relative to the address of the instruction.</summary>
    public int? TargetOffset { get; init; }

    /// <summary>Number of following instructions that an IT instruction makes conditional.</summary>
    public int PredicatedCount { get; init; }

    /// <summary>Ends a straight line of execution (a call does too: its return comes back by another jump).</summary>
    public bool IsJump => WritesProgramCounter || Class is InstructionClass.Branch or InstructionClass.ConditionalBranch
        or InstructionClass.Call or InstructionClass.IndirectBranch or InstructionClass.TableBranch
        || (Class == InstructionClass.LowOverheadLoop && TargetOffset is not null);

    /// <summary>A load or store of core registers that moves one word or less.</summary>
    public bool IsSingleTransfer => Class is InstructionClass.Load or InstructionClass.Store;

    /// <summary>Any transfer between memory and registers.</summary>
    public bool IsMemory => Class is InstructionClass.Load or InstructionClass.Store or InstructionClass.LoadMultiple
        or InstructionClass.StoreMultiple or InstructionClass.FloatLoad or InstructionClass.FloatStore
        or InstructionClass.FloatLoadMultiple or InstructionClass.FloatStoreMultiple
        or InstructionClass.VectorLoad or InstructionClass.VectorStore;

    /// <summary>Any product on the core's integer multiplier.</summary>
    public bool IsMultiply => Class is InstructionClass.Multiply or InstructionClass.MultiplyLong
        or InstructionClass.MultiplyAccumulate;

    /// <summary>Computes in core registers: neither a transfer nor a jump.</summary>
    public bool IsDataProcessing =>
        IsMultiply || Class is InstructionClass.Alu or InstructionClass.Dsp or InstructionClass.Divide;
}
