namespace McuAi.HostTools.Profiling;

/// <summary>What to run and how to count it.</summary>
public sealed record ImageProfileRequest
{
    /// <summary>The firmware, a 32-bit ELF file with symbols.</summary>
    public required string ImagePath { get; init; }

    /// <summary>QEMU's system emulator, a path or a name on PATH: qemu-system-arm, qemu-system-riscv32.</summary>
    public required string QemuExecutable { get; init; }

    /// <summary>Arguments that make the machine and its console, without -kernel and without a plugin.</summary>
    public required IReadOnlyList<string> MachineArguments { get; init; }

    /// <summary>A name of <see cref="CycleModel.Processors"/>: decides the instruction set and the cycles.</summary>
    public required string Processor { get; init; }

    /// <summary>Folder where the compiled plugin is kept between runs and counts are written.</summary>
    public required string PluginFolder { get; init; }

    /// <summary>The plugin's C source; null: found in the project's tree above this program.</summary>
    public string? PluginSource { get; init; }

    /// <summary>QEMU is ended once a line of the console or of semihosting text contains this.</summary>
    public string? MarkerLine { get; init; }

    /// <summary>QEMU is ended after this time in any case.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Further arguments for QEMU.</summary>
    public IReadOnlyList<string> ExtraArguments { get; init; } = [];

    /// <summary>
    /// Count only while this function, and what it calls, is active: from its entry to the return to any of its direct
    /// callers. Calls through pointers are not seen; use <see cref="WindowFrom"/> and <see cref="WindowUntil"/> there.
    /// </summary>
    public string? Function { get; init; }

    /// <summary>Count only from each execution of this symbol's first instruction on ...</summary>
    public string? WindowFrom { get; init; }

    /// <summary>... until this symbol's first instruction is executed, which is not counted.</summary>
    public string? WindowUntil { get; init; }
}

/// <summary>Why a run ended.</summary>
public enum ProfileEnd
{
    /// <summary>The guest ended QEMU, by semihosting or by powering off.</summary>
    GuestExit,

    /// <summary>The marker line was seen.</summary>
    Marker,

    /// <summary>The time was up: the counts end at an arbitrary instruction.</summary>
    Timeout,
}
