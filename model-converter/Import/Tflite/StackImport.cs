using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Tflite;

/// <summary>PACK, UNPACK, GATHER, TILE and BROADCAST_TO: slices and joins in other words.</summary>
internal static class StackImport
{
    private const int MostParts = 512;

    /// <summary>Inputs of one shape stacked along a new axis.</summary>
    public static void Pack(OperatorImport op)
    {
        op.CheckCounts(1, MostParts);
        Tensor y = op.Output();
        int axis = op.Axis(op.Options.Int32(1), y.Rank);
        int[] shape = [.. y.Shape[..axis], .. y.Shape[(axis + 1)..]];
        Tensor[] parts = [.. Enumerable.Range(0, op.InputCount).Select(op.Input)];
        foreach (Tensor part in parts)
        {
            op.CheckType(part, y.Type, "input");
            op.CheckShape(part, shape, "input");
        }

        if (parts.Length != y.Shape[axis])
        {
            throw op.Error($"stacks {parts.Length} inputs, where its output {y.Name} has {y.Shape[axis]}.");
        }

        if (Array.TrueForAll(parts, part => part.IsConstant))
        {
            ConstantFolding.Concatenate(op, parts, y, axis);
            return;
        }

        int[] one = [.. y.Shape];
        one[axis] = 1;
        op.Emit(OperatorKind.Concat, [.. parts.Select(part => Reshaped(op, part, one))], [y], new ConcatAttributes(axis));
    }

    /// <summary>The slices along an axis, which they lose.</summary>
    public static void Unpack(OperatorImport op)
    {
        op.CheckCounts(1, 1, Math.Max(op.OutputCount, 1));
        Tensor x = op.Input(0);
        int axis = op.Axis(op.Options.Int32(1), x.Rank);
        if (x.Shape[axis] != op.OutputCount || x.IsConstant)
        {
            throw op.Error($"takes {x.Name} apart into {op.OutputCount} outputs; it has {x.Shape[axis]} slices, and "
                + "constants are not supported.");
        }

        int[] shape = [.. x.Shape[..axis], .. x.Shape[(axis + 1)..]];
        int[] one = [.. x.Shape];
        one[axis] = 1;
        for (int i = 0; i < op.OutputCount; i++)
        {
            Tensor y = op.Output(i);
            op.CheckType(y, x.Type, "output");
            op.CheckShape(y, shape, "output");
            Tensor slice = op.Intermediate(y, "slice", one);
            op.Emit(OperatorKind.Slice, x, slice, new SliceAttributes(At(x.Rank, axis, i), Ones(x.Rank)));
            op.Emit(OperatorKind.Reshape, slice, y, OperatorAttributes.None);
        }
    }

    /// <summary>The slices at constant indices.</summary>
    public static void Gather(OperatorImport op)
    {
        op.CheckCounts(2, 2);
        (Tensor x, Tensor y) = (op.Input(0), op.Output());
        op.CheckType(y, x.Type, "output");
        int axis = op.Axis(op.Options.Int32(0), x.Rank);
        long[] indices = op.Integers(1, "indices", MostParts);
        if (op.Options.Int32(1) != 0 || x.IsConstant || indices.Length == 0
            || Array.Exists(indices, index => index < 0 || index >= x.Shape[axis]))
        {
            throw op.Error($"picks from {x.Name}: a computed tensor, indices within its {x.Shape[axis]} slices and no "
                + "batch dimensions are supported.");
        }

        op.CheckShape(y, [.. x.Shape[..axis], .. op.Input(1).Shape, .. x.Shape[(axis + 1)..]], "output");
        int[] one = [.. x.Shape];
        one[axis] = 1;
        Tensor?[] parts = [.. indices.Select(index =>
        {
            Tensor slice = op.Intermediate(y, $"slice{index}", one);
            op.Emit(OperatorKind.Slice, x, slice, new SliceAttributes(At(x.Rank, axis, (int)index), Ones(x.Rank)));
            return slice;
        })];
        int[] joined = [.. x.Shape];
        joined[axis] = parts.Length;
        Tensor whole = parts.Length == 1 ? parts[0]! : op.Intermediate(y, "joined", joined);
        if (parts.Length > 1)
        {
            op.Emit(OperatorKind.Concat, parts, [whole], new ConcatAttributes(axis));
        }

        op.Emit(OperatorKind.Reshape, whole, y, OperatorAttributes.None);
    }

    public static void Tile(OperatorImport op)
    {
        op.CheckCounts(2, 2);
        (Tensor x, Tensor y) = (op.Input(0), op.Output());
        long[] times = op.Integers(1, "multiples", x.Rank);
        if (times.Length != x.Rank || Array.Exists(times, count => count is < 1 or > MostParts))
        {
            throw op.Error($"repeats by [{string.Join(", ", times)}], for {x.Rank} axes; 1 to {MostParts} are supported.");
        }

        Repeat(op, x, Array.ConvertAll(times, count => (int)count), y);
    }

    public static void BroadcastTo(OperatorImport op)
    {
        op.CheckCounts(2, 2);
        (Tensor x, Tensor y) = (op.Input(0), op.Output());
        op.CheckShape(y, op.Dimensions(1, "shape", y.Rank), "output");
        if (!Broadcast.Shapes(op, x.Shape, y.Shape).AsSpan().SequenceEqual(y.Shape))
        {
            throw op.Error($"broadcasts {x.Name} to the smaller {y.Name}.");
        }

        int[] shape = [.. Enumerable.Repeat(1, y.Rank - x.Rank), .. x.Shape];
        int[] times = [.. y.Shape.Select((size, axis) => shape[axis] == size ? 1 : size)];
        if (Array.Exists(times, count => count > MostParts))
        {
            throw op.Error($"repeats more than {MostParts} times.");
        }

        Repeat(op, Reshaped(op, x, shape), times, y);
    }

    private static void Repeat(OperatorImport op, Tensor x, int[] times, Tensor y)
    {
        op.CheckType(y, x.Type, "output");
        op.CheckShape(y, [.. x.Shape.Select((size, axis) =>
            (int)Math.Min((long)size * times[axis], int.MaxValue))], "output");
        if (x.IsConstant)
        {
            throw op.Error($"repeats the constant {x.Name}, which is not supported; store it repeated.");
        }

        for (int axis = 0; axis < times.Length; axis++)
        {
            if (times[axis] == 1)
            {
                continue;
            }

            int[] shape = [.. x.Shape];
            shape[axis] *= times[axis];
            Tensor longer = op.Intermediate(x, $"times{times[axis]}", shape);
            op.Emit(OperatorKind.Concat, [.. Enumerable.Repeat(x, times[axis])], [longer], new ConcatAttributes(axis));
            x = longer;
        }

        op.Emit(OperatorKind.Reshape, x, y, OperatorAttributes.None);
    }

    private static Tensor Reshaped(OperatorImport op, Tensor x, int[] shape)
    {
        if (shape.AsSpan().SequenceEqual(x.Shape))
        {
            return x;
        }

        Tensor y = op.Intermediate(x, "reshaped", shape);
        ShapeImport.Reshape(op, x, y);
        return y;
    }

    private static int[] At(int rank, int axis, int index)
    {
        int[] begin = new int[rank];
        begin[axis] = index;
        return begin;
    }

    private static int[] Ones(int rank) => [.. Enumerable.Repeat(1, rank)];
}
