using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Pack;

namespace McuAi.ModelConverter.Memory;

/// <summary>Places every activation, state and scratch area in one arena: lifetimes, overlap of an operator's output
/// with its input where the kernels allow it, and a search over orders of placement. The result is exact: the core
/// takes that many bytes and no more.</summary>
public sealed class ArenaPlan
{
    private const int Alignment = 16;

    private readonly List<ArenaBuffer> _buffers = [];
    private readonly Dictionary<(ArenaBuffer, ArenaBuffer), OverlapRule> _rules = [];

    private ArenaPlan(PackModel model)
    {
        Dictionary<PackTensor, ArenaBuffer> byTensor = AddTensors(model);
        AddScratch(model, byTensor);
        AddOverlaps(model, byTensor);
    }

    public IReadOnlyList<ArenaBuffer> Buffers => _buffers;

    public int Bytes { get; private set; }

    /// <summary>Plans the arena of <paramref name="model"/> and sets the offsets of its tensors and scratch areas.
    /// </summary>
    public static ArenaPlan Apply(PackModel model)
    {
        var plan = new ArenaPlan(model);
        plan.Search();
        foreach (ArenaBuffer buffer in plan._buffers)
        {
            foreach (PackTensor tensor in buffer.Tensors)
                tensor.Offset = buffer.Offset;
            if (buffer.ScratchOf is { } node)
                node.ScratchOffset = buffer.Offset;
        }

        model.ArenaBytes = plan.Bytes;
        return plan;
    }

    /// <summary>The plan that a pack was written with, for pictures of it.</summary>
    public static ArenaPlan Of(PackModel model)
    {
        var plan = new ArenaPlan(model) { Bytes = model.ArenaBytes };
        foreach (ArenaBuffer buffer in plan._buffers)
            buffer.Offset = buffer.ScratchOf?.ScratchOffset ?? buffer.Tensors[0].Offset;
        return plan;
    }

    private Dictionary<PackTensor, ArenaBuffer> AddTensors(PackModel model)
    {
        var byTensor = new Dictionary<PackTensor, ArenaBuffer>(ReferenceEqualityComparer.Instance);
        int end = model.Operators.Count;
        foreach (PackTensor tensor in model.Tensors.Where(tensor => tensor.Place != TensorPlace.Shard))
        {
            if (tensor.ViewOf is { } viewed && byTensor.TryGetValue(viewed, out ArenaBuffer? buffer))
            {
                buffer.Bytes = Math.Max(buffer.Bytes, tensor.Bytes);
            }
            else
            {
                bool state = tensor.Place == TensorPlace.State;
                buffer = new ArenaBuffer(tensor.Name, tensor.Bytes, state ? -1 : int.MaxValue, state ? end : -1);
                _buffers.Add(buffer);
            }

            buffer.Tensors.Add(tensor);
            byTensor[tensor] = buffer;
        }

        void Use(PackTensor tensor, int time)
        {
            ArenaBuffer buffer = byTensor[tensor];
            buffer.FirstUse = Math.Min(buffer.FirstUse, time);
            buffer.LastUse = Math.Max(buffer.LastUse, time);
        }

        foreach (PackTensor input in model.Inputs)
            Use(input, -1);
        foreach (PackTensor output in model.Outputs)
            Use(output, end);
        for (int i = 0; i < end; i++)
            foreach (PackTensor? tensor in model.Operators[i].Inputs.Concat(model.Operators[i].Outputs))
                if (tensor is not null && tensor.Place != TensorPlace.Shard)
                    Use(tensor, i);
        return byTensor;
    }

    private void AddScratch(PackModel model, Dictionary<PackTensor, ArenaBuffer> byTensor)
    {
        for (int i = 0; i < model.Operators.Count; i++)
        {
            PackOperator node = model.Operators[i];
            if (node.ScratchBytes == 0)
                continue;
            var scratch = new ArenaBuffer($"scratch of {node}", node.ScratchBytes, i, i) { ScratchOf = node };
            _buffers.Add(scratch);
            if (node.Opcode != Opcode.FullyConnected || !KernelFamilies.Of(node.Layout).DenseScratchMayCoverInput)
                continue;
            ArenaBuffer input = byTensor[node.Input(0)];
            bool oneVector = node.Output.Elements == node.Output.Dim(3);
            if (oneVector && input.LastUse == i && !_rules.ContainsKey((scratch, input)))
                _rules.Add((scratch, input), new OverlapRule(scratch, input, (node.Input(0).Dim(3) + 3) / 4 * 4, 1));
        }
    }

    private void AddOverlaps(PackModel model, Dictionary<PackTensor, ArenaBuffer> byTensor)
    {
        for (int i = 0; i < model.Operators.Count; i++)
        {
            PackOperator node = model.Operators[i];
            ArenaBuffer output = byTensor[node.Output];
            for (int k = 0; k < node.Inputs.Length; k++)
            {
                if (node.Inputs[k] is not { } tensor || !byTensor.TryGetValue(tensor, out ArenaBuffer? input) ||
                    input == output || input.LastUse != i || output.FirstUse != i || node.Outputs.Length != 1 ||
                    tensor.Place == TensorPlace.State || OverlapDistance.Of(node, k) is not { } rule)
                    continue;
                // The same buffer twice (x + x): the stricter rule is the same rule.
                _rules[(output, input)] = new OverlapRule(output, input, rule.Distance, rule.Modulus);
            }
        }
    }

    /// <summary>Tries orders of placement: by size, by time, and a fixed number of random swaps of the best one.
    /// </summary>
    private void Search()
    {
        ArenaBuffer[] best = [.. _buffers.OrderByDescending(buffer => buffer.Bytes).ThenBy(buffer => buffer.FirstUse)];
        int bestBytes = Place(best);
        foreach (ArenaBuffer[] order in (ArenaBuffer[][])[
            [.. _buffers.OrderBy(buffer => buffer.FirstUse).ThenByDescending(buffer => buffer.Bytes)],
            [.. _buffers.OrderByDescending(buffer => buffer.LastUse)]])
            (best, bestBytes) = Place(order) is var bytes && bytes < bestBytes ? (order, bytes) : (best, bestBytes);

        var random = new Random(1);
        int rounds = Math.Clamp(4_000_000 / Math.Max(1, _buffers.Count * _buffers.Count), 20, 2000);
        for (int i = 0; i < rounds && _buffers.Count > 2; i++)
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

        Bytes = Place(best);
    }

    /// <summary>Places the buffers in this order, each where the whole grows least; gives the size of the arena.
    /// </summary>
    private int Place(ArenaBuffer[] order)
    {
        int low = 0, high = 0;
        for (int i = 0; i < order.Length; i++)
        {
            ArenaBuffer buffer = order[i];
            List<ArenaBuffer> others = [.. order.Take(i).Where(buffer.MeetsInTime)];
            int offset = Candidates(buffer, others, low).Where(candidate => Fits(buffer, candidate, others))
                .MinBy(candidate => (Math.Max(high, candidate + buffer.Bytes) - Math.Min(low, candidate),
                    Math.Abs((long)candidate - low)));
            buffer.Offset = offset;
            low = i == 0 ? offset : Math.Min(low, offset);
            high = i == 0 ? offset + buffer.Bytes : Math.Max(high, offset + buffer.Bytes);
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
            if (_rules.TryGetValue((buffer, other), out OverlapRule? below))
                yield return other.Offset - Spread(below);
            if (_rules.TryGetValue((other, buffer), out OverlapRule? above))
                yield return other.Offset + Spread(above);
        }
    }

    /// <summary>The least aligned distance that the rule allows.</summary>
    private static int Spread(OverlapRule rule)
    {
        int step = (int)((long)Alignment * rule.Modulus /
            (int)System.Numerics.BigInteger.GreatestCommonDivisor(Alignment, rule.Modulus));
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
                (_rules.TryGetValue((buffer, other), out OverlapRule? below) && Holds(below, other.Offset - offset)) ||
                (_rules.TryGetValue((other, buffer), out OverlapRule? above) && Holds(above, offset - other.Offset));
            if (!allowed)
                return false;
        }

        return true;
    }

    private static bool Holds(OverlapRule rule, int distance) =>
        distance >= rule.Distance && distance % rule.Modulus == 0;
}
