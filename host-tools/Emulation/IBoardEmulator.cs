using McuAi.HostTools.Boards;

namespace McuAi.HostTools.Emulation;

/// <summary>Runs images of the runner app on an emulated board, at one nanosecond of virtual time per instruction.</summary>
public interface IBoardEmulator
{
    /// <summary>qemu or renode</summary>
    string Name { get; }

    /// <summary>What the firmware's tick counter counts in it.</summary>
    TickSource Ticks { get; }

    /// <summary>Runs one batch of inputs.</summary>
    /// <param name="inputs">Inputs of whole inferences that fit the image's room.</param>
    /// <exception cref="BoardException">The emulator is not installed, or the firmware failed or fell silent.</exception>
    Task<EmulatorRun> RunImageAsync(
        FirmwareImage image, ReadOnlyMemory<byte> inputs, int inputBytes, CancellationToken cancellation);
}

/// <summary>What an image wrote, and what it took.</summary>
/// <param name="Instructions">Retired instructions of each mcuai_invoke.</param>
public sealed record EmulatorRun(ConsoleReport Console, IReadOnlyList<long> Instructions)
{
    /// <summary>Of the whole image, from reset to the last line; null where the emulator does not tell.</summary>
    public long? ExecutedInstructions { get; init; }
}
