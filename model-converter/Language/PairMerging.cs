using System.Runtime.InteropServices;

namespace McuAi.ModelConverter.Language;

/// <summary>Byte-pair encoding (Sennrich et al., 2016): of all pairs of neighbours, the one that the vocabulary ranks first
/// becomes one symbol, until none is in it; of equals, the left one. n symbols take O(n log n) time.</summary>
internal static class PairMerging
{
    private const int None = -1;

    /// <param name="symbols">Changed: the merged symbols are left.</param>
    /// <param name="rank">Of a pair; the least is merged first; null: never.</param>
    public static void Merge(List<string> symbols, Func<string, string, double?> rank)
    {
        int count = symbols.Count;
        int[] next = [.. Enumerable.Range(1, count)], previous = [.. Enumerable.Range(None, count)];
        var queue = new PriorityQueue<Pair, (double Rank, int Place)>();
        for (int i = 0; i + 1 < count; i++)
            Consider(i);
        while (queue.TryDequeue(out Pair pair, out _))
        {
            int right = next[pair.Place];
            if (right >= count || !ReferenceEquals(symbols[pair.Place], pair.Left) || !ReferenceEquals(symbols[right], pair.Right))
                continue; // one of the two has been merged otherwise
            symbols[pair.Place] = pair.Left + pair.Right;
            symbols[right] = "";
            next[pair.Place] = next[right];
            if (next[right] < count)
                previous[next[right]] = pair.Place;
            Consider(previous[pair.Place]);
            Consider(pair.Place);
        }

        symbols.RemoveAll(symbol => symbol.Length == 0);

        void Consider(int place)
        {
            if (place == None || next[place] >= count)
                return;
            (string left, string right) = (symbols[place], symbols[next[place]]);
            if (rank(left, right) is { } order)
                queue.Enqueue(new Pair(place, left, right), (order, place));
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Pair(int Place, string Left, string Right);
}
