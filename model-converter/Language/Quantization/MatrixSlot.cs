using System.Runtime.InteropServices;

namespace McuAi.ModelConverter.Language.Quantization;

/// <summary>What a matrix is for.</summary>
public enum MatrixRole
{
    /// <summary>The embedding, or the head.</summary>
    Embedding,

    Query, QueryDown, Key, Value, LatentDown, KeyUp, ValueUp, Output, Router, Gate, Up, Down,

    /// <summary>What a layer does with the row that it looks up.</summary>
    EmbeddingGate, EmbeddingOutput,
}

/// <summary>Which matrix, of a layer as a rule.</summary>
/// <param name="Expert">Of a routed expert; -1: of none, the shared ones' included.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MatrixSlot(MatrixRole Role, int Expert = -1)
{
    public static MatrixSlot Embedding { get; } = new(MatrixRole.Embedding);

    public bool IsFeedForward => Role is MatrixRole.Gate or MatrixRole.Up or MatrixRole.Down
        or MatrixRole.EmbeddingGate or MatrixRole.EmbeddingOutput;

    public override string ToString() => Expert < 0 ? $"{Role}" : $"{Role} of expert {Expert}";
}
