using McuAi.ModelConverter.Pack;

namespace McuAi.ModelConverter.Memory;

/// <summary>A piece of the arena with a lifetime: a tensor with its views, or one operator's scratch.</summary>
public sealed class ArenaBuffer(string name, int bytes, int firstUse, int lastUse)
{
    public string Name { get; } = name;

    public int Bytes { get; set; } = bytes;

    /// <summary>Number of the operator that writes it first; -1 for the model's inputs.</summary>
    public int FirstUse { get; set; } = firstUse;

    /// <summary>Number of the operator that uses it last.</summary>
    public int LastUse { get; set; } = lastUse;

    public int Offset { get; set; }

    public List<PackTensor> Tensors { get; } = [];

    public PackOperator? ScratchOf { get; init; }

    public bool MeetsInTime(ArenaBuffer other) => FirstUse <= other.LastUse && other.FirstUse <= LastUse;
}

/// <summary>Permission for <paramref name="Low"/> to overlap <paramref name="High"/> although both are in use during
/// one operator: <c>High.Offset - Low.Offset &gt;= Distance</c>, and congruent modulo <paramref name="Modulus"/>.
/// </summary>
public sealed record OverlapRule(ArenaBuffer Low, ArenaBuffer High, int Distance, int Modulus);
