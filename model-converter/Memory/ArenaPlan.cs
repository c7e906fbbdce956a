using McuAi.ModelConverter.Pack;

namespace McuAi.ModelConverter.Memory;

/// <summary>Places every activation, state and scratch area in one arena: lifetimes, overlap of an operator's output
/// with its input where the kernels allow it, and a search over orders of placement. The result is exact: the core
/// takes that many bytes and no more.</summary>
public sealed class ArenaPlan
{
    private readonly PackModel _model;
    private readonly List<ArenaBuffer> _buffers;
    private readonly Dictionary<(ArenaBuffer, ArenaBuffer), OverlapRule> _rules = [];

    /// <summary>Lifetimes and rules of what is in use during the operators <paramref name="from"/> to <paramref
    /// name="to"/>; nothing is placed yet.</summary>
    private ArenaPlan(PackModel model, int from, int to)
    {
        _model = model;
        Dictionary<PackTensor, ArenaBuffer> byTensor = Tensors(model);
        _buffers = [.. byTensor.Values.Distinct().Where(buffer => buffer.FirstUse <= to && buffer.LastUse >= from)];
        foreach (OverlapRule rule in OverlapRules.Between(model, _buffers))
            _rules[(rule.Low, rule.High)] = rule;
        AddScratch(byTensor, from, to);
    }

    private ArenaPlan(PackModel model)
        : this(model, -1, model.Operators.Count)
    {
    }

    public IReadOnlyList<ArenaBuffer> Buffers => _buffers;

    public int Bytes { get; private set; }

    /// <summary>Plans the arena of <paramref name="model"/> and sets the offsets of its tensors and scratch areas.
    /// </summary>
    public static ArenaPlan Apply(PackModel model)
    {
        var plan = new ArenaPlan(model);
        plan.Bytes = new ArenaPlacement(plan._buffers, plan._rules).Search();
        foreach (PackOperator node in model.Operators)
            node.ScratchOffset = 0; // without scratch the offset of an earlier plan would stay
        foreach (ArenaBuffer buffer in plan._buffers)
        {
            foreach (PackTensor tensor in buffer.Tensors)
                tensor.Offset = buffer.Offset + tensor.ViewOffset;
            foreach (PackOperator node in buffer.ScratchOf)
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
            buffer.Offset = buffer.Tensors.Count > 0 ? buffer.Tensors[0].Offset : buffer.ScratchOf[0].ScratchOffset;
        return plan;
    }

    /// <summary>What the operators <paramref name="from"/> to <paramref name="to"/> take by themselves, about.</summary>
    internal static int BytesOf(PackModel model, int from, int to)
    {
        var plan = new ArenaPlan(model, from, to);
        return new ArenaPlacement(plan._buffers, plan._rules).Estimate();
    }

    /// <summary>What each operator takes by itself, about.</summary>
    internal static int[] BytesOfEach(PackModel model)
    {
        var plan = new ArenaPlan(model);
        return [.. Enumerable.Range(0, model.Operators.Count).Select(i => new ArenaPlacement(
            [.. plan._buffers.Where(buffer => buffer.FirstUse <= i && buffer.LastUse >= i)], plan._rules).Estimate())];
    }

    private static Dictionary<PackTensor, ArenaBuffer> Tensors(PackModel model)
    {
        var byTensor = new Dictionary<PackTensor, ArenaBuffer>(ReferenceEqualityComparer.Instance);
        int end = model.Operators.Count;
        foreach (PackTensor tensor in model.Tensors.Where(tensor => tensor.Place != TensorPlace.Shard))
        {
            if (tensor.ViewOf is { } viewed && byTensor.TryGetValue(viewed, out ArenaBuffer? buffer))
                buffer.Bytes = Math.Max(buffer.Bytes, tensor.ViewOffset + tensor.Bytes);
            else
                buffer = new ArenaBuffer(tensor.Name, tensor.Bytes);
            buffer.Tensors.Add(tensor);
            byTensor[tensor] = buffer;
            if (tensor.Place != TensorPlace.State)
                continue;
            buffer.Use(-1);
            buffer.Use(end);
        }

        foreach (PackTensor input in model.Inputs)
            byTensor[input].Use(-1);
        foreach (PackTensor output in model.Outputs)
            byTensor[output].Use(end);
        for (int i = 0; i < end; i++)
        {
            PackOperator node = model.Operators[i];
            AddAccesses(byTensor, i, node.Inputs, buffer => buffer.Reads);
            AddAccesses(byTensor, i, node.Outputs, buffer => buffer.Writes);
        }

        return byTensor;
    }

    private static void AddAccesses(Dictionary<PackTensor, ArenaBuffer> byTensor, int time,
        PackTensor?[] operands, Func<ArenaBuffer, List<ArenaAccess>> list)
    {
        for (int k = 0; k < operands.Length; k++)
        {
            if (operands[k] is not { } tensor || !byTensor.TryGetValue(tensor, out ArenaBuffer? buffer))
                continue;
            buffer.Use(time);
            list(buffer).Add(new ArenaAccess(time, k, tensor.ViewOffset, tensor.ViewOffset + tensor.Bytes));
        }
    }

    /// <summary>Scratch areas with the same tensors around them are one: a placement that suits the largest suits
    /// all.</summary>
    private void AddScratch(Dictionary<PackTensor, ArenaBuffer> byTensor, int from, int to)
    {
        int[] starts = Starts();
        var shared = new Dictionary<int, ArenaBuffer>();
        for (int i = Math.Max(0, from); i <= to && i < starts.Length; i++)
        {
            PackOperator node = _model.Operators[i];
            if (node.ScratchBytes == 0)
                continue;
            var scratch = new ArenaBuffer($"scratch of {node}", node.ScratchBytes);
            ArenaBuffer? input = node.Inputs[0] is { } x ? byTensor.GetValueOrDefault(x) : null;
            if (input is not null && OverlapRules.CoveredInput(scratch, input, node, i) is { } rule)
                _rules.Add((scratch, input), rule);
            else if (!shared.TryAdd(starts[i], scratch))
                scratch = shared[starts[i]];
            if (scratch.ScratchOf.Count == 0)
                _buffers.Add(scratch);
            scratch.Bytes = Math.Max(scratch.Bytes, node.ScratchBytes);
            scratch.ScratchOf.Add(node);
            scratch.Use(i);
        }
    }

    /// <summary>For each operator a number that grows wherever a tensor comes or goes.</summary>
    private int[] Starts()
    {
        int[] starts = new int[_model.Operators.Count];
        foreach (ArenaBuffer buffer in _buffers)
            foreach (int start in (int[])[buffer.FirstUse, buffer.LastUse + 1])
                if (start >= 0 && start < starts.Length)
                    starts[start] = 1;
        for (int i = 1; i < starts.Length; i++)
            starts[i] += starts[i - 1];
        return starts;
    }
}
