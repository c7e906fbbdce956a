namespace McuAi.HostTools.Boards;

/// <summary>The tool that writes images into the real board's flash, and what it has to be told. Which keys belong to
/// which tool, <see cref="FlasherKeys"/> knows.</summary>
public sealed class BoardFlasher
{
    /// <summary>openocd, st-flash, dfu-util, esptool or nanoff.</summary>
    public required string Tool { get; init; }

    /// <summary>A script of OpenOCD: board/stm32f4discovery.cfg.</summary>
    public string? Config { get; init; }

    /// <summary>Where the image begins for st-flash and dfu-util: the base of memory.flash.</summary>
    public long? Address { get; init; }

    /// <summary>USB identifiers of the boot loader, vendor:product in hexadecimal: 0483:df11.</summary>
    public string? Device { get; init; }

    /// <summary>The alternate setting that is the internal flash; 0 by default.</summary>
    public int? Alt { get; init; }

    /// <summary>As esptool names it: esp32c3.</summary>
    public string? Chip { get; init; }

    /// <summary>Where in the flash chip the image begins, in bytes: 0, from where the ROM starts it.</summary>
    public long? Offset { get; init; }

    /// <summary>Of the serial port while esptool writes; its own choice by default.</summary>
    public int? Baud { get; init; }

    /// <summary>The name of a nanoFramework image: ESP32_S3_OCTAL.</summary>
    public string? Target { get; init; }
}
