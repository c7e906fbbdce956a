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
        if (mode != "nearest" || x.Rank is not (3 or 4))
            throw node.Error($"resizes {x} in mode '{mode}'; images and signals in mode 'nearest' are supported");

        (int[] sizes, float[] scales) = Target(context, node, x);
        if (sizes[0] != x.Shape[0] || sizes[1] != x.Shape[1])
            throw node.Error("resizes batch or channels, which is not supported");

        int[] rows = x.Rank == 4 ? Picked(node, x, 2, sizes, scales) : [0];
        int[] columns = Picked(node, x, x.Rank - 1, sizes, scales);
        ResizeAttributes attributes = Like(x, rows, columns);
        Tensor image = SpatialLayout.ToNhwc(context, node, x);
        int[] shape = x.Rank == 4
            ? [sizes[0], sizes[2], sizes[3], sizes[1]]
            : [sizes[0], 1, sizes[2], sizes[1]];
        Tensor y = shape.SequenceEqual(image.Shape)
            ? image
            : context.Emit(node, OperatorKind.ResizeNearest, shape, attributes, image);
        context.Bind(node, 0, SpatialLayout.FromNhwc(context, node, y, x.Rank));
    }

    private static int[] Picked(OnnxNode node, Tensor x, int axis, int[] sizes, float[] scales) =>
        sizes[axis] is < 1 or > 1 << 13
            ? throw node.Error($"produces the unusable size {sizes[axis]}")
            : [.. Enumerable.Range(0, sizes[axis]).Select(i => Nearest(node, i, x.Shape[axis], sizes[axis], scales[axis]))];

    /// <summary>TensorFlow Lite's default where it takes the same pixels.</summary>
    private static ResizeAttributes Like(Tensor x, int[] rows, int[] columns)
    {
        var plain = new ResizeAttributes(false, false);
        int height = x.Rank == 4 ? x.Shape[2] : 1;
        return rows.SequenceEqual(DataMovement.NearestIndices(height, rows.Length, plain))
            && columns.SequenceEqual(DataMovement.NearestIndices(x.Shape[^1], columns.Length, plain))
                ? plain
                : plain with { Rows = rows, Columns = columns };
    }

    private static (int[] Sizes, float[] Scales) Target(OnnxContext context, OnnxNode node, Tensor x)
    {
        bool early = node.Opset < 11; // Resize-10 and Upsample: x, scales
        int[] axes = node.Ints("axes")?.Select(axis => node.Axis(axis, x.Rank)).ToArray()
            ?? [.. Enumerable.Range(0, x.Rank)];
        int[] sizes = [.. x.Shape];
        float[] scales = [.. Enumerable.Repeat(1f, x.Rank)];
        int[]? given = early ? null : context.Integers(node, 3, "sizes");
        if (given is { Length: > 0 })
        {
            if (given.Length != axes.Length || node.Text("keep_aspect_ratio_policy", "stretch") != "stretch")
                throw node.Error($"has {given.Length} sizes for {x}, or keeps the aspect ratio, which is not supported");

            for (int i = 0; i < axes.Length; i++)
            {
                sizes[axes[i]] = given[i];
                scales[axes[i]] = given[i] / (float)x.Shape[axes[i]];
            }

            return (sizes, scales);
        }

        float[] factors = context.Reals(node, early ? 1 : 2, "scales") ?? [.. node.Attribute("scales")?.Floats ?? []];
        if (factors.Length != axes.Length || factors.Any(scale => !(scale > 0) || scale > 1 << 16))
            throw node.Error($"has unusable scales for {x}");

        for (int i = 0; i < axes.Length; i++)
        {
            scales[axes[i]] = factors[i];
            sizes[axes[i]] = (int)Math.Min(Math.Floor(x.Shape[axes[i]] * (double)factors[i]), 1 << 28);
        }

        return (sizes, scales);
    }

    /// <summary>The input index that ONNX's formulas pick for output index <paramref name="i"/>, in float32 like
    /// ONNX Runtime: some positions lie just between two pixels.</summary>
    private static int Nearest(OnnxNode node, int i, int input, int output, float scale)
    {
        string transformation =
            node.Text("coordinate_transformation_mode", node.Opset < 11 ? "asymmetric" : "half_pixel");
        float x = transformation switch
        {
            "half_pixel" => ((i + 0.5f) / scale) - 0.5f,
            "pytorch_half_pixel" => output > 1 ? ((i + 0.5f) / scale) - 0.5f : 0,
            "asymmetric" => i / scale,
            "align_corners" => output > 1 ? i * (float)(input - 1) / (output - 1) : 0,
            _ => throw node.Error($"has the coordinates '{transformation}', which are not supported"),
        };
        string rounding = node.Text("nearest_mode", node.Opset < 11 ? "floor" : "round_prefer_floor");
        float nearest = rounding switch
        {
            "floor" => MathF.Floor(x),
            "ceil" => MathF.Ceiling(x),
            "round_prefer_ceil" => MathF.Floor(x + 0.5f),
            _ => MathF.Ceiling(x - 0.5f),
        };
        return (int)Math.Clamp(nearest, 0, input - 1);
    }
}
