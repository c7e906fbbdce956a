using McuAi.ModelConverter.Pack;
using static McuAi.ModelConverter.Reference.Transformer.TransformerArithmetic;

namespace McuAi.ModelConverter.Reference.Transformer;

/// <summary>SwiGLU (Shazeer, 2020).</summary>
internal static class GateReference
{
    /// <param name="up">[rows, as many as the gate or more], of which an only parameter says where they begin.</param>
    public static int[] SwiGlu(PackOperator node, int[] gate, int[] up, int rows)
    {
        int width = gate.Length / rows, wide = up.Length / rows, first = node.Parameters.FirstOrDefault();
        return [.. Enumerable.Range(0, rows).SelectMany(row =>
            SwiGlu(gate.AsSpan(row * width, width), up.AsSpan((row * wide) + first, width)))];
    }

    public static int[] SwiGlu(ReadOnlySpan<int> gate, ReadOnlySpan<int> up)
    {
        var y = new int[gate.Length];
        for (int i = 0; i < y.Length; i++)
        {
            int silu = Saturate((((long)gate[i] * Sigmoid(gate[i])) + (1 << 14)) >> 15);
            y[i] = Saturate((((long)silu * up[i]) + (1 << 15)) >> 16);
        }

        return y;
    }
}
