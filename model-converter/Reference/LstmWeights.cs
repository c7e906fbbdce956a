using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Reference;

/// <summary>Weights of a float LSTM by gate, in the order i, o, f, c: matrices [H,I] and [H,H], biases [H] and, for i,
/// o and f, peepholes [H].</summary>
internal sealed class LstmWeights
{
    private readonly float[][] input = new float[4][];
    private readonly float[][] recurrent = new float[4][];
    private readonly float[][] bias = new float[4][];
    private readonly float[]?[] peephole = new float[4][];
    private readonly float[] gates;

    private LstmWeights(int hidden)
    {
        Hidden = hidden;
        gates = new float[4 * hidden];
    }

    public int Hidden { get; }

    public static LstmWeights FromOnnx(Node node, Func<int, float[]?> tensor)
    {
        int hidden = node.Input(2).Shape[^1];
        var weights = new LstmWeights(hidden);
        float[] w = tensor(1)!, r = tensor(2)!;
        int width = w.Length / (4 * hidden);
        for (int gate = 0; gate < 4; gate++)
        {
            weights.input[gate] = w[(gate * hidden * width)..((gate + 1) * hidden * width)];
            weights.recurrent[gate] = r[(gate * hidden * hidden)..((gate + 1) * hidden * hidden)];
            weights.bias[gate] = new float[hidden];
            for (int i = 0; tensor(3) is { } b && i < hidden; i++)
                weights.bias[gate][i] = b[(gate * hidden) + i] + b[((4 + gate) * hidden) + i];

            if (gate < 3 && tensor(7) is { } p)
                weights.peephole[gate] = p[(gate * hidden)..((gate + 1) * hidden)];
        }

        return weights;
    }

    /// <summary>TensorFlow Lite's order of gates is i, f, c, o; its CIFG (no input gate), projection and layer
    /// normalization are not supported.</summary>
    public static LstmWeights FromLite(Node node, Func<int, float[]?> tensor)
    {
        if (tensor(1) is null || tensor(16) is not null || tensor(20) is not null || tensor(21) is not null)
        {
            throw new ModelException($"{node.Name} uses a coupled gate, a projection or layer normalization, " +
                "which are not supported.");
        }

        var weights = new LstmWeights(node.Input(5).Shape[1]);
        ReadOnlySpan<int> order = [0, 3, 1, 2];
        for (int gate = 0; gate < 4; gate++)
        {
            weights.input[gate] = tensor(1 + order[gate])!;
            weights.recurrent[gate] = tensor(5 + order[gate])!;
            weights.bias[gate] = tensor(12 + order[gate]) ?? new float[weights.Hidden];
        }

        weights.peephole[0] = tensor(9);
        weights.peephole[1] = tensor(11);
        weights.peephole[2] = tensor(10);
        return weights;
    }

    /// <summary>One time step: updates <paramref name="h"/> and <paramref name="c"/>, both [H]. The clip applies to the
    /// gates' sums (ONNX) or to the cell (TensorFlow Lite).</summary>
    public void Step(ReadOnlySpan<float> x, Span<float> h, Span<float> c, float clip, bool clipGates)
    {
        float gateClip = clip > 0 && clipGates ? clip : float.PositiveInfinity;
        float cellClip = clip > 0 && !clipGates ? clip : float.PositiveInfinity;
        for (int row = 0; row < gates.Length; row++)
        {
            int gate = row / Hidden, i = row % Hidden;
            gates[row] = bias[gate][i] + VectorMath.Dot<float>(x, input[gate].AsSpan(i * x.Length, x.Length)) +
                VectorMath.Dot<float>(h, recurrent[gate].AsSpan(i * Hidden, Hidden));
        }

        for (int i = 0; i < Hidden; i++)
        {
            float into = Gate(0, i, c[i], gateClip);
            float forget = Gate(2, i, c[i], gateClip);
            float candidate = MathF.Tanh(Math.Clamp(gates[(3 * Hidden) + i], -gateClip, gateClip));
            c[i] = Math.Clamp((forget * c[i]) + (into * candidate), -cellClip, cellClip);
            h[i] = Gate(1, i, c[i], gateClip) * MathF.Tanh(c[i]);
        }
    }

    private float Gate(int gate, int i, float cell, float clip)
    {
        float sum = gates[(gate * Hidden) + i] + (peephole[gate] is { } p ? p[i] * cell : 0);
        return FloatElementwise.Logistic(Math.Clamp(sum, -clip, clip));
    }
}
