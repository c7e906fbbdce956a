using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Tflite;

/// <summary>AVERAGE_POOL_2D, MAX_POOL_2D, MEAN and RESIZE_NEAREST_NEIGHBOR: operators over the rows and columns of an
/// image.</summary>
internal static class PoolImport
{
    public static void Pool(OperatorImport op, OperatorKind kind)
    {
        (Tensor x, Tensor y) = Image(op, 1);
        op.CheckShape(y, [x.Shape[0], y.Shape[1], y.Shape[2], x.Shape[3]], "output");
        FlatBufferTable options = op.Options;
        (int H, int W) stride = (op.Positive(options.Int32(2), "stride"), op.Positive(options.Int32(1), "stride"));
        (int H, int W) kernel = (op.Positive(options.Int32(4), "window"), op.Positive(options.Int32(3), "window"));
        Padding padding = WindowGeometry.Resolve(op, options.UInt8(0), (x.Shape[1], x.Shape[2]),
            (y.Shape[1], y.Shape[2]), kernel, stride, (1, 1));
        op.Emit(kind, x, y, new PoolAttributes(kernel.H, kernel.W, stride.H, stride.W, padding, op.Activation(5)));
    }

    public static void Mean(OperatorImport op)
    {
        op.CheckCounts(2, 2);
        (Tensor x, Tensor y) = (op.Input(0), op.Output());
        op.CheckNumeric(x);
        op.CheckNumeric(y);
        op.CheckType(y, x.Type, "output");
        bool keep = op.Options.Bool(0);
        SortedSet<int> axes = [];
        foreach (long axis in op.Integers(1, "axes", 64))
        {
            axes.Add(op.Axis(axis, x.Rank));
        }

        List<int> shape = [];
        for (int axis = 0; axis < x.Rank; axis++)
        {
            if (!axes.Contains(axis))
            {
                shape.Add(x.Shape[axis]);
            }
            else if (keep)
            {
                shape.Add(1);
            }
        }

        op.CheckShape(y, [.. shape], "output");
        op.Emit(OperatorKind.Mean, x, y, new ReduceAttributes([.. axes], keep));
    }

    public static void ResizeNearest(OperatorImport op)
    {
        (Tensor x, Tensor y) = Image(op, 2);
        long[] size = op.Integers(1, "size", 2);
        if (size.Length != 2 || size[0] != y.Shape[1] || size[1] != y.Shape[2])
        {
            throw op.Error($"has a size of {string.Join(" x ", size)} for an output of {y.Shape[1]} x {y.Shape[2]}.");
        }

        op.CheckShape(y, [x.Shape[0], y.Shape[1], y.Shape[2], x.Shape[3]], "output");
        op.Emit(OperatorKind.ResizeNearest, x, y, new ResizeAttributes(op.Options.Bool(0), op.Options.Bool(1)));
    }

    private static (Tensor X, Tensor Y) Image(OperatorImport op, int inputs)
    {
        op.CheckCounts(inputs, inputs);
        (Tensor x, Tensor y) = (op.Input(0), op.Output());
        op.CheckRank(x, 4, "input");
        op.CheckRank(y, 4, "output");
        op.CheckNumeric(x);
        op.CheckType(y, x.Type, "output");
        op.CheckNumeric(y);
        return (x, y);
    }
}
