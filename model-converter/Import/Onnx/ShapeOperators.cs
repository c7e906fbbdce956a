using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Reference;

namespace McuAi.ModelConverter.Import.Onnx;

/// <summary>Operators that move or rename elements. All work in ONNX's layout: the transposes around spatial operators
/// are moved past them later.</summary>
internal static class ShapeOperators
{
    public static void Reshape(OnnxContext context, OnnxNode node)
    {
        Tensor x = context.Input(node, 0);
        int[] shape = context.IntegersOf(node, 1, "shape") ?? throw node.Error("lacks its shape");
        bool keepsZero = node.Int("allowzero", 0) != 0;
        for (int i = 0; i < shape.Length && !keepsZero; i++)
        {
            if (shape[i] == 0)
                shape[i] = i < x.Rank ? x.Shape[i] : throw node.Error($"copies the absent dimension {i}");
        }

        int free = Array.IndexOf(shape, -1);
        if (shape.Any(size => size < -1) || shape.Count(size => size == -1) > 1)
            throw node.Error($"has the unusable shape {OnnxNode.Show(shape)}");

        if (free >= 0)
        {
            long rest = shape.Where((_, i) => i != free)
                .Aggregate(1L, (product, size) => Math.Min(product * size, 1L << 32));
            shape[free] = rest == 0 ? 0 : (int)(x.Elements / rest);
        }

        BindReshaped(context, node, x, shape);
    }

    public static void Flatten(OnnxContext context, OnnxNode node)
    {
        Tensor x = context.Input(node, 0);
        int axis = node.Int("axis", 1);
        axis = axis == x.Rank ? axis : node.Axis(axis, x.Rank);
        int outer = x.Shape.Take(axis).Aggregate(1, (product, size) => product * size);
        BindReshaped(context, node, x, [outer, outer == 0 ? 0 : x.Elements / outer]);
    }

    public static void Squeeze(OnnxContext context, OnnxNode node)
    {
        Tensor x = context.Input(node, 0);
        int[]? axes = context.IntegersOf(node, 1, "axes")?.Select(axis => node.Axis(axis, x.Rank)).ToArray();
        BindReshaped(context, node, x, [.. x.Shape.Where((size, i) => axes is null ? size != 1 : !axes.Contains(i))]);
    }

    public static void Unsqueeze(OnnxContext context, OnnxNode node)
    {
        Tensor x = context.Input(node, 0);
        int[] axes = context.IntegersOf(node, 1, "axes") ?? throw node.Error("lacks its axes");
        int rank = x.Rank + axes.Length;
        axes = [.. axes.Select(axis => node.Axis(axis, rank))];
        if (axes.Distinct().Count() != axes.Length)
            throw node.Error("names an axis twice");

        var shape = new List<int>(x.Shape);
        foreach (int axis in axes.Order())
            shape.Insert(axis, 1);

        BindReshaped(context, node, x, [.. shape]);
    }

    public static void Transpose(OnnxContext context, OnnxNode node)
    {
        Tensor x = context.Input(node, 0);
        int[] permutation = node.Ints("perm") ?? [.. Enumerable.Range(0, x.Rank).Reverse()];
        if (!permutation.Order().SequenceEqual(Enumerable.Range(0, x.Rank)))
            throw node.Error($"has the permutation {OnnxNode.Show(permutation)} for {x.Rank} dimensions");

        context.Bind(node, 0, context.Transpose(node, x, permutation));
    }

    public static void Concat(OnnxContext context, OnnxNode node)
    {
        Tensor[] inputs = [.. Enumerable.Range(0, node.Inputs.Length).Select(i => context.Input(node, i))];
        if (inputs.Length == 0)
            throw node.Error("has no inputs");

        int axis = node.Axis(node.Int("axis", 1), inputs[0].Rank);
        foreach (Tensor input in inputs)
        {
            if (input.Rank != inputs[0].Rank
                || input.Shape.Where((size, i) => i != axis && size != inputs[0].Shape[i]).Any())
                throw node.Error($"joins {inputs[0]} and {input} along axis {axis}");
        }

        Tensor[] used = [.. inputs.Where(input => input.Shape[axis] > 0)];
        inputs = used.Length > 0 ? used : [inputs[0]];
        int[] shape = [.. inputs[0].Shape];
        shape[axis] = (int)Math.Min(inputs.Sum(input => (long)input.Shape[axis]), int.MaxValue);
        context.Bind(node, 0, inputs.Length == 1
            ? inputs[0]
            : context.Emit(node, OperatorKind.Concat, shape, new ConcatAttributes(axis), inputs));
    }

    public static void Split(OnnxContext context, OnnxNode node)
    {
        Tensor x = context.Input(node, 0);
        int axis = node.Axis(node.Int("axis", 0), x.Rank);
        int parts = node.Outputs.Length;
        int each = parts == 0 ? 0 : (x.Shape[axis] + parts - 1) / parts;
        int[] sizes = context.IntegersOf(node, 1, "split")
            ?? [.. Enumerable.Range(0, parts).Select(i => Math.Min(each, x.Shape[axis] - (i * each)))];
        if (sizes.Length != parts || sizes.Any(size => size <= 0) || sizes.Sum(size => (long)size) != x.Shape[axis])
            throw node.Error($"splits {x.Shape[axis]} elements into {parts} parts of {OnnxNode.Show(sizes.Take(16))}");

        int[][] shapes = [.. sizes.Select(size => x.Shape.Select((old, i) => i == axis ? size : old).ToArray())];
        Tensor[] outputs = parts == 1
            ? [x]
            : context.Emit(node, OperatorKind.Split, shapes, new SplitAttributes(axis), x);
        for (int i = 0; i < parts; i++)
            context.Bind(node, i, outputs[i]);
    }

    public static void Slice(OnnxContext context, OnnxNode node)
    {
        Tensor x = context.Input(node, 0);
        int[] starts = context.IntegersOf(node, 1, "starts") ?? throw node.Error("lacks its starts");
        int[] ends = context.IntegersOf(node, 2, "ends") ?? throw node.Error("lacks its ends");
        int[] axes = context.IntegersOf(node, 3, "axes") ?? [.. Enumerable.Range(0, starts.Length)];
        int[] steps = context.IntegersOf(node, 4, "steps") ?? [.. Enumerable.Repeat(1, starts.Length)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length)
            throw node.Error("has starts, ends, axes and steps of different lengths");

        var begin = new int[x.Rank];
        int[] stride = [.. Enumerable.Repeat(1, x.Rank)];
        int[] shape = [.. x.Shape];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = node.Axis(axes[i], x.Rank);
            int size = x.Shape[axis];
            if (steps[i] == 0)
                throw node.Error("has a step of 0");

            bool forward = steps[i] > 0;
            begin[axis] = forward ? Clamp(starts[i], size, size) : Clamp(starts[i], size, size - 1, least: 0);
            stride[axis] = steps[i];
            long length = forward
                ? Clamp(ends[i], size, size) - begin[axis]
                : begin[axis] - Clamp(ends[i], size, size - 1, least: -1);
            long step = Math.Abs((long)steps[i]);
            shape[axis] = (int)((Math.Max(length, 0) + step - 1) / step);
        }

        if (!x.IsConstant && shape.Contains(0))
            throw node.Error("selects nothing");

        context.Bind(node, 0, shape.SequenceEqual(x.Shape) && stride.All(step => step > 0)
            ? x
            : context.Emit(node, OperatorKind.Slice, shape, new SliceAttributes(begin, stride), x));
    }

    public static void Pad(OnnxContext context, OnnxNode node)
    {
        Tensor x = context.Input(node, 0);
        string mode = node.Text("mode", "constant");
        if (mode != "constant")
            throw node.Error($"pads in mode '{mode}'; only 'constant' is supported");

        int[] pads = context.IntegersOf(node, 1, "pads") ?? throw node.Error("lacks its pads");
        int[] axes = context.Integers(node, 3, "axes") ?? [.. Enumerable.Range(0, x.Rank)];
        if (pads.Length != 2 * axes.Length)
            throw node.Error($"has {pads.Length} pads for {axes.Length} axes");

        var before = new int[x.Rank];
        var after = new int[x.Rank];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = node.Axis(axes[i], x.Rank);
            before[axis] = pads[i];
            after[axis] = pads[axes.Length + i];
        }

        if (pads.Any(pad => pad is < 0 or > 1 << 20))
            throw node.Error($"has the unusable pads {OnnxNode.Show(pads)}");

        if (x.Shape.Contains(0))
            throw node.Error("pads an empty tensor");

        int[] shape = [.. x.Shape.Select((size, i) => size + before[i] + after[i])];
        var attributes = new PadAttributes(before, after, PadValue(context, node, x));
        context.Bind(node, 0, shape.SequenceEqual(x.Shape)
            ? x
            : context.Emit(node, OperatorKind.Pad, shape, attributes, x));
    }

    /// <summary>The value in real numbers; ONNX pads integers with integers.</summary>
    private static double PadValue(OnnxContext context, OnnxNode node, Tensor x)
    {
        float[]? values = context.Reals(node, 2, "value");
        if (values is { Length: > 1 })
            throw node.Error("pads with more than one value");

        double value = values is { Length: 1 } ? values[0] : node.Float("value", 0);
        return x is { IsConstant: false, Quantization: { IsPerAxis: false } quantization }
            ? quantization.Scale * (value - quantization.ZeroPoint)
            : value;
    }

    /// <summary>An index, from the end when negative, between <paramref name="least"/> and
    /// <paramref name="most"/>.</summary>
    private static int Clamp(int index, int size, int most, int least = 0) =>
        (int)Math.Clamp(index < 0 ? index + (long)size : index, least, most);

    private static void BindReshaped(OnnxContext context, OnnxNode node, Tensor x, int[] shape)
    {
        if (shape.Length > OnnxTensorReader.MaxRank || OnnxTensorReader.Count(shape, node.Title) != x.Elements)
            throw node.Error($"cannot give {OnnxNode.Show(x.Shape)} the shape {OnnxNode.Show(shape.Take(8))}");

        context.Bind(node, 0, context.Reshape(node, x, shape));
    }
}
