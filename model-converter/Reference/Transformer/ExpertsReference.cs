using McuAi.ModelConverter.Pack;
using static McuAi.ModelConverter.Reference.Transformer.TransformerArithmetic;

namespace McuAi.ModelConverter.Reference.Transformer;

/// <summary>A mixture of experts.</summary>
internal static class ExpertsReference
{
    /// <param name="matrices">Gate, up and down of one expert after another.</param>
    /// <param name="routed">Is told the chosen experts of each row, if there is one.</param>
    public static int[] Run(PackOperator node, MatrixRows[] matrices, Action<PackOperator, IReadOnlyList<int>>? routed, int[] x, int[] logits, int[]? biases, int[]? addend)
    {
        int[] p = node.Parameters;
        int count = p[0], rows = logits.Length / count, width = x.Length / rows;
        (int left, int leftDown) = (p[10], p[11]);
        int[] y = addend is null ? new int[x.Length] : [.. addend];
        for (int row = 0; row < rows; row++)
        {
            Span<int> own = x.AsSpan(row * width, width);
            IReadOnlyList<(int Expert, int Gate)> chosen = Choose(p, logits.AsSpan(row * count, count), biases);
            routed?.Invoke(node, [.. chosen.Select(choice => choice.Expert)]);
            foreach ((int expert, int gate) in chosen)
            {
                int[] hidden = GateReference.SwiGlu(LinearReference.Multiply(matrices[3 * expert], own, 1, left, null),
                    LinearReference.Multiply(matrices[(3 * expert) + 1], own, 1, left, null));
                int[] output = LinearReference.Multiply(matrices[(3 * expert) + 2], hidden, 1, leftDown, null);
                for (int i = 0; i < width; i++)
                    y[(row * width) + i] = Saturate((long)y[(row * width) + i] +
                        Saturate((((long)gate * output[i]) + (1 << 15)) >> 16));
            }
        }

        return y;
    }

    /// <summary>Chosen experts in ascending order with their gates, Q16.</summary>
    public static IReadOnlyList<(int Expert, int Gate)> Choose(int[] parameters, ReadOnlySpan<int> logits, int[]? biases)
    {
        (int count, int chosen, int scoring, int groups, int chosenGroups) =
            (parameters[0], parameters[1], parameters[3], parameters[4], parameters[5]);
        int[] scores = scoring == 0 ? [.. logits.ToArray().Select(logit => 2 * Sigmoid(logit))] : Softmax(logits);
        long[] ranks = [.. scores.Select((score, e) => (long)score + (biases?[e] ?? 0))];
        int size = count / groups;
        HashSet<int> open = [.. Enumerable.Range(0, groups).OrderByDescending(group =>
            ranks.Skip(group * size).Take(size).OrderDescending().Take(scoring == 0 ? 2 : 1).Sum()).Take(chosenGroups)];
        int[] best = [.. Enumerable.Range(0, count).Where(e => open.Contains(e / size)).OrderByDescending(e => ranks[e])
            .Take(chosen).Order()];
        long total = Math.Max(best.Sum(e => (long)scores[e]), 1), scale = parameters[7];
        return [.. best.Select(e => (e, (int)(parameters[6] != 0 ? scores[e] * scale / total : (scores[e] * scale) >> 16)))];
    }

    private static int[] Softmax(ReadOnlySpan<int> logits)
    {
        long greatest = long.MinValue;
        foreach (int logit in logits)
            greatest = Math.Max(greatest, logit);
        uint[] p = [.. logits.ToArray().Select(logit => Exp2((uint)Math.Min(LogTwo(greatest - logit), 31 << 16)))];
        long total = p.Sum(weight => (long)weight);
        return [.. p.Select(weight => (int)(((long)weight << 16) / total))];
    }
}
