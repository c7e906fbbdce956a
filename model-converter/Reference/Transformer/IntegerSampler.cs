namespace McuAi.ModelConverter.Reference.Transformer;

/// <summary>Choosing the next token, as docs/transformer-arithmetic.md has it.</summary>
public sealed class IntegerSampler
{
    private const uint One = 1 << 16, Far = 1 << 23;

    private readonly long _factor;
    private readonly int _exponent, _topK;
    private readonly uint _topP;
    private uint _random;

    /// <param name="temperature">Q16; 0: the greatest logit is chosen.</param>
    /// <param name="topK">0: all.</param>
    /// <param name="topP">Q16; 65536: all.</param>
    /// <param name="seed">Not 0.</param>
    public IntegerSampler(uint temperature, int topK, uint topP, uint seed)
    {
        (_topK, _topP, _random) = (topK, topP, seed);
        if (temperature > 0)
            (_factor, _exponent) = Factor(temperature);
    }

    /// <summary>log2(e) / temperature as mantissa and exponent.</summary>
    public static (long Factor, int Exponent) Factor(uint temperature)
    {
        int zeros = TransformerArithmetic.Zeros(temperature);
        ulong quotient = (1549082005UL << 32) / (temperature << zeros);
        return quotient < 1UL << 31 ? ((long)quotient, zeros - 15) : ((long)(quotient >> 1), zeros - 14);
    }

    /// <param name="logits">Q16.</param>
    public int Choose(ReadOnlySpan<int> logits)
    {
        int[] values = logits.ToArray();
        int[] numbers = [.. Enumerable.Range(0, values.Length)];
        int greatest = values.Max();
        if (_factor == 0)
            return Array.IndexOf(values, greatest);
        int[] kept = _topK == 0 ? numbers : [.. numbers.OrderByDescending(i => values[i]).ThenBy(i => i).Take(_topK)];
        ulong[] weights = [.. values.Select(logit => Weight((ulong)((long)greatest - logit)))];
        kept = [.. TopP(kept, weights).Order()];
        ulong total = Sum(kept, weights);
        _random ^= _random << 13;
        _random ^= _random >> 17;
        _random ^= _random << 5;
        ulong drawn = (ulong)(((UInt128)_random * total) >> 32), sum = 0;
        return kept.First(i => (sum += weights[i]) > drawn);
    }

    private ulong Weight(ulong distance)
    {
        int shift = _exponent + 1;
        UInt128 scaled = shift >= 0 ? (UInt128)distance << shift : distance >> Math.Min(-shift, 31);
        return scaled > Far ? 0 : TransformerArithmetic.Exp2((uint)(((ulong)scaled * (ulong)_factor) >> 32));
    }

    private IEnumerable<int> TopP(int[] kept, ulong[] weights)
    {
        if (_topP == One)
            return kept;
        ulong total = Sum(kept, weights), sum = 0;
        int[] sorted = [.. kept.OrderByDescending(i => weights[i]).ThenBy(i => i)];
        int count = 0;
        do
            sum += weights[sorted[count++]];
        while (count < sorted.Length && (UInt128)sum << 16 < (UInt128)_topP * total);
        return sorted.Take(count);
    }

    private static ulong Sum(int[] tokens, ulong[] weights) => tokens.Aggregate(0UL, (sum, token) => sum + weights[token]);
}
