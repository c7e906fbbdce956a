using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Quantizing;

namespace McuAi.ModelConverter.Reference;

/// <summary>SVDF: a dense layer of rank-one filters over time.</summary>
internal static class IntegerRecurrent
{
    /// <param name="x">[N,I]</param>
    /// <param name="feature">[F,I]</param>
    /// <param name="time">[F,T]</param>
    /// <param name="bias">[F/rank]</param>
    /// <param name="state">[N,F,T], the oldest first; updated</param>
    /// <param name="y">[N,F/rank]</param>
    public static void Svdf(Node node, int[] x, int[] feature, int[] time, int[]? bias, int[] state, int[] y)
    {
        var p = SvdfParameters.From(node);
        for (int i = 0; bias is not null && i < y.Length; i += p.Units)
            bias.CopyTo(y, i);

        for (int row = 0; row < p.Batch * p.Filters; row++)
        {
            int n = row / p.Filters, f = row % p.Filters;
            Span<int> taps = state.AsSpan(row * p.Memory, p.Memory);
            taps[1..].CopyTo(taps);
            taps[^1] = NewState(p, x.AsSpan(n * p.Inputs, p.Inputs), feature.AsSpan(f * p.Inputs, p.Inputs));
            for (int t = 0; t < p.Memory; t++)
                y[(n * p.Units) + (f / p.Rank)] += time[(f * p.Memory) + t] * (taps[t] - p.StateZeroPoint);
        }

        for (int i = 0; i < y.Length; i++)
        {
            int scaled = FixedPoint.Requantize(y[i], p.OutputMultiplier, p.OutputShift);
            y[i] = Math.Clamp(scaled + p.OutputZeroPoint, sbyte.MinValue, sbyte.MaxValue);
        }
    }

    /// <summary>The zero point is added after saturation and wraps.</summary>
    private static int NewState(SvdfParameters p, ReadOnlySpan<int> x, ReadOnlySpan<int> feature)
    {
        int sum = 0;
        for (int i = 0; i < x.Length; i++)
            sum += feature[i] * (x[i] - p.InputZeroPoint);

        int scaled = FixedPoint.Requantize(sum, p.StateMultiplier, p.StateShift);
        return p.StateBits == 8
            ? (sbyte)(Math.Clamp(scaled, sbyte.MinValue, sbyte.MaxValue) + p.StateZeroPoint)
            : (short)(Math.Clamp(scaled, short.MinValue, short.MaxValue) + p.StateZeroPoint);
    }
}
