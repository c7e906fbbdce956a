using System.Numerics;
using McuAi.ModelConverter.Pack;

namespace McuAi.ModelConverter.Memory;

/// <summary>Gives buffers their offsets: each where the whole grows least, in an order that is searched for.</summary>
internal sealed class ArenaPlacement(IReadOnlyList<ArenaBuffer> buffers,
    Dictionary<(ArenaBuffer, ArenaBuffer), OverlapRule> rules)
{
    private const int Alignment = 16;
    private const int EstimateRounds = 12;

    /// <summary>Places the buffers as tightly as a search of bounded time finds; gives the size of the arena.</summary>
    public int Search()
    {
        int rounds = Math.Clamp(4_000_000 / Math.Max(1, buffers.Count * buffers.Count), 20, 2000);
        return Search(rounds);
    }

    /// <summary>About the size that a search gives, in a fraction of the time.</summary>
    public int Estimate() => Search(EstimateRounds);

    /// <summary>Tries orders of placement: by size, by time, and a number of random swaps of the best one.</summary>
    private int Search(int rounds)
    {
        ArenaBuffer[] best = [.. buffers.OrderByDescending(buffer => buffer.Bytes).ThenBy(buffer => buffer.FirstUse)];
        int bestBytes = Place(best);
        foreach (ArenaBuffer[] order in (ArenaBuffer[][])[
            [.. buffers.OrderBy(buffer => buffer.FirstUse).ThenByDescending(buffer => buffer.Bytes)],
            [.. buffers.OrderByDescending(buffer => buffer.LastUse)]])
            (best, bestBytes) = Place(order) is var bytes && bytes < bestBytes ? (order, bytes) : (best, bestBytes);

        var random = new Random(1);
        for (int i = 0; i < rounds && buffers.Count > 2; i++)
        {
            ArenaBuffer[] order = [.. best];
            for (int swaps = random.Next(1, 4); swaps > 0; swaps--)
            {
                int a = random.Next(order.Length), b = random.Next(order.Length);
                (order[a], order[b]) = (order[b], order[a]);
            }

            int bytes = Place(order);
            if (bytes <= bestBytes)
                (best, bestBytes) = (order, bytes);
        }

        return Place(best);
    }

    /// <summary>Places the buffers in this order, each where the whole grows least; gives the size of the arena.
    /// </summary>
    private int Place(ArenaBuffer[] order)
    {
        int low = 0, high = 0;
        var others = new List<ArenaBuffer>(order.Length);
        for (int i = 0; i < order.Length; i++)
        {
            ArenaBuffer buffer = order[i];
            others.Clear();
            for (int k = 0; k < i; k++)
                if (buffer.MeetsInTime(order[k]))
                    others.Add(order[k]);
            (int Growth, long Distance) least = (int.MaxValue, 0);
            foreach (int candidate in Candidates(buffer, others, low))
            {
                int growth = Math.Max(high, candidate + buffer.Bytes) - Math.Min(low, candidate);
                (int, long) cost = (growth, Math.Abs((long)candidate - low));
                if (cost.CompareTo(least) >= 0 || !Fits(buffer, candidate, others))
                    continue;
                least = cost;
                buffer.Offset = candidate;
            }

            low = i == 0 ? buffer.Offset : Math.Min(low, buffer.Offset);
            high = i == 0 ? buffer.Offset + buffer.Bytes : Math.Max(high, buffer.Offset + buffer.Bytes);
        }

        foreach (ArenaBuffer buffer in order)
            buffer.Offset -= low;
        return PackFormat.Align(high - low, Alignment);
    }

    private IEnumerable<int> Candidates(ArenaBuffer buffer, List<ArenaBuffer> others, int low)
    {
        yield return low;
        foreach (ArenaBuffer other in others)
        {
            yield return other.Offset + PackFormat.Align(other.Bytes, Alignment);
            yield return other.Offset - PackFormat.Align(buffer.Bytes, Alignment);
            if (rules.TryGetValue((buffer, other), out OverlapRule? below))
                yield return other.Offset - Spread(below);
            if (rules.TryGetValue((other, buffer), out OverlapRule? above))
                yield return other.Offset + Spread(above);
        }
    }

    /// <summary>The least aligned distance that the rule allows.</summary>
    private static int Spread(OverlapRule rule)
    {
        int step = (int)((long)Alignment * rule.Modulus / (int)BigInteger.GreatestCommonDivisor(Alignment, rule.Modulus));
        return (int)Math.Ceiling(rule.Distance / (double)step) * step;
    }

    private bool Fits(ArenaBuffer buffer, int offset, List<ArenaBuffer> others)
    {
        foreach (ArenaBuffer other in others)
        {
            bool disjoint = offset + buffer.Bytes <= other.Offset || other.Offset + other.Bytes <= offset;
            if (disjoint)
                continue;
            bool allowed =
                (rules.TryGetValue((buffer, other), out OverlapRule? below) && Holds(below, other.Offset - offset)) ||
                (rules.TryGetValue((other, buffer), out OverlapRule? above) && Holds(above, offset - other.Offset));
            if (!allowed)
                return false;
        }

        return true;
    }

    private static bool Holds(OverlapRule rule, int distance) =>
        distance >= rule.Distance && distance % rule.Modulus == 0;
}
