using static McuAi.ModelConverter.Reference.Transformer.TransformerArithmetic;

namespace McuAi.ModelConverter.Reference.Transformer;

/// <summary>SwiGLU (Shazeer, 2020).</summary>
internal static class GateReference
{
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
