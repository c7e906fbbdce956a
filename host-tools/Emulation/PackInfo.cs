namespace McuAi.HostTools.Emulation;

/// <summary>What firmware and emulator need to know of a pack.</summary>
/// <param name="ArenaBytes">RAM that the core takes.</param>
/// <param name="Operators">In the order of execution.</param>
/// <param name="InputBytes">All inputs of one inference together.</param>
/// <param name="OutputBytes">All outputs of one inference together.</param>
/// <param name="ShardBytes">Weights.</param>
/// <param name="HasState">Whether tensors keep their values from one inference to the next.</param>
public sealed record PackInfo(
    int ArenaBytes, IReadOnlyList<PackOperator> Operators, int InputBytes, int OutputBytes, long ShardBytes,
    bool HasState = false)
{
    /// <summary>RAM that the keyword spotter takes beside the arena; 0 in images without it.</summary>
    public int SpotterBytes { get; init; }

    /// <summary>RAM that the anomaly detector takes beside the arena; 0 in images without it.</summary>
    public int DetectorBytes { get; init; }

    /// <summary>Cache for shards that the image reads from its block device; 0: the pack is in the image.</summary>
    public int CacheBytes { get; init; }

    /// <summary>Scratch for text beside the arena; 0 in images that have no tokenizer.</summary>
    public int StoryBytes { get; init; }
}

/// <summary>Opcode and weight layout as the pack stores them (docs/pack-format.md), and the bits of a weight, 8, 4 or 2;
/// 0 without weights.</summary>
public readonly record struct PackOperator(int Opcode, int Layout, int Bits = 0);
