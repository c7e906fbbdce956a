namespace McuAi.HostTools.Emulation;

/// <summary>What a streamed pack lies on.</summary>
public enum FirmwareDevice
{
    /// <summary>A file of the host, read by semihosting: what an emulator has.</summary>
    File,

    /// <summary>The flash chip on the board's SPI.</summary>
    SpiFlash,
}
