using System.Numerics;
using McuAi.ModelConverter.Training;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>The inner layer of gated feed-forward networks.</summary>
internal static class GatedUnits
{
    /// <summary>SiLU(gate) * up (Shazeer, 2020).</summary>
    public static Tensor<T> SwiGlu<T>(this Tape<T> tape, Tensor<T> gate, Tensor<T> up)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> y = tape.New(gate.NeedsGradient || up.NeedsGradient, gate.Shape);
        int i = 0;
        for (; i + Vector<T>.Count <= y.Count; i += Vector<T>.Count)
        {
            var g = new Vector<T>(gate.Array, i);
            (g * Sigmoid(g) * new Vector<T>(up.Array, i)).CopyTo(y.Array, i);
        }

        for (; i < y.Count; i++)
            y.Array[i] = gate.Array[i] * Sigmoid(gate.Array[i]) * up.Array[i];
        tape.Record(y, () => Backward(gate.Array, up.Array, tape.Gradient(y), tape.Gradient(gate), tape.Gradient(up)));
        return y;
    }

    private static void Backward<T>(T[] gate, T[] up, T[] dy, T[] dGate, T[] dUp)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int i = 0;
        for (; i + Vector<T>.Count <= dy.Length; i += Vector<T>.Count)
        {
            var g = new Vector<T>(gate, i);
            Vector<T> s = Sigmoid(g), swish = g * s, d = new Vector<T>(dy, i);
            (new Vector<T>(dUp, i) + (d * swish)).CopyTo(dUp, i);
            Vector<T> slope = s + (swish * (Vector<T>.One - s));
            (new Vector<T>(dGate, i) + (d * new Vector<T>(up, i) * slope)).CopyTo(dGate, i);
        }

        for (; i < dy.Length; i++)
        {
            T s = Sigmoid(gate[i]), swish = gate[i] * s;
            dUp[i] += dy[i] * swish;
            dGate[i] += dy[i] * up[i] * (s + (swish * (T.One - s)));
        }
    }

    /// <summary>Each expert's channels times its gate: x [E * n, T], gates [E, T].</summary>
    public static Tensor<T> Weigh<T>(this Tape<T> tape, Tensor<T> x, Tensor<T> gates)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int experts, int tokens) = (gates.Shape[0], gates.Channels);
        int each = x.Shape[0] / experts;
        Tensor<T> y = tape.New(x.NeedsGradient || gates.NeedsGradient, x.Shape);
        for (int c = 0; c < experts * each; c++)
            TensorPrimitives.Multiply(x.Data.Slice(c * tokens, tokens), gates.Data.Slice(c / each * tokens, tokens),
                y.Data.Slice(c * tokens, tokens));
        tape.Record(y, () =>
        {
            (T[] dx, T[] dGates, T[] dy) = (tape.Gradient(x), tape.Gradient(gates), tape.Gradient(y));
            for (int c = 0; c < experts * each; c++)
            {
                Span<T> d = dy.AsSpan(c * tokens, tokens), flow = dx.AsSpan(c * tokens, tokens);
                Span<T> gate = dGates.AsSpan(c / each * tokens, tokens);
                TensorPrimitives.MultiplyAdd(d, gates.Data.Slice(c / each * tokens, tokens), flow, flow);
                TensorPrimitives.MultiplyAdd(d, x.Data.Slice(c * tokens, tokens), gate, gate);
            }
        });
        return y;
    }

    private static Vector<T> Sigmoid<T>(Vector<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Vector<T>.One / (Vector<T>.One + Exponentials.Exp(-x));

    private static T Sigmoid<T>(T x) where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.One / (T.One + T.Exp(-x));
}
