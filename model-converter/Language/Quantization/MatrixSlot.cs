using System.Runtime.InteropServices;

namespace McuAi.ModelConverter.Language.Quantization;

/// <summary>What a matrix of a layer is for.</summary>
public enum MatrixRole
{
    Query, QueryDown, Key, Value, LatentDown, KeyUp, ValueUp, Output, Router, Gate, Up, Down,
}

/// <summary>Which matrix of a layer.</summary>
/// <param name="Expert">Of a routed expert; -1: of none, the shared ones' included.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MatrixSlot(MatrixRole Role, int Expert = -1)
{
    public bool IsFeedForward => Role is MatrixRole.Gate or MatrixRole.Up or MatrixRole.Down;

    public override string ToString() => Expert < 0 ? $"{Role}" : $"{Role} of expert {Expert}";
}
