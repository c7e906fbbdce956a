using System.Numerics;

namespace McuAi.ModelConverter.Training;

/// <summary>The weights of a GRU with I inputs and H units as they are trained: the gates z, r, h side by side.</summary>
/// <param name="Input">[I, 3H].</param>
/// <param name="Recurrent">[H, 3H].</param>
/// <param name="InputBias">[3H].</param>
/// <param name="RecurrentBias">[3H].</param>
public sealed record GruWeights<T>(Tensor<T> Input, Tensor<T> Recurrent, Tensor<T> InputBias, Tensor<T> RecurrentBias)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>Layers with memory, composed of other operations.</summary>
public static class Recurrence
{
    /// <summary>Gated recurrent units (Cho et al., 2014) as ONNX defines them: h' = n + z (h - n), n = tanh(...). The
    /// products with the input are made for the whole sequence at once.</summary>
    /// <param name="x">[N, T, I].</param>
    /// <param name="initial">[N, H]; null for zeros.</param>
    /// <param name="linearBeforeReset">Whether the reset gate scales the recurrent product of the candidate (as in
    /// PyTorch) or the state before it (ONNX's default).</param>
    /// <returns>The state after every step, [N, T, H].</returns>
    public static Tensor<T> Gru<T>(this Tape<T> tape, Tensor<T> x, GruWeights<T> weights, Tensor<T>? initial = null,
        bool linearBeforeReset = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int hidden = weights.Recurrent.Shape[0], count = x.Shape[0], steps = x.Shape[1];
        if (weights.Recurrent.Shape[1] != 3 * hidden || weights.Input.Shape[1] != 3 * hidden)
            throw new ArgumentException($"Weights of {weights.Input} and {weights.Recurrent} are not those of a GRU.");
        Tensor<T> fromInput = tape.AddVector(tape.Linear(x, weights.Input), weights.InputBias);
        Tensor<T> state = initial ?? Zeros(tape, count, hidden);
        var states = new Tensor<T>[steps];
        for (int t = 0; t < steps; t++)
        {
            Tensor<T> now = tape.Reshape(tape.Slice(fromInput, 1, t, 1), count, 3 * hidden);
            state = Step(tape, now, state, weights, linearBeforeReset);
            states[t] = tape.Reshape(state, count, 1, hidden);
        }

        return tape.Concatenate(1, states);
    }

    private static Tensor<T> Step<T>(Tape<T> tape, Tensor<T> input, Tensor<T> state, GruWeights<T> weights,
        bool linearBeforeReset)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int hidden = state.Channels;
        Tensor<T> products = tape.AddVector(tape.Linear(state, weights.Recurrent), weights.RecurrentBias);
        Tensor<T> gates = tape.Sigmoid(tape.Add(tape.Slice(input, 1, 0, 2 * hidden), tape.Slice(products, 1, 0, 2 * hidden)));
        Tensor<T> update = tape.Slice(gates, 1, 0, hidden), reset = tape.Slice(gates, 1, hidden, hidden);
        Tensor<T> recurrent = linearBeforeReset
            ? tape.Multiply(reset, tape.Slice(products, 1, 2 * hidden, hidden))
            : tape.AddVector(tape.Linear(tape.Multiply(reset, state), tape.Slice(weights.Recurrent, 1, 2 * hidden, hidden)),
                tape.Slice(weights.RecurrentBias, 0, 2 * hidden, hidden));
        Tensor<T> candidate = tape.Tanh(tape.Add(tape.Slice(input, 1, 2 * hidden, hidden), recurrent));
        return tape.Add(candidate, tape.Multiply(update, tape.Subtract(state, candidate)));
    }

    private static Tensor<T> Zeros<T>(Tape<T> tape, params int[] shape) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> zeros = tape.New(false, shape);
        zeros.Data.Clear();
        return zeros;
    }
}
