namespace McuAi.HostTools.Boards;

/// <summary>A board as its file boards/NAME.yaml describes it.</summary>
public sealed class Board
{
    public required string Name { get; init; }

    public required string Description { get; init; }

    /// <summary>In Arm's or RISC-V's spelling: cortex-m4, rv32imc.</summary>
    public required string Cpu { get; init; }

    /// <summary>The kernel family of its images: dsp, mve, rv32 or portable.</summary>
    public required string Kernels { get; init; }

    /// <summary>Folders of firmware/ports that together implement port.h. The first holds the linker script.</summary>
    public required List<string> Ports { get; init; }

    /// <summary>Nominal CPU clock of the real board in Hz.</summary>
    public required long ClockHz { get; init; }

    public required BoardMemory Memory { get; init; }

    public BoardPins? Pins { get; init; }

    public BoardMicrophone? Microphone { get; init; }

    public BoardSpiFlash? SpiFlash { get; init; }

    public required BoardCompiler Compiler { get; init; }

    public BoardEmulators Emulators { get; init; } = new();

    public BoardEnergy? Energy { get; init; }

    public BoardFlasher? Flasher { get; init; }

    /// <summary>Whether the board is known as an emulator's machine alone: there is nothing to write to, nor a console to
    /// read. Boards that QEMU lacks are described for what they are, flasher or not.</summary>
    internal bool IsEmulatedOnly => Flasher is null && Emulators.Qemu is not null;
}

public sealed class BoardMemory
{
    public required MemoryRegion Flash { get; init; }

    public required MemoryRegion Ram { get; init; }

    /// <summary>Where the pack and its inputs lie if not in the flash.</summary>
    public MemoryRegion? Pack { get; init; }
}

/// <summary>Base address and size in bytes.</summary>
public sealed class MemoryRegion
{
    public required long Base { get; init; }

    public required long Size { get; init; }
}

/// <summary>What is connected where, in words.</summary>
public sealed class BoardPins
{
    public string? Console { get; init; }

    public string? Leds { get; init; }

    public string? Button { get; init; }
}

/// <summary>A microphone on the board.</summary>
public sealed class BoardMicrophone
{
    /// <summary>What it is, and its pins, in words.</summary>
    public required string Description { get; init; }

    /// <summary>Folders of firmware/ports that make samples of it, in images for the real board.</summary>
    public required List<string> Ports { get; init; }
}

/// <summary>A flash chip on SPI, on the board or beside it, that streamed packs may lie on.</summary>
public sealed class BoardSpiFlash
{
    /// <summary>What it is, and its pins, in words.</summary>
    public required string Description { get; init; }

    /// <summary>Folders of firmware/ports that read it.</summary>
    public required List<string> Ports { get; init; }
}

public sealed class BoardCompiler
{
    /// <summary>What stands before gcc, nm and ar.</summary>
    public required string Prefix { get; init; }

    /// <summary>Debian packages that bring the compiler and its C library.</summary>
    public required List<string> Packages { get; init; }

    public required List<string> Flags { get; init; }
}

public sealed class BoardEmulators
{
    public QemuMachine? Qemu { get; init; }

    public RenodeMachine? Renode { get; init; }
}

public sealed class RenodeMachine
{
    /// <summary>A platform description in the folder renode.</summary>
    public required string Platform { get; init; }

    /// <summary>A folder of renode with C# models of peripherals that the platform needs and Renode lacks, if any.</summary>
    public string? Models { get; init; }

    /// <summary>The UART that is the console, as the platform names it: usart2.</summary>
    public required string Console { get; init; }

    public required TickSource Ticks { get; init; }
}

public sealed class QemuMachine
{
    /// <summary>The executable: qemu-system-arm.</summary>
    public required string System { get; init; }

    public required string Machine { get; init; }

    /// <summary>Further arguments. The console is the serial port after those that they name.</summary>
    public List<string> Arguments { get; init; } = [];

    public required TickSource Ticks { get; init; }
}

/// <summary>What the firmware's tick counter counts.</summary>
public sealed class TickSource
{
    public required string Source { get; init; }

    public required long Hz { get; init; }

    /// <summary>Both emulators let a nanosecond pass with each instruction, so n ticks are n * 10^9 / Hz of them.</summary>
    public long Instructions(long ticks) => (long)Math.Round(ticks * (1e9 / Hz));
}

/// <summary>A documented supply current of the CPU at work.</summary>
public sealed class BoardEnergy
{
    public required double MicroampsPerMhz { get; init; }

    public required double Volts { get; init; }

    public required string Source { get; init; }
}
