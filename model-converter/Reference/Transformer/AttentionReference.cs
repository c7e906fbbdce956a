using McuAi.ModelConverter.Pack;
using static McuAi.ModelConverter.Reference.Transformer.TransformerArithmetic;

namespace McuAi.ModelConverter.Reference.Transformer;

/// <summary>Attention over the positions so far; grouped, or latent.</summary>
internal sealed class AttentionReference
{
    private readonly AttentionCache _cache;
    private readonly int _heads, _groups, _keyFraction, _valueFraction, _factor, _factorExponent;
    private readonly bool _isLatent;

    private AttentionReference(int[] parameters, AttentionCache cache, bool isLatent)
    {
        (_heads, _groups) = (parameters[0], parameters[1]);
        (_keyFraction, _valueFraction) = (parameters[2], parameters[3]);
        (_factor, _factorExponent) = (parameters[4], parameters[5]);
        _cache = cache;
        _isLatent = isLatent;
    }

    /// <param name="inputs">Queries [rows, H * D1] and their second part [rows, H * D2], keys [rows, G * D1] and their second part
    /// [rows, G * D2], and values [rows, G * V]; empty where there are none.</param>
    /// <returns>[rows, H * V]</returns>
    public static int[] Run(PackOperator node, AttentionCache cache, int[][] inputs, int position, int rows)
    {
        var attention = new AttentionReference(node.Parameters, cache, node.Inputs[4] is null);
        var y = new List<int>();
        for (int row = 0; row < rows; row++)
        {
            int[][] own = [.. inputs.Select(input => input.AsSpan(input.Length / rows * row, input.Length / rows).ToArray())];
            attention.Append(position + row, own[2], own[3], own[4]);
            for (int head = 0; head < attention._heads; head++)
                y.AddRange(attention.Attend(head, own[0], own[1]));
        }

        return [.. y];
    }

    private void Append(int position, int[] first, int[] second, int[] values)
    {
        Set(_cache.First, CachedPart.Of(first, _keyFraction));
        Set(_cache.Second, CachedPart.Of(second, _keyFraction));
        Set(_cache.Values, CachedPart.Of(values, _valueFraction));

        void Set(List<CachedPart> lines, CachedPart line)
        {
            lines.RemoveRange(position, lines.Count - position);
            lines.Add(line);
        }
    }

    private int[] Attend(int head, int[] first, int[] second)
    {
        int[] q1 = Own(first), q2 = Own(second);
        uint most = Math.Max(QuantizedVector.Greatest(q1), QuantizedVector.Greatest(q2));
        int hq = most == 0 ? 1 : Zeros(most);
        int group = head * _groups / _heads;
        int[] scores = [.. Enumerable.Range(0, _cache.First.Count).Select(t =>
            Dot(Narrowed(q1), _cache.First[t], group) + Dot(Narrowed(q2), _cache.Second[t], group))];
        long greatest = scores.Max();
        int shift = 35 - hq - _keyFraction + _factorExponent;
        int drop = Math.Max(4, Bits((uint)scores.Length) - 5);
        return Mix(group, [.. scores.Select(score => Probability(greatest - score, shift, drop))]);

        int[] Own(int[] queries) => queries.AsSpan(queries.Length / _heads * head, queries.Length / _heads).ToArray();
        int[] Narrowed(int[] q) => [.. q.Select(value => (int)(((long)value << (hq - 1)) >> 17))];
    }

    private static int Dot(int[] q, CachedPart part, int group)
    {
        int sum = 0;
        for (int i = 0; i < q.Length; i++)
            sum += q[i] * part.Levels[(group * q.Length) + i];
        return (int)High(sum, part.Scale << 16);
    }

    private uint Probability(long difference, int shift, int drop)
    {
        long scaled = shift >= 0 ? difference << Math.Min(shift, 31) : difference >> Math.Min(-shift, 31);
        return scaled > 1 << 23 ? 0 : Exp2((uint)(High(scaled, _factor) + ((long)drop << 16)));
    }

    private int[] Mix(int group, uint[] p)
    {
        List<CachedPart> lines = _isLatent ? _cache.First : _cache.Values;
        int width = lines[0].Levels.Length / _groups;
        var total = (uint)p.Sum(weight => weight);
        int h = Zeros(total);
        int reciprocal = (int)((1u << 31) / ((total << h) >> 16));
        var y = new int[width];
        for (int i = 0; i < width; i++)
        {
            int sum = 0;
            for (int t = 0; t < p.Length; t++)
                sum += HighRound(p[t], lines[t].Scale << 9) * lines[t].Levels[(group * width) + i];
            y[i] = ShiftRound(HighRound(sum, reciprocal << 14), h + 10 - (_isLatent ? _keyFraction : _valueFraction));
        }

        return y;
    }
}
