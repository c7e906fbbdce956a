using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Onnx;

/// <summary>Kernel, stride, dilation and padding of a convolution or pooling, as height and width; a signal has
/// height 1.</summary>
internal sealed class WindowGeometry
{
    private const int Limit = 1 << 20;
    private readonly int[] kernel;
    private readonly int[] stride;
    private readonly int[] dilation;
    private readonly int[] before;
    private readonly int[] after;

    private WindowGeometry(int[] kernel, int[] stride, int[] dilation, int[] before, int[] after)
    {
        (this.kernel, this.stride, this.dilation) = (kernel, stride, dilation);
        (this.before, this.after) = (before, after);
    }

    public int KernelH => kernel[0];

    public int KernelW => kernel[1];

    public int StrideH => stride[0];

    public int StrideW => stride[1];

    public int DilationH => dilation[0];

    public int DilationW => dilation[1];

    public Padding Padding => new(before[0], before[1], after[0], after[1]);

    /// <summary>Reads the attributes of a node with <paramref name="kernel"/> of 1 or 2 dimensions. The padding of
    /// auto_pad is not known yet: <see cref="Resolve"/>.</summary>
    public static WindowGeometry Read(OnnxNode node, int[] kernel)
    {
        int rank = kernel.Length;
        int[] stride = node.Ints("strides", rank, 1);
        int[] dilation = node.Ints("dilations", rank, 1);
        int[] pads = node.Ints("pads", 2 * rank, 0);
        if (node.Ints("kernel_shape") is { } declared && !declared.SequenceEqual(kernel))
            throw node.Error($"declares the kernel {OnnxNode.Show(declared)} but has {OnnxNode.Show(kernel)}");

        if (kernel.Concat(stride).Concat(dilation).Any(value => value is < 1 or > Limit)
            || pads.Any(pad => pad is < 0 or > Limit))
            throw node.Error("has an unusable kernel, stride, dilation or padding");

        return new WindowGeometry(Image(kernel, 1), Image(stride, 1), Image(dilation, 1), Image(pads[..rank], 0),
            Image(pads[rank..], 0));
    }

    /// <summary>Rows and columns that slide over an image [H,W].</summary>
    public (int H, int W) Resolve(OnnxNode node, int height, int width)
    {
        bool ceiling = node.Int("ceil_mode", 0) != 0;
        return (Slide(node, 0, height, ceiling), Slide(node, 1, width, ceiling));
    }

    /// <summary>Rows and columns of a transposed convolution over an image [H,W].</summary>
    public (int H, int W) ResolveTransposed(OnnxNode node, int height, int width, int rank)
    {
        int[] extra = Image(node.Ints("output_padding", rank, 0), 0);
        int[]? wanted = node.Ints("output_shape") is { } shape ? Image(Spatial(node, shape, rank), 1) : null;
        return (Grow(node, 0, height, extra, wanted), Grow(node, 1, width, extra, wanted));
    }

    private int Slide(OnnxNode node, int axis, int size, bool ceiling)
    {
        string pad = node.Text("auto_pad", "NOTSET");
        int reach = ((kernel[axis] - 1) * dilation[axis]) + 1;
        if (pad is "SAME_UPPER" or "SAME_LOWER")
        {
            int same = (size + stride[axis] - 1) / stride[axis];
            int total = Math.Max(((same - 1) * stride[axis]) + reach - size, 0);
            before[axis] = pad == "SAME_UPPER" ? total / 2 : total - (total / 2);
            after[axis] = total - before[axis];
            return same;
        }

        if (pad == "VALID")
            before[axis] = after[axis] = 0;
        else if (pad is not ("NOTSET" or ""))
            throw node.Error($"has the unknown auto_pad '{pad}'");

        int room = size + before[axis] + after[axis] - reach;
        if (room < 0)
            throw node.Error($"has a kernel of {reach} for an image of {size + before[axis] + after[axis]} pixels");

        int output = (room / stride[axis]) + 1;
        // A last window that begins in the image, or in the padding before it, is kept when rounding up.
        if (ceiling && room % stride[axis] != 0 && output * stride[axis] < size + before[axis])
        {
            output++;
            after[axis] = ((output - 1) * stride[axis]) + reach - size - before[axis];
        }

        return output;
    }

    private int Grow(OnnxNode node, int axis, int size, int[] extra, int[]? wanted)
    {
        string pad = node.Text("auto_pad", "NOTSET");
        long window = ((kernel[axis] - 1L) * dilation[axis]) + 1;
        long reach = ((long)stride[axis] * (size - 1)) + extra[axis] + window;
        if (wanted is not null || pad is "SAME_UPPER" or "SAME_LOWER")
        {
            long output = wanted?[axis] ?? (long)size * stride[axis];
            long total = Math.Max(reach - output, 0);
            before[axis] = (int)(pad == "SAME_UPPER" ? total / 2 : total - (total / 2));
            // An output beyond the reach is filled with the bias: padding of less than nothing.
            after[axis] = (int)(output > reach ? reach - output : total - before[axis]);
        }
        else if (pad == "VALID")
            before[axis] = after[axis] = 0;

        long grown = reach - before[axis] - after[axis];
        return grown is > 0 and < 1 << 28 && before[axis] <= Limit && extra[axis] is >= 0 and < Limit
            ? (int)grown
            : throw node.Error($"produces the impossible size {grown}");
    }

    /// <summary>output_shape may begin with batch and channels.</summary>
    private static int[] Spatial(OnnxNode node, int[] shape, int rank) => shape.Length >= rank
        ? shape[^rank..]
        : throw node.Error($"has an output_shape of {shape.Length} dimensions");

    private static int[] Image(int[] values, int height) => values.Length == 1 ? [height, values[0]] : values;
}
