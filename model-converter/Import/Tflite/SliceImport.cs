using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Tflite;

/// <summary>SLICE and STRIDED_SLICE become a start, a step and a size for every axis.</summary>
internal static class SliceImport
{
    public static void Slice(OperatorImport op)
    {
        op.CheckCounts(3, 3);
        Tensor x = op.Input(0);
        long[] begin = op.Integers(1, "begin", x.Rank);
        long[] size = op.Integers(2, "size", x.Rank);
        if (begin.Length != x.Rank || size.Length != x.Rank)
        {
            throw op.Error($"has {begin.Length} begins and {size.Length} sizes for {x.Rank} axes.");
        }

        Region region = new(x.Shape);
        for (int axis = 0; axis < x.Rank; axis++)
        {
            long count = size[axis] == -1 ? x.Shape[axis] - begin[axis] : size[axis];
            if (begin[axis] < 0 || begin[axis] >= x.Shape[axis] || count < 1 || count > x.Shape[axis] - begin[axis])
            {
                throw op.Error($"takes {size[axis]} elements from {begin[axis]} of axis {axis}, which has "
                    + $"{x.Shape[axis]}.");
            }

            (region.Begin[axis], region.Size[axis]) = ((int)begin[axis], (int)count);
        }

        Emit(op, x, region, region.Size);
    }

    public static void StridedSlice(OperatorImport op)
    {
        op.CheckCounts(4, 4);
        Tensor x = op.Input(0);
        StridedSliceSpec spec = new(op);
        Region region = new(x.Shape);
        int[] shape = spec.Apply(x.Shape, region);
        Emit(op, x, region, shape);
    }

    /// <summary>Emits a slice, and a reshape when the output drops or adds axes of 1.</summary>
    private static void Emit(OperatorImport op, Tensor x, Region region, int[] shape)
    {
        Tensor y = op.Output();
        op.CheckType(y, x.Type, "output");
        op.CheckShape(y, shape, "output");
        if (x.IsConstant)
        {
            ConstantFolding.Move(op, x, y, region.Begin, null, region);
            return;
        }

        bool sameShape = shape.AsSpan().SequenceEqual(region.Size);
        Tensor result = sameShape ? y : op.Intermediate(y, "slice", region.Size);
        op.Emit(OperatorKind.Slice, x, result, new SliceAttributes(region.Begin, region.Stride));
        if (!sameShape)
        {
            op.Emit(OperatorKind.Reshape, result, y, OperatorAttributes.None);
        }
    }
}

/// <summary>Elements <c>Begin + i * Stride</c>, i &lt; <c>Size</c>, of every axis; at first the whole tensor.
/// </summary>
internal sealed class Region(int[] shape)
{
    public int[] Begin { get; } = new int[shape.Length];

    public int[] Stride { get; } = Enumerable.Repeat(1, shape.Length).ToArray();

    public int[] Size { get; } = [.. shape];
}
