using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Tflite;

/// <summary>Operators that move elements without computing: reshapes, transposes, padding, joining and splitting.
/// Those of constants happen here.</summary>
internal static class ShapeImport
{
    /// <summary>RESHAPE, SQUEEZE and EXPAND_DIMS: the output's shape says it all.</summary>
    public static void Reshape(OperatorImport op)
    {
        op.CheckCounts(1, 2);
        (Tensor x, Tensor y) = Moved(op);
        if (x.Elements != y.Elements)
        {
            throw op.Error($"turns {x.Elements} elements of {x.Name} into {y.Elements} of {y.Name}.");
        }

        Reshape(op, x, y);
    }

    public static void Reshape(OperatorImport op, Tensor x, Tensor y)
    {
        if (x.Data is { } data)
        {
            op.Fold(y, data);
            return;
        }

        op.Emit(OperatorKind.Reshape, x, y, OperatorAttributes.None);
    }

    public static void Transpose(OperatorImport op)
    {
        op.CheckCounts(2, 2);
        (Tensor x, Tensor y) = Moved(op);
        int[] permutation = Array.ConvertAll(op.Integers(1, "permutation", x.Rank), axis => op.Axis(axis, x.Rank));
        if (permutation.Length != x.Rank || permutation.Distinct().Count() != x.Rank)
        {
            throw op.Error($"has the permutation [{string.Join(", ", permutation)}] of {x.Rank} axes.");
        }

        op.CheckShape(y, Array.ConvertAll(permutation, axis => x.Shape[axis]), "output");
        if (x.IsConstant)
        {
            ConstantFolding.Move(op, x, y, new int[x.Rank], permutation, null);
            return;
        }

        op.Emit(OperatorKind.Transpose, x, y, new TransposeAttributes(permutation));
    }

    /// <summary>PAD and PADV2, whose third input is the value; quantized models pad with its real number.</summary>
    public static void Pad(OperatorImport op)
    {
        op.CheckCounts(2, 3);
        (Tensor x, Tensor y) = Moved(op);
        long[] paddings = op.Integers(1, "paddings", 2 * x.Rank);
        if (paddings.Length != 2 * x.Rank || Array.Exists(paddings, p => p is < 0 or > TfliteTensors.ElementLimit))
        {
            throw op.Error($"has the paddings [{string.Join(", ", paddings)}] for {x.Rank} axes.");
        }

        int[] before = new int[x.Rank];
        int[] after = new int[x.Rank];
        int[] shape = new int[x.Rank];
        for (int axis = 0; axis < x.Rank; axis++)
        {
            (before[axis], after[axis]) = ((int)paddings[2 * axis], (int)paddings[(2 * axis) + 1]);
            shape[axis] = x.Shape[axis] + before[axis] + after[axis];
        }

        op.CheckShape(y, shape, "output");
        op.Emit(OperatorKind.Pad, x, y, new PadAttributes(before, after, PadValue(op, x)));
    }

    private static double PadValue(OperatorImport op, Tensor x)
    {
        if (op.OptionalInput(2) is null)
        {
            return 0;
        }

        Tensor value = op.Input(2);
        op.CheckType(value, x.Type, "value");
        if (value.Data is null || value.Elements != 1)
        {
            throw op.Error($"pads with {value.Name}, which is not a single constant.");
        }

        double number = value.Type switch
        {
            DataType.Float32 => value.As<float>()[0],
            DataType.Int8 => value.As<sbyte>()[0],
            DataType.UInt8 => value.As<byte>()[0],
            DataType.Int16 => value.As<short>()[0],
            DataType.Int32 => value.As<int>()[0],
            _ => throw op.Error($"pads with a value of type {value.Type}, which is not supported."),
        };
        Quantization? quantization = value.Quantization ?? x.Quantization;
        number = quantization is null ? number : quantization.Scale * (number - quantization.ZeroPoint);
        return double.IsFinite(number) ? number : throw op.Error($"pads with {number}.");
    }

    public static void Concatenation(OperatorImport op)
    {
        op.CheckCounts(1, int.MaxValue);
        Tensor y = op.Output();
        Tensor[] parts = new Tensor[op.InputCount];
        int axis = op.Axis(op.Options.Int32(0), y.Rank);
        long total = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = op.Input(i);
            op.CheckType(parts[i], y.Type, "input");
            total += CheckPart(op, parts[i], y, axis);
        }

        if (total != y.Shape[axis])
        {
            throw op.Error($"joins {total} along axis {axis}, where its output {y.Name} has {y.Shape[axis]}.");
        }

        ConcatAttributes attributes = new(axis, op.Activation(1));
        if (attributes.Activation == FusedActivation.None && Array.TrueForAll(parts, part => part.IsConstant))
        {
            ConstantFolding.Concatenate(op, parts, y, axis);
            return;
        }

        op.Emit(OperatorKind.Concat, parts, [y], attributes);
    }

    /// <summary>SPLIT: axis, input → equal parts.</summary>
    public static void Split(OperatorImport op)
    {
        op.CheckCounts(2, 2, Math.Max(op.OutputCount, 1));
        Tensor x = op.Input(1);
        int axis = SplitAxis(op, op.Integers(0, "axis", 1), x);
        Split(op, x, axis, Enumerable.Repeat((long)x.Shape[axis] / op.OutputCount, op.OutputCount).ToArray());
    }

    /// <summary>SPLIT_V: input, sizes (one may be -1, the rest), axis → parts of those sizes.</summary>
    public static void SplitV(OperatorImport op)
    {
        op.CheckCounts(3, 3, Math.Max(op.OutputCount, 1));
        Tensor x = op.Input(0);
        int axis = SplitAxis(op, op.Integers(2, "axis", 1), x);
        long[] sizes = op.Integers(1, "sizes", op.OutputCount);
        int rest = Array.IndexOf(sizes, -1);
        if (rest >= 0)
        {
            sizes[rest] = x.Shape[axis] - sizes.Sum(size => Math.Clamp(size, 0, TfliteTensors.ElementLimit));
        }

        Split(op, x, axis, sizes);
    }

    private static int SplitAxis(OperatorImport op, long[] axis, Tensor x) =>
        axis.Length == 1 ? op.Axis(axis[0], x.Rank) : throw op.Error("lacks its axis.");

    private static void Split(OperatorImport op, Tensor x, int axis, long[] sizes)
    {
        Tensor[] parts = new Tensor[op.OutputCount];
        long total = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = op.Output(i);
            op.CheckType(parts[i], x.Type, "output");
            int size = CheckPart(op, parts[i], x, axis);
            total += size;
            if (sizes.Length != parts.Length || size != sizes[i])
            {
                throw op.Error($"has the part {parts[i].Name} of {size} along axis {axis}, which is not its size.");
            }
        }

        if (total != x.Shape[axis])
        {
            throw op.Error($"splits {x.Shape[axis]} along axis {axis} into parts of {total} together.");
        }

        op.Emit(OperatorKind.Split, [x], parts, new SplitAttributes(axis));
    }

    /// <summary>Size of a part along the axis; its other axes have to be those of the whole.</summary>
    private static int CheckPart(OperatorImport op, Tensor part, Tensor whole, int axis)
    {
        int[] expected = [.. whole.Shape];
        if (part.Rank == whole.Rank)
        {
            expected[axis] = part.Shape[axis];
        }

        op.CheckShape(part, expected, "part");
        return part.Shape[axis];
    }

    private static (Tensor X, Tensor Y) Moved(OperatorImport op)
    {
        (Tensor x, Tensor y) = (op.Input(0), op.Output());
        op.CheckType(y, x.Type, "output");
        return (x, y);
    }
}
