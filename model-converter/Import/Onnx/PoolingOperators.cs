using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Onnx;

/// <summary>Pooling and means. A global average is a mean over height and width, because that may change the scale of
/// a quantized model where an average pooling may not.</summary>
internal static class PoolingOperators
{
    public static void AveragePool(OnnxContext context, OnnxNode node) =>
        Pool(context, node, OperatorKind.AveragePool2D);

    public static void MaxPool(OnnxContext context, OnnxNode node) => Pool(context, node, OperatorKind.MaxPool2D);

    public static void GlobalAveragePool(OnnxContext context, OnnxNode node)
    {
        Tensor x = Image(context, node);
        Tensor image = SpatialLayout.ToNhwc(context, node, x);
        Tensor mean = context.Emit(node, OperatorKind.Mean, [image.Shape[0], 1, 1, image.Shape[3]],
            new ReduceAttributes([1, 2], true), image);
        context.Bind(node, 0, SpatialLayout.FromNhwc(context, node, mean, x.Rank));
    }

    public static void GlobalMaxPool(OnnxContext context, OnnxNode node)
    {
        Tensor x = Image(context, node);
        Tensor image = SpatialLayout.ToNhwc(context, node, x);
        var attributes = new PoolAttributes(image.Shape[1], image.Shape[2], 1, 1, default);
        Tensor max = context.Emit(node, OperatorKind.MaxPool2D, [image.Shape[0], 1, 1, image.Shape[3]], attributes,
            image);
        context.Bind(node, 0, SpatialLayout.FromNhwc(context, node, max, x.Rank));
    }

    public static void ReduceMean(OnnxContext context, OnnxNode node)
    {
        Tensor x = context.Input(node, 0);
        int[] axes = context.IntegersOf(node, 1, "axes") ?? [];
        if (axes.Length == 0 && node.Int("noop_with_empty_axes", 0) != 0)
        {
            context.Bind(node, 0, x);
            return;
        }

        axes = axes.Length == 0
            ? [.. Enumerable.Range(0, x.Rank)]
            : [.. axes.Select(axis => node.Axis(axis, x.Rank)).Distinct().Order()];
        bool keep = node.Int("keepdims", 1) != 0;
        int[] shape = keep
            ? [.. x.Shape.Select((size, i) => axes.Contains(i) ? 1 : size)]
            : [.. x.Shape.Where((_, i) => !axes.Contains(i))];
        context.Bind(node, 0, context.Emit(node, OperatorKind.Mean, shape, new ReduceAttributes(axes, keep), x));
    }

    private static void Pool(OnnxContext context, OnnxNode node, OperatorKind kind)
    {
        Tensor x = Image(context, node);
        if (node.HasOutput(1))
            throw node.Error("outputs the indices of its maxima, which is not supported");

        int[] kernel = node.Ints("kernel_shape") ?? throw node.Error("lacks its kernel_shape");
        if (kernel.Length != x.Rank - 2)
            throw node.Error($"has a kernel of {kernel.Length} dimensions for {x}");

        WindowGeometry window = WindowGeometry.Read(node, kernel);
        if (window.DilationH != 1 || window.DilationW != 1)
            throw node.Error("is dilated, which is not supported");

        Tensor image = SpatialLayout.ToNhwc(context, node, x);
        int explicitBottom = window.Padding.Bottom, explicitRight = window.Padding.Right;
        (int height, int width) = window.Resolve(node, image.Shape[1], image.Shape[2]);
        bool count = node.Int("count_include_pad", 0) != 0 && window.Padding != default;
        if (count && node.Int("ceil_mode", 0) != 0
            && (window.Padding.Bottom != explicitBottom || window.Padding.Right != explicitRight))
        {
            throw node.Error("counts its padding and rounds its size up at once, which is not supported");
        }

        var attributes = new PoolAttributes(window.KernelH, window.KernelW, window.StrideH, window.StrideW,
            window.Padding, CountPadding: kind == OperatorKind.AveragePool2D && count);
        Tensor y = context.Emit(node, kind, [image.Shape[0], height, width, image.Shape[3]], attributes, image);
        context.Bind(node, 0, SpatialLayout.FromNhwc(context, node, y, x.Rank));
    }

    private static Tensor Image(OnnxContext context, OnnxNode node)
    {
        Tensor x = context.Input(node, 0);
        return x.Rank is 3 or 4
            ? x
            : throw node.Error($"pools {x.Rank - 2} spatial dimensions ({x}); 1 and 2 are supported");
    }
}
