namespace McuAi.HostTools.Emulation;

/// <summary>A linked image of one pack for one board.</summary>
/// <param name="ElfPath">The ELF file, with symbols.</param>
/// <param name="InputAddress">Where an input block may be loaded: the end of the pack's memory contents.</param>
/// <param name="InputRoom">Bytes from there to the end of that memory.</param>
public sealed record FirmwareImage(string ElfPath, long InputAddress, long InputRoom, FirmwareSizes Sizes);

/// <summary>Sizes in bytes.</summary>
/// <param name="Code">Instructions, constant tables and initial values of the image without the pack.</param>
/// <param name="CoreCode">The share of the core (interpreter, operators, kernels) in it.</param>
/// <param name="Pack">The whole pack file.</param>
/// <param name="Weights">The shards in it.</param>
/// <param name="Ram">Variables and arena; the stack comes on top.</param>
public sealed record FirmwareSizes(long Code, long CoreCode, long Pack, long Weights, long Ram);
