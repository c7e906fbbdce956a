namespace McuAi.HostTools.Profiling;

/// <summary>The pipe of the Cortex-M55 that an MVE instruction occupies (after LLVM's ARMScheduleM55.td).</summary>
public enum VectorPipe
{
    /// <summary>No MVE instruction.</summary>
    None,

    /// <summary>Loads and stores.</summary>
    LoadStore,

    /// <summary>Integer arithmetic without products.</summary>
    Integer,

    /// <summary>Products, floating point, sums across a vector, comparisons, lanes to core registers.</summary>
    Multiply,

    /// <summary>The integer or the multiply pipe, whichever is free: core registers to lanes.</summary>
    Either,

    /// <summary>VPST, VPNOT, VCTP: one cycle on a pipe of their own.</summary>
    Control,
}
