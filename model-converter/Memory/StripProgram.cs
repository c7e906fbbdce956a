using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Pack;

namespace McuAi.ModelConverter.Memory;

/// <summary>Consecutive operators of a program that run together, some rows of the last one's output at a time.</summary>
internal sealed record StripRegion(int First, int Last, int Rows)
{
    public bool Contains(StripRegion other) => First <= other.First && other.Last <= Last;

    public bool Meets(StripRegion other) => First <= other.Last && other.First <= Last;
}

/// <summary>The operators of a region on views of rows. Each tensor inside the region becomes a buffer of the rows that
/// are needed at a time: before new rows are computed behind them, those that are still needed move to its front. No
/// row is computed twice, and rows that nothing reads are not computed.</summary>
internal sealed class StripProgram
{
    /// <summary>Instructions of the interpreter and of a kernel's beginning, about, and of a depthwise kernel's for each
    /// channel.</summary>
    private const int OperatorCost = 1000, ChannelCost = 200;

    /// <summary>Operators that are surely too many: their records would take more flash than most boards have.</summary>
    private const int MostSteps = 4000;

    private readonly List<Step> _steps = [];
    private readonly Dictionary<PackTensor, RowBuffer> _inside = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(PackTensor, int, int), PackTensor> _views = [];
    private readonly Layer[] _layers;

    private StripProgram(StripRegion region, IEnumerable<Layer> layers)
    {
        Region = region;
        _layers = [.. layers];
        foreach (Layer layer in _layers)
            _inside.Add(layer.Node.Output, layer.Output);
        for (int i = 0; i < _layers.Length; i++)
            for (int k = 0; k < _layers[i].Windows.Length; k++)
                if (_layers[i].Windows[k] is { } window && Inside(_layers[i].Node.Input(k)) is { } input)
                    input.Readers.Add((window, _layers[i].Output));
    }

    public StripRegion Region { get; }

    /// <summary>Buffers, then views.</summary>
    public List<PackTensor> Tensors { get; } = [];

    public List<PackOperator> Operators { get; } = [];

    /// <summary>The tensors that the buffers replace.</summary>
    public IEnumerable<PackTensor> Replaced => _layers[..^1].Select(layer => layer.Node.Output);

    /// <summary>Memory that its operators need by themselves.</summary>
    public int Bytes { get; set; }

    /// <summary>About the instructions that it takes beyond those of whole layers.</summary>
    public long Overhead => Operators.Sum(node => OperatorCost + node.Opcode switch
    {
        Opcode.Copy => node.Output.Bytes,
        Opcode.DepthwiseConv2D => (long)ChannelCost * node.Output.Dim(3),
        _ => 0,
    });

    /// <summary>The program of a region whose operators all compute rows from rows and keep their results among
    /// themselves; null where a view of rows would begin at an address that a pack cannot express, or there are too many
    /// of them.</summary>
    public static StripProgram? Build(PackModel model, StripRegion region, IReadOnlyList<RowWindow?[]?> windows)
    {
        var program = new StripProgram(region, Enumerable.Range(region.First, region.Last - region.First + 1)
            .Select(i => new Layer(model.Operators[i], windows[i]!, new RowBuffer())));
        return program.Schedule(region.Rows) && program.Emit() ? program : null;
    }

    private RowBuffer? Inside(PackTensor tensor) => _inside.GetValueOrDefault(tensor);

    /// <summary>Goes through the strips: which rows of what each operator computes.</summary>
    private bool Schedule(int rows)
    {
        Layer last = _layers[^1];
        int height = last.Node.Output.Dim(1);
        while (last.Output.Done < height)
        {
            if (_steps.Count > MostSteps)
                return false;
            foreach (Layer layer in _layers)
                layer.Output.Wanted = layer.Output.Done;
            last.Output.Wanted = Math.Min(height, last.Output.Done + rows);
            foreach (Layer layer in _layers.Reverse().Where(layer => layer.Output.Wanted > layer.Output.Done))
                for (int k = 0; k < layer.Windows.Length; k++)
                    if (layer.Windows[k] is { } window && Inside(layer.Node.Input(k)) is { } input)
                        input.Wanted = Math.Max(input.Wanted,
                            Math.Min(layer.Node.Input(k).Dim(1), window.End(layer.Output.Wanted)));
            foreach (Layer layer in _layers.Where(layer => layer.Output.Wanted > layer.Output.Done))
                if (!Compute(layer))
                    return false;
        }

        return true;
    }

    private bool Compute(Layer layer)
    {
        PackTensor y = layer.Node.Output;
        RowBuffer rows = layer.Output;
        if (layer != _layers[^1])
        {
            int kept = rows.Readers.Min(reader => Math.Max(0, reader.Window.Start(reader.Output.Done)));
            kept = Math.Min(kept, rows.Done);
            if (kept > rows.Base && rows.Done > kept)
                _steps.Add(new Step(null, [new Slice(y, kept - rows.Base, rows.Done - kept)],
                    new Slice(y, 0, rows.Done - kept), 0));
            rows.Base = kept;
            rows.Most = Math.Max(rows.Most, rows.Wanted - rows.Base);
        }

        var inputs = new Slice[layer.Node.Inputs.Length];
        int padTop = 0;
        for (int k = 0; k < inputs.Length; k++)
        {
            PackTensor x = layer.Node.Input(k);
            if (k >= layer.Windows.Length || layer.Windows[k] is not { } window)
            {
                inputs[k] = new Slice(x, 0, 0);
                continue;
            }

            int start = window.Start(rows.Done), first = Math.Max(0, start);
            int count = Math.Min(x.Dim(1), window.End(rows.Wanted)) - first;
            if (count <= 0)
                return false;
            padTop = first - start;
            inputs[k] = new Slice(x, first - (Inside(x)?.Base ?? 0), count);
        }

        _steps.Add(new Step(layer.Node, inputs, new Slice(y, rows.Done - rows.Base, rows.Wanted - rows.Done), padTop));
        rows.Done = rows.Wanted;
        return true;
    }

    private bool Emit()
    {
        foreach (Layer layer in _layers[..^1])
            Tensors.Add(layer.Output.Tensor = Rows(layer.Node.Output, layer.Output.Most, null, 0));
        foreach (Step step in _steps)
        {
            PackTensor?[] inputs = Array.ConvertAll(step.Inputs, View);
            if (inputs.Contains(null) || View(step.Output) is not { } output)
                return false;
            Operators.Add(step.Node is null
                ? new PackOperator(Opcode.Copy, inputs, [output], [])
                : OnRows(step.Node, inputs, output, step.PadTop));
        }

        return true;
    }

    /// <summary>The operator on rows of its tensors. Padding below follows from the dims.</summary>
    private static PackOperator OnRows(PackOperator node, PackTensor?[] inputs, PackTensor output, int padTop)
    {
        const int PadTop = 4; // among the parameters of convolutions and pools
        int[] parameters = [.. node.Parameters];
        if (node.Opcode is Opcode.Conv2D or Opcode.DepthwiseConv2D or Opcode.AveragePool2D or Opcode.MaxPool2D)
            parameters[PadTop] = padTop;
        var rows = new PackOperator(node.Opcode, inputs, [output], parameters) { Layout = node.Layout };
        if (node.HasWeights)
            rows.ScratchBytes = PackLayout.ScratchBytes(rows);
        return rows;
    }

    /// <summary>Some rows of a tensor, or of the buffer that stands for it; null at an odd address.</summary>
    private PackTensor? View(Slice slice)
    {
        PackTensor whole = Inside(slice.Of)?.Tensor ?? slice.Of;
        if (slice.Count == 0 || (slice.Row == 0 && slice.Count == whole.Dim(1)))
            return whole;
        if (_views.TryGetValue((whole, slice.Row, slice.Count), out PackTensor? known))
            return known;
        int offset = whole.ViewOffset + (slice.Row * (whole.Bytes / whole.Dim(1)));
        if (offset % PackFormat.ArenaAlignment != 0)
            return null;
        PackTensor view = Rows(whole, slice.Count, whole.ViewOf ?? whole, offset);
        _views.Add((whole, slice.Row, slice.Count), view);
        Tensors.Add(view);
        return view;
    }

    private static PackTensor Rows(PackTensor of, int count, PackTensor? viewOf, int offset) =>
        new($"rows of {of.Name}", of.Type, [1, count, of.Dim(2), of.Dim(3)], TensorPlace.Arena)
        {
            Scale = of.Scale,
            ZeroPoint = of.ZeroPoint,
            ViewOf = viewOf,
            ViewOffset = offset,
        };

    private sealed record Layer(PackOperator Node, RowWindow?[] Windows, RowBuffer Output);

    /// <summary>The state of an operator's output between steps, in rows of the whole tensor.</summary>
    private sealed class RowBuffer
    {
        /// <summary>The rows before this one are computed.</summary>
        public int Done { get; set; }

        /// <summary>The rows before this one have to be computed in this strip.</summary>
        public int Wanted { get; set; }

        /// <summary>The row at the buffer's front; 0 for the region's output, which is no buffer.</summary>
        public int Base { get; set; }

        /// <summary>The most rows that it holds.</summary>
        public int Most { get; set; }

        public List<(RowWindow Window, RowBuffer Output)> Readers { get; } = [];

        public PackTensor? Tensor { get; set; }
    }

    /// <summary>Rows of a tensor outside the region, or of a buffer from its front on; none: all of it.</summary>
    private readonly record struct Slice(PackTensor Of, int Row, int Count);

    /// <summary>One operator on rows; a null node copies.</summary>
    private sealed record Step(PackOperator? Node, Slice[] Inputs, Slice Output, int PadTop);
}
