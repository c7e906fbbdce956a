using McuAi.ModelConverter.Pack;

namespace McuAi.ModelConverter.Memory;

/// <summary>A piece of the arena with a lifetime: a tensor with its views, or scratch.</summary>
public sealed class ArenaBuffer(string name, int bytes)
{
    public string Name { get; } = name;

    public int Bytes { get; set; } = bytes;

    /// <summary>Number of the operator that uses it first; -1 for the model's inputs and for states.</summary>
    public int FirstUse { get; private set; } = int.MaxValue;

    /// <summary>Number of the operator that uses it last; that behind the last operator for outputs and states.</summary>
    public int LastUse { get; private set; } = -1;

    public int Offset { get; set; }

    public List<PackTensor> Tensors { get; } = [];

    /// <summary>The operators whose scratch it is.</summary>
    public List<PackOperator> ScratchOf { get; } = [];

    /// <summary>What operators read of it, in the order of execution.</summary>
    internal List<ArenaAccess> Reads { get; } = [];

    /// <summary>What operators write of it, in the order of execution.</summary>
    internal List<ArenaAccess> Writes { get; } = [];

    public bool MeetsInTime(ArenaBuffer other) => FirstUse <= other.LastUse && other.FirstUse <= LastUse;

    internal void Use(int time)
    {
        FirstUse = Math.Min(FirstUse, time);
        LastUse = Math.Max(LastUse, time);
    }
}

/// <summary>An operator's use of a part of a buffer.</summary>
/// <param name="Operand">Number of the input or output.</param>
internal readonly record struct ArenaAccess(int Time, int Operand, int Start, int End);

/// <summary>Permission for <paramref name="Low"/> to overlap <paramref name="High"/> although both are in use at a time:
/// <c>High.Offset - Low.Offset &gt;= Distance</c>, and congruent modulo <paramref name="Modulus"/>.</summary>
public sealed record OverlapRule(ArenaBuffer Low, ArenaBuffer High, int Distance, int Modulus);
