namespace McuAi.HostTools.Emulation;

/// <summary>What an emulated board computed and what it took.</summary>
public sealed record EmulationResult
{
    public required string Board { get; init; }

    /// <summary>qemu or renode</summary>
    public required string Emulator { get; init; }

    public required string Cpu { get; init; }

    public required int Inferences { get; init; }

    /// <summary>All outputs of each inference, one inference after another.</summary>
    public required byte[] Outputs { get; init; }

    /// <summary>Retired instructions of each mcuai_invoke.</summary>
    public required IReadOnlyList<long> Instructions { get; init; }

    /// <summary>Retired instructions of each operator at the first input, in the order of execution.</summary>
    public required IReadOnlyList<long> OperatorInstructions { get; init; }

    public required long ArenaBytes { get; init; }

    /// <summary>Deepest stack, from its top, start-up and console included.</summary>
    public required long StackBytes { get; init; }

    public required FirmwareSizes Sizes { get; init; }

    /// <summary>The image that ran, for the profiler.</summary>
    public required string ElfPath { get; init; }

    public long MeanInstructions => (long)Math.Round(Instructions.Average());

    public long LeastInstructions => Instructions.Min();

    public long MostInstructions => Instructions.Max();
}
