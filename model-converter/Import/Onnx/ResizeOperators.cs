using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Reference;

namespace McuAi.ModelConverter.Import.Onnx;

/// <summary>Resize (and its forerunner Upsample) by nearest neighbour.</summary>
internal static class ResizeOperators
{
    public static void Resize(OnnxContext context, OnnxNode node)
    {
        Tensor x = context.Input(node, 0);
        string mode = node.Text("mode", "nearest");
        if (mode != "nearest" || x.Rank is not (3 or 4) || node.Has("axes"))
            throw node.Error($"resizes {x} in mode '{mode}'; images and signals in mode 'nearest' are supported");

        (int[] sizes, float[] scales) = Target(context, node, x);
        if (sizes[0] != x.Shape[0] || sizes[1] != x.Shape[1])
            throw node.Error("resizes batch or channels, which is not supported");

        var attributes = new ResizeAttributes(false, false);
        for (int axis = 2; axis < x.Rank; axis++)
        {
            if (sizes[axis] is < 1 or > 1 << 13)
                throw node.Error($"produces the unusable size {sizes[axis]}");

            int[] wanted = [.. Enumerable.Range(0, sizes[axis])
                .Select(i => Nearest(node, i, x.Shape[axis], sizes[axis], scales[axis]))];
            if (!wanted.SequenceEqual(DataMovement.NearestIndices(x.Shape[axis], sizes[axis], attributes)))
                throw node.Error("picks its pixels in an unsupported way; integer factors with half-pixel centres, or "
                    + "asymmetric coordinates rounded down, are supported");
        }

        Tensor image = SpatialLayout.ToNhwc(context, node, x);
        int[] shape = x.Rank == 4
            ? [sizes[0], sizes[2], sizes[3], sizes[1]]
            : [sizes[0], 1, sizes[2], sizes[1]];
        Tensor y = shape.SequenceEqual(image.Shape)
            ? image
            : context.Emit(node, OperatorKind.ResizeNearest, shape, attributes, image);
        context.Bind(node, 0, SpatialLayout.FromNhwc(context, node, y, x.Rank));
    }

    private static (int[] Sizes, float[] Scales) Target(OnnxContext context, OnnxNode node, Tensor x)
    {
        bool early = node.Opset < 11; // Resize-10 and Upsample: x, scales
        int[]? sizes = early ? null : context.Integers(node, 3, "sizes");
        if (sizes is { Length: > 0 })
        {
            if (sizes.Length != x.Rank)
                throw node.Error($"has {sizes.Length} sizes for {x}");

            return (sizes, [.. sizes.Select((size, i) => size / (float)x.Shape[i])]);
        }

        float[] scales = context.Reals(node, early ? 1 : 2, "scales") ?? [.. node.Attribute("scales")?.Floats ?? []];
        if (scales.Length != x.Rank || scales.Any(scale => !(scale > 0) || scale > 1 << 16))
            throw node.Error($"has unusable scales for {x}");

        return ([.. scales.Select((scale, i) => (int)Math.Min(Math.Floor(x.Shape[i] * (double)scale), 1 << 28))],
            scales);
    }

    /// <summary>The input index that ONNX's formulas pick for output index <paramref name="i"/>.</summary>
    private static int Nearest(OnnxNode node, int i, int input, int output, float scale)
    {
        string transformation =
            node.Text("coordinate_transformation_mode", node.Opset < 11 ? "asymmetric" : "half_pixel");
        double x = transformation switch
        {
            "half_pixel" => ((i + 0.5) / scale) - 0.5,
            "pytorch_half_pixel" => output > 1 ? ((i + 0.5) / scale) - 0.5 : 0,
            "asymmetric" => i / (double)scale,
            "align_corners" => output > 1 ? i * (input - 1.0) / (output - 1) : 0,
            _ => throw node.Error($"has the coordinates '{transformation}', which are not supported"),
        };
        string rounding = node.Text("nearest_mode", node.Opset < 11 ? "floor" : "round_prefer_floor");
        double nearest = rounding switch
        {
            "floor" => Math.Floor(x),
            "ceil" => Math.Ceiling(x),
            "round_prefer_ceil" => Math.Floor(x + 0.5),
            _ => Math.Ceiling(x - 0.5),
        };
        return (int)Math.Clamp(nearest, 0, input - 1);
    }
}
