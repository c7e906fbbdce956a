using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Reference;

/// <summary>Layers with memory in float32.</summary>
internal static class FloatRecurrent
{
    /// <param name="x">[N,I]</param>
    /// <param name="feature">[F,I]</param>
    /// <param name="time">[F,T]</param>
    /// <param name="state">[N,F,T], the oldest first; updated</param>
    /// <param name="y">[N,F/rank]</param>
    public static void Svdf(Node node, float[] x, float[] feature, float[] time, float[]? bias, float[] state,
        float[] y)
    {
        var attributes = node.Get<SvdfAttributes>();
        int filters = node.Input(1).Shape[0];
        int inputs = node.Input(1).Shape[1];
        int memory = node.Input(2).Shape[1];
        int units = filters / attributes.Rank;
        for (int i = 0; i < y.Length; i++)
            y[i] = bias is null ? 0 : bias[i % units];

        for (int row = 0; row < state.Length / memory; row++)
        {
            int n = row / filters, f = row % filters;
            Span<float> taps = state.AsSpan(row * memory, memory);
            taps[1..].CopyTo(taps);
            taps[^1] = VectorMath.Dot<float>(x.AsSpan(n * inputs, inputs), feature.AsSpan(f * inputs, inputs));
            y[(n * units) + (f / attributes.Rank)] += VectorMath.Dot<float>(taps, time.AsSpan(f * memory, memory));
        }

        FloatElementwise.Clamp(y, attributes.Activation);
    }

    /// <summary>Inputs in TensorFlow Lite's order if there are more than eight, else in ONNX's: x, W [1,4H,I],
    /// R [1,4H,H], B [1,8H], lengths, initial h, initial c, peepholes [1,3H].</summary>
    /// <returns>The cell after each step, [T,N,H].</returns>
    public static float[] Lstm(Node node, Func<int, float[]?> input, float[][] outputs)
    {
        var attributes = node.Get<RecurrentAttributes>();
        bool lite = node.Inputs.Count > 8;
        LstmWeights weights = lite ? LstmWeights.FromLite(node, input) : LstmWeights.FromOnnx(node, input);
        var steps = new RecurrentSteps(node, attributes.TimeMajor);
        int hidden = weights.Hidden;
        float[] h = State(lite ? input(18) : input(5), steps.Batch * hidden, keep: lite);
        float[] c = State(lite ? input(19) : input(6), steps.Batch * hidden, keep: lite);
        float[] x = input(0)!;
        var cells = new float[steps.Time * c.Length];
        for (int t = 0; t < steps.Time; t++)
        {
            for (int n = 0; n < steps.Batch; n++)
            {
                Span<float> memory = h.AsSpan(n * hidden, hidden);
                weights.Step(x.AsSpan(steps.Input(t, n), steps.Width), memory, c.AsSpan(n * hidden, hidden),
                    attributes.CellClip, clipGates: !lite);
                memory.CopyTo(outputs[0].AsSpan(steps.Row(t, n) * hidden));
            }

            c.CopyTo(cells, t * c.Length);
        }

        Finish(outputs, 1, h);
        Finish(outputs, 2, c);
        return cells;
    }

    /// <summary>Inputs in ONNX's order: x, W [1,3H,I], R [1,3H,H], B [1,6H], lengths, initial h; gates z, r,
    /// h.</summary>
    public static void Gru(Node node, Func<int, float[]?> input, float[][] outputs)
    {
        var attributes = node.Get<RecurrentAttributes>();
        var steps = new RecurrentSteps(node, attributes.TimeMajor);
        int hidden = node.Input(2).Shape[^1];
        float[] x = input(0)!, w = input(1)!, r = input(2)!;
        float[] b = input(3) ?? new float[6 * hidden];
        float[] h = State(input(5), steps.Batch * hidden, keep: false);
        for (int t = 0; t < steps.Time; t++)
        {
            for (int n = 0; n < steps.Batch; n++)
            {
                Span<float> memory = h.AsSpan(n * hidden, hidden);
                GruStep(x.AsSpan(steps.Input(t, n), steps.Width), memory, w, r, b, attributes);
                memory.CopyTo(outputs[0].AsSpan(steps.Row(t, n) * hidden));
            }
        }

        Finish(outputs, 1, h);
    }

    private static void GruStep(ReadOnlySpan<float> x, Span<float> h, float[] w, float[] r, float[] b,
        RecurrentAttributes attributes)
    {
        float clip = attributes.CellClip > 0 ? attributes.CellClip : float.PositiveInfinity;
        float Clipped(float sum) => Math.Clamp(sum, -clip, clip);
        int hidden = h.Length;
        var update = new float[hidden];
        var reset = new float[hidden];
        var scaled = new float[hidden];
        for (int i = 0; i < hidden; i++)
        {
            update[i] = FloatElementwise.Logistic(Clipped(FromX(x, w, b, i) + FromH(h, r, b, i)));
            reset[i] = FloatElementwise.Logistic(Clipped(FromX(x, w, b, hidden + i) + FromH(h, r, b, hidden + i)));
            scaled[i] = reset[i] * h[i];
        }

        var candidate = new float[hidden];
        for (int i = 0; i < hidden; i++)
        {
            int row = (2 * hidden) + i;
            float recurrent = attributes.LinearBeforeReset ? reset[i] * FromH(h, r, b, row) : FromH(scaled, r, b, row);
            candidate[i] = MathF.Tanh(Clipped(FromX(x, w, b, row) + recurrent));
        }

        for (int i = 0; i < hidden; i++)
            h[i] = ((1 - update[i]) * candidate[i]) + (update[i] * h[i]);
    }

    private static float FromX(ReadOnlySpan<float> x, float[] w, float[] b, int row) =>
        VectorMath.Dot<float>(x, w.AsSpan(row * x.Length, x.Length)) + b[row];

    private static float FromH(ReadOnlySpan<float> h, float[] r, float[] b, int row) =>
        VectorMath.Dot<float>(h, r.AsSpan(row * h.Length, h.Length)) + b[(3 * h.Length) + row];

    /// <summary>A state that <paramref name="keep"/>s what the layer leaves in it, or a copy of initial
    /// values.</summary>
    private static float[] State(float[]? initial, int length, bool keep) =>
        initial is null ? new float[length] : keep ? initial : (float[])initial.Clone();

    private static void Finish(float[][] outputs, int index, float[] state)
    {
        if (index < outputs.Length)
            state.CopyTo(outputs[index], 0);
    }
}
