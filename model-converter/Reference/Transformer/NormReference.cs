using System.Numerics;
using McuAi.ModelConverter.Pack;
using static McuAi.ModelConverter.Reference.Transformer.TransformerArithmetic;

namespace McuAi.ModelConverter.Reference.Transformer;

/// <summary>The root-mean-square norm.</summary>
internal static class NormReference
{
    public static int[] Run(PackOperator node, ReadOnlySpan<int> x, short[] gains)
    {
        int n = gains.Length;
        var y = new int[x.Length];
        for (int first = 0; first < x.Length; first += n)
            Row(node.Parameters, x.Slice(first, n), gains, y.AsSpan(first, n));
        return y;
    }

    private static void Row(int[] parameters, ReadOnlySpan<int> x, short[] gains, Span<int> y)
    {
        (int gainExponent, int root, int rootExponent) = (parameters[0], parameters[1], parameters[2]);
        uint most = QuantizedVector.Greatest(x);
        if (most == 0)
        {
            y.Clear();
            return;
        }

        int h = Zeros(most);
        int epsilonShift = (2 * h) + parameters[4] - 33;
        BigInteger epsilon = epsilonShift >= 0 ? new BigInteger(parameters[3]) << epsilonShift
            : new BigInteger(parameters[3]) >> -epsilonShift;
        BigInteger sum = epsilon;
        int[] v = new int[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            v[i] = (int)(((long)x[i] << (h - 1)) >> 16);
            sum += v[i] * v[i];
        }

        int k = BitOperations.LeadingZeroCount((ulong)sum) / 2;
        int factor = HighRound(InverseRoot((uint)(((ulong)sum << (2 * k)) >> 32)), root);
        for (int i = 0; i < x.Length; i++)
            y[i] = ShiftRound(HighRound(HighRound((long)v[i] << 15, factor), (long)gains[i] << 16),
                k + rootExponent - 12 - gainExponent);
    }
}
