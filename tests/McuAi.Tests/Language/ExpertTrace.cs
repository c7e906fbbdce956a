using McuAi.HostTools.Native;
using McuAi.ModelConverter.Pack;

namespace McuAi.Tests.Language;

/// <summary>Which experts a run of a model wanted, in order, and what caches of some slots would have had to read.</summary>
/// <param name="Wants">Each by its shard and by the number of its layer's operator.</param>
/// <param name="Experts">Of all layers.</param>
/// <param name="Operators">Of the program.</param>
internal sealed record ExpertTrace(IReadOnlyList<(int Shard, int Operator)> Wants, int Experts, int Operators)
{
    /// <summary>Chooses which of the shards in the slots goes when want number `now` needs a slot.</summary>
    public delegate int Choice(ExpertTrace trace, State state, int now);

    public static IReadOnlyList<(string Name, Choice Victim)> Policies { get; } =
    [
        ("next use", NextUse), ("optimum", Belady), ("least recently used", (_, state, _) => state.Slots.MinBy(s => state.LastUse[s])),
        ("least often used", (_, state, _) => state.Slots.MinBy(s => (state.Uses[s], state.LastUse[s]))), ("clock", Clock),
    ];

    /// <summary>With one slot for experts nothing is ever found there but what was used last.</summary>
    public static ExpertTrace Record(StreamedModel model, int tokens)
    {
        var device = new NotedDevice(model.Bytes, isAsynchronous: false);
        using (var store = new HostStore(StreamedModel.Library, device, (int)model.Pack.CacheSizes.InOrder))
            model.Run(store, tokens);
        Dictionary<int, int> operators = model.Pack.Operators.Index().SelectMany(node =>
            node.Item.OnDemand.Select(tensor => (tensor.Shard, node.Index))).Distinct().ToDictionary();
        return new ExpertTrace([.. device.Offsets.Select(model.ShardAt).Where(operators.ContainsKey)
            .Select(shard => (shard, operators[shard]))], operators.Count, model.Pack.Operators.Count);
    }

    /// <summary>Reads that this choice costs.</summary>
    public int Misses(int slots, Choice victim)
    {
        var state = new State(slots);
        int misses = 0;
        for (int i = 0; i < Wants.Count; i++)
        {
            (int shard, int layer) = Wants[i];
            if (i == 0 || layer < Wants[i - 1].Operator)
                state.Rounds++;
            state.Use(shard, i);
            if (state.Slots.Contains(shard))
            {
                state.Marks.Add(shard);
                continue;
            }

            misses++;
            if (state.Slots.Count < slots)
                state.Slots.Add(shard);
            else
                state.Slots[state.Slots.IndexOf(victim(this, state, i))] = shard;
        }

        return misses;
    }

    /// <summary>As firmware/core/streaming/spare_slot.c has it: when the layer comes again, and as many more tokens as lay between
    /// uses so far.</summary>
    private static int NextUse(ExpertTrace trace, State state, int now)
    {
        int at = trace.Wants[now].Operator;
        return state.Slots.MaxBy(shard =>
        {
            int layer = trace.Wants[state.LastUse[shard]].Operator;
            int distance = layer > at ? layer - at : layer + trace.Operators - at;
            return (256 * distance / trace.Operators) + (256 * state.Rounds / Math.Max(state.Uses[shard], 1));
        });
    }

    private static int Belady(ExpertTrace trace, State state, int now) => state.Slots.MaxBy(shard =>
    {
        int next = now + 1;
        while (next < trace.Wants.Count && trace.Wants[next].Shard != shard)
            next++;
        return next;
    });

    /// <summary>Second chance (Corbató, 1968).</summary>
    private static int Clock(ExpertTrace trace, State state, int now)
    {
        while (state.Marks.Remove(state.Slots[state.Hand]))
            state.Hand = (state.Hand + 1) % state.Slots.Count;
        int victim = state.Slots[state.Hand];
        state.Hand = (state.Hand + 1) % state.Slots.Count;
        return victim;
    }

    /// <summary>What policies remember.</summary>
    public sealed class State(int slots)
    {
        private const int Most = 255;

        public List<int> Slots { get; } = new(slots);

        public Dictionary<int, int> LastUse { get; } = [];

        public Dictionary<int, int> Uses { get; } = [];

        public HashSet<int> Marks { get; } = [];

        public int Hand { get; set; }

        public int Rounds { get; set; }

        public void Use(int shard, int now)
        {
            LastUse[shard] = now;
            Uses[shard] = Math.Min(Uses.GetValueOrDefault(shard) + 1, Most);
            if (Rounds < Most && Uses[shard] < Most)
                return;
            Rounds /= 2;
            foreach (int key in Uses.Keys.ToArray())
                Uses[key] /= 2;
        }
    }
}
