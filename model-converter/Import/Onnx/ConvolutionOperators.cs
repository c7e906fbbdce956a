using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Passes;

namespace McuAi.ModelConverter.Import.Onnx;

/// <summary>Conv and ConvTranspose. Filters are constant and change from ONNX's [O,I/group,KH,KW] to the graph's
/// layouts here.</summary>
internal static class ConvolutionOperators
{
    private const int MaxGroups = 1024;

    public static void Conv(OnnxContext context, OnnxNode node) => context.Bind(node, 0, Conv(context, node,
        context.Input(node, 0), context.Constant(node, 1, "filter"), Bias(context, node, 2)));

    /// <summary>The convolution of x [N,C,H,W] or [N,C,L] with a constant filter in ONNX's layout.</summary>
    public static Tensor Conv(OnnxContext context, OnnxNode node, Tensor x, Tensor filter, Tensor? bias)
    {
        filter = Image(node, x, filter);
        int groups = node.Int("group", 1);
        int channels = x.Shape[1];
        int outputs = filter.Shape[0];
        if (groups < 1 || filter.Shape[1] == 0 || (long)filter.Shape[1] * groups != channels || outputs % groups != 0)
            throw Mismatch(node, x, filter);

        CheckBias(node, bias, outputs);
        WindowGeometry window = WindowGeometry.Read(node, x.Rank == 3 ? filter.Shape[3..] : filter.Shape[2..]);
        Tensor image = SpatialLayout.ToNhwc(context, node, x);
        (int height, int width) = window.Resolve(node, image.Shape[1], image.Shape[2]);
        var attributes = new ConvAttributes(window.StrideH, window.StrideW, window.DilationH, window.DilationW,
            window.Padding);
        int[] shape = [image.Shape[0], height, width, outputs];
        Tensor y;
        if (groups == 1)
        {
            y = context.Emit(node, OperatorKind.Conv2D, shape, attributes, image,
                ConstantFolding.Permute(filter, [0, 2, 3, 1], context.Budget), bias);
        }
        else if (groups == channels)
        {
            y = context.Emit(node, OperatorKind.DepthwiseConv2D, shape, attributes, image,
                ConstantFolding.Permute(filter, [1, 2, 3, 0], context.Budget), bias);
        }
        else
        {
            Tensor ordered = ConstantFolding.Permute(filter, [0, 2, 3, 1], context.Budget);
            y = Grouped(context, node, OperatorKind.Conv2D, shape, attributes, image, ordered, bias, groups);
        }

        return SpatialLayout.FromNhwc(context, node, y, x.Rank);
    }

    public static void ConvTranspose(OnnxContext context, OnnxNode node)
    {
        Tensor x = context.Input(node, 0);
        Tensor filter = Image(node, x, context.Constant(node, 1, "filter")); // [C, O/group, KH, KW]
        Tensor? bias = Bias(context, node, 2);
        int groups = node.Int("group", 1);
        if (groups < 1 || filter.Shape[0] != x.Shape[1] || filter.Shape[0] % groups != 0 || filter.Shape[1] > 1 << 20)
            throw Mismatch(node, x, filter);

        int outputs = filter.Shape[1] * Math.Min(groups, MaxGroups);
        CheckBias(node, bias, outputs);
        WindowGeometry window = WindowGeometry.Read(node, x.Rank == 3 ? filter.Shape[3..] : filter.Shape[2..]);
        Tensor image = SpatialLayout.ToNhwc(context, node, x);
        (int height, int width) = window.ResolveTransposed(node, image.Shape[1], image.Shape[2], x.Rank - 2);
        var attributes = new ConvAttributes(window.StrideH, window.StrideW, window.DilationH, window.DilationW,
            window.Padding);
        int[] shape = [image.Shape[0], height, width, outputs];
        Tensor y;
        if (groups == 1)
        {
            y = context.Emit(node, OperatorKind.TransposeConv, shape, attributes, image,
                ConstantFolding.Permute(filter, [1, 2, 3, 0], context.Budget), bias);
        }
        else
        {
            y = Grouped(context, node, OperatorKind.TransposeConv, shape, attributes, image,
                OutputsFirst(context, filter, groups), bias, groups);
        }

        context.Bind(node, 0, SpatialLayout.FromNhwc(context, node, y, x.Rank));
    }

    /// <summary>Filter [C, O/group, KH, KW] of a grouped ConvTranspose → [O, KH, KW, C/group].</summary>
    private static Tensor OutputsFirst(OnnxContext context, Tensor filter, int groups)
    {
        int[] shape = filter.Shape;
        bool perAxis = filter.Quantization is { IsPerAxis: true };
        Tensor real = perAxis ? ConstantFolding.Real(filter, context.Budget) : filter;
        Tensor split = ConstantFolding.Reshape(real, groups, shape[0] / groups, shape[1], shape[2], shape[3]);
        Tensor ordered = ConstantFolding.Permute(split, [0, 2, 3, 4, 1], context.Budget);
        return ConstantFolding.Reshape(ordered, groups * shape[1], shape[2], shape[3], shape[0] / groups);
    }

    /// <summary>One convolution for each group, of the slices of the image's channels.</summary>
    private static Tensor Grouped(OnnxContext context, OnnxNode node, OperatorKind kind, int[] shape,
        ConvAttributes attributes, Tensor image, Tensor filter, Tensor? bias, int groups)
    {
        if (groups > MaxGroups)
            throw node.Error($"has {groups} groups; at most {MaxGroups} are supported");

        int[] imagePart = [.. image.Shape[..3], image.Shape[3] / groups];
        int[] outputPart = [.. shape[..3], shape[3] / groups];
        Tensor[] images = context.Emit(node, OperatorKind.Split, [.. Enumerable.Repeat(imagePart, groups)],
            new SplitAttributes(3), image);
        var results = new Tensor[groups];
        for (int group = 0; group < groups; group++)
        {
            Tensor part = ConstantSlices.Outermost(filter, group * outputPart[3], outputPart[3], context.Budget);
            Tensor? biasPart = bias is null
                ? null
                : ConstantSlices.Outermost(bias, group * outputPart[3], outputPart[3], context.Budget);
            results[group] = context.Emit(node, kind, outputPart, attributes, images[group], part, biasPart);
        }

        return context.Emit(node, OperatorKind.Concat, shape, new ConcatAttributes(3), results);
    }

    private static Tensor? Bias(OnnxContext context, OnnxNode node, int index) =>
        node.HasInput(index) ? context.Constant(node, index, "bias") : null;

    private static void CheckBias(OnnxNode node, Tensor? bias, int outputs)
    {
        if (bias is not null && !(bias.Rank == 1 && bias.Shape[0] == outputs))
            throw node.Error($"has a bias of shape {OnnxNode.Show(bias.Shape)} for {outputs} channels");
    }

    /// <summary>The filter of a signal [.,.,K] as one of images [.,.,1,K].</summary>
    private static Tensor Image(OnnxNode node, Tensor x, Tensor filter)
    {
        if (x.Rank != filter.Rank || filter.Rank is not (3 or 4) || filter.Elements == 0)
            throw Mismatch(node, x, filter);

        return filter.Rank == 4
            ? filter
            : ConstantFolding.Reshape(filter, filter.Shape[0], filter.Shape[1], 1, filter.Shape[2]);
    }

    private static ModelException Mismatch(OnnxNode node, Tensor x, Tensor filter) => node.Error(
        $"has an input {OnnxNode.Show(x.Shape)} and a filter {OnnxNode.Show(filter.Shape)} that do not "
        + "fit together (signals and images are supported, with 1 or 2 spatial dimensions)");
}
