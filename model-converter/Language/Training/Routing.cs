using System.Numerics;
using McuAi.ModelConverter.Training;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>The choice of experts, for all tokens of a sequence: what FloatRouter does for one, with a gradient to the
/// scores of the chosen.</summary>
internal static class Routing
{
    /// <summary>Gates [E, T] from logits [E, T]: 0 of those that are not chosen.</summary>
    /// <param name="biases">[E]</param>
    /// <param name="load">[E]: how often each is chosen is added here.</param>
    public static Tensor<T> Route<T>(this Tape<T> tape, Tensor<T> logits, ExpertShape shape, T[]? biases, int[] load)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int experts, int tokens) = (logits.Shape[0], logits.Channels);
        Tensor<T> gates = tape.New(logits.NeedsGradient, experts, tokens);
        T[] scores = tape.Scratch(experts * tokens), factors = tape.Scratch(tokens);
        int[] chosen = new int[tokens * shape.Chosen];
        gates.Data.Clear();
        var ranks = new T[experts];
        var own = new T[experts];
        T scale = T.CreateChecked(shape.Scale);
        if (shape.Scoring == RouterScoring.Sigmoid)
            TensorPrimitives.Sigmoid<T>(logits.Data, scores);
        else
            SoftMax(logits.Array, scores, tokens);
        for (int t = 0; t < tokens; t++)
        {
            for (int e = 0; e < experts; e++)
            {
                own[e] = scores[(e * tokens) + t];
                ranks[e] = own[e] + (biases is null ? T.Zero : biases[e]);
            }

            Span<int> best = chosen.AsSpan(t * shape.Chosen, shape.Chosen);
            Choose(shape, ranks, best);
            T total = shape.Normalises ? T.Zero : T.One;
            foreach (int expert in best)
            {
                load[expert]++;
                if (shape.Normalises)
                    total += own[expert];
            }

            factors[t] = scale / total;
            foreach (int expert in best)
                gates.Array[(expert * tokens) + t] = own[expert] * factors[t];
        }

        tape.Record(gates, () =>
            Backward(tape.Gradient(gates), gates.Array, scores, factors, chosen, shape, tape.Gradient(logits)));
        return gates;
    }

    private static void SoftMax<T>(T[] logits, T[] scores, int tokens) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var own = new T[logits.Length / tokens];
        for (int t = 0; t < tokens; t++)
        {
            for (int e = 0; e < own.Length; e++)
                own[e] = logits[(e * tokens) + t];
            TensorPrimitives.SoftMax<T>(own, own);
            for (int e = 0; e < own.Length; e++)
                scores[(e * tokens) + t] = own[e];
        }
    }

    private static void Choose<T>(ExpertShape shape, Span<T> ranks, Span<int> best)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (shape.Groups > 1)
            KeepGroups(shape, ranks);
        for (int i = 0; i < best.Length; i++)
        {
            int expert = 0;
            for (int e = 1; e < ranks.Length; e++)
                if (ranks[e] > ranks[expert])
                    expert = e;
            ranks[expert] = T.NegativeInfinity;
            best[i] = expert;
        }
    }

    /// <summary>Lowers the ranks of all experts outside of the best groups.</summary>
    private static void KeepGroups<T>(ExpertShape shape, Span<T> ranks) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int size = shape.Count / shape.Groups;
        var groups = new T[shape.Groups];
        for (int group = 0; group < groups.Length; group++)
        {
            T[] descending = [.. ranks.Slice(group * size, size).ToArray().OrderDescending()];
            groups[group] = shape.Scoring == RouterScoring.Softmax || size == 1
                ? descending[0]
                : descending[0] + descending[1];
        }

        foreach (int group in Enumerable.Range(0, shape.Groups).OrderByDescending(group => groups[group])
            .Skip(shape.ChosenGroups))
            ranks.Slice(group * size, size).Fill(T.NegativeInfinity);
    }

    private static void Backward<T>(T[] dGates, T[] gates, T[] scores, T[] factors, int[] chosen, ExpertShape shape,
        T[] dLogits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int tokens = factors.Length;
        var slopes = new T[shape.Count];
        for (int t = 0; t < tokens; t++)
        {
            ReadOnlySpan<int> best = chosen.AsSpan(t * shape.Chosen, shape.Chosen);
            T mean = T.Zero; // of dGates by the gates' shares, where these come to 1
            if (shape.Normalises)
                foreach (int e in best)
                    mean += dGates[(e * tokens) + t] * gates[(e * tokens) + t] / T.CreateChecked(shape.Scale);
            Array.Clear(slopes);
            foreach (int e in best)
                slopes[e] = factors[t] * (dGates[(e * tokens) + t] - mean);
            if (shape.Scoring == RouterScoring.Softmax)
            {
                T weighted = T.Zero;
                foreach (int e in best)
                    weighted += slopes[e] * scores[(e * tokens) + t];
                for (int e = 0; e < slopes.Length; e++)
                    dLogits[(e * tokens) + t] += scores[(e * tokens) + t] * (slopes[e] - weighted);
                continue;
            }

            foreach (int e in best)
                dLogits[(e * tokens) + t] += slopes[e] * scores[(e * tokens) + t] * (T.One - scores[(e * tokens) + t]);
        }
    }
}
