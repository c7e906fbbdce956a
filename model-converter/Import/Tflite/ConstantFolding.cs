using System.Runtime.InteropServices;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Tflite;

/// <summary>Computes outputs that depend on constants and shapes only. Keras writes a reshape with a dynamic batch as
/// SHAPE, STRIDED_SLICE and PACK; with the batch fixed all of that is known at import.</summary>
internal static class ConstantFolding
{
    public static void Shape(OperatorImport op)
    {
        op.CheckCounts(1, 1);
        Integers(op, op.Output(), op.Input(0).Shape);
    }

    public static void Rank(OperatorImport op)
    {
        op.CheckCounts(1, 1);
        Integers(op, op.Output(), [op.Input(0).Rank]);
    }

    public static void ZerosLike(OperatorImport op)
    {
        op.CheckCounts(1, 1);
        Tensor y = op.Output();
        op.CheckShape(y, op.Input(0).Shape, "output");
        op.CheckType(y, op.Input(0).Type, "output");
        op.Fold(y, op.Allocate(y));
    }

    /// <summary>FILL: shape, value.</summary>
    public static void Fill(OperatorImport op)
    {
        op.CheckCounts(2, 2);
        (Tensor value, Tensor y) = (op.Input(1), op.Output());
        op.CheckType(y, value.Type, "output");
        op.CheckShape(y, op.Dimensions(0, "shape", y.Rank), "output");
        if (value.Data is null || value.Elements != 1)
        {
            throw op.Error($"fills with {value.Name}, which is not a single constant.");
        }

        byte[] data = op.Allocate(y);
        for (int at = 0; at < data.Length; at += value.Data.Length)
        {
            value.Data.CopyTo(data, at);
        }

        op.Fold(y, data);
    }

    /// <summary>Joins constants whose axes before <paramref name="axis"/> are the output's; the rest of each part is
    /// contiguous.</summary>
    public static void Concatenate(OperatorImport op, Tensor[] parts, Tensor y, int axis)
    {
        byte[] data = op.Allocate(y);
        int outer = 1;
        for (int i = 0; i < axis; i++)
        {
            outer *= y.Shape[i];
        }

        int at = 0;
        for (int row = 0; row < outer; row++)
        {
            foreach (Tensor part in parts)
            {
                int bytes = part.Data!.Length / outer;
                part.Data.AsSpan(row * bytes, bytes).CopyTo(data.AsSpan(at));
                at += bytes;
            }
        }

        op.Fold(y, data);
    }

    /// <summary>A transpose (<paramref name="permutation"/>) or a slice (<paramref name="region"/>) of a constant: the
    /// output in its order, each element fetched by the steps of its axes.</summary>
    public static void Move(OperatorImport op, Tensor x, Tensor y, int[] begin, int[]? permutation, Region? region)
    {
        int rank = x.Rank;
        int size = x.Type.HostBytes();
        long[] steps = new long[rank];
        long step = size;
        long from = 0;
        for (int axis = rank - 1; axis >= 0; axis--)
        {
            steps[axis] = step * (region?.Stride[axis] ?? 1);
            from += step * begin[axis];
            step *= x.Shape[axis];
        }

        steps = permutation is null ? steps : Array.ConvertAll(permutation, axis => steps[axis]);
        int[] shape = region?.Size ?? y.Shape;
        int[] index = new int[rank];
        byte[] data = op.Allocate(y);
        for (int at = 0; at < data.Length; at += size)
        {
            x.Data.AsSpan((int)from, size).CopyTo(data.AsSpan(at));
            for (int axis = rank - 1; axis >= 0; axis--)
            {
                from += steps[axis];
                if (++index[axis] < shape[axis])
                {
                    break;
                }

                from -= steps[axis] * shape[axis];
                index[axis] = 0;
            }
        }

        op.Fold(y, data);
    }

    public static void Dequantize(OperatorImport op, Tensor x, Tensor y)
    {
        if (x.Type == DataType.Float32)
        {
            op.Fold(y, x.Data!);
            return;
        }

        if (x.Quantization is null || x.Type is DataType.Int64 or DataType.UInt32 or DataType.UInt64 or DataType.Bool)
        {
            throw op.Error($"reads the {x.Type} constant {x.Name}, which has no usable scale.");
        }

        byte[] data = op.Allocate(y);
        WeightImport.Dequantize(x, MemoryMarshal.Cast<byte, float>(data.AsSpan()));
        op.Fold(y, data);
    }

    /// <summary>Between the types that shapes are computed in; false for others.</summary>
    public static bool Cast(OperatorImport op, Tensor x, Tensor y)
    {
        if (Numbers(op, x) is not { } numbers || y.Type is not (DataType.Int32 or DataType.Int64 or DataType.Float32))
        {
            return false;
        }

        if (y.Type == DataType.Float32)
        {
            op.Budget.Charge(4L * numbers.Length);
            op.Fold(y, Array.ConvertAll(numbers, number => (float)number));
            return true;
        }

        Store(op, y, numbers);
        return true;
    }

    /// <summary>Adds, subtracts or multiplies integers of the same shape or with a single number; false for others.
    /// </summary>
    public static bool Arithmetic(OperatorImport op, OperatorKind kind, Tensor a, Tensor b, Tensor y)
    {
        bool shapes = Math.Min(a.Elements, b.Elements) == 1 || a.Elements == b.Elements;
        if (!shapes || kind is OperatorKind.Div || op.Activation(0) != FusedActivation.None
            || a.Elements > 64 || b.Elements > 64
            || Numbers(op, a) is not { } left || Numbers(op, b) is not { } right)
        {
            return false;
        }

        long[] result = new long[y.Elements];
        for (int i = 0; i < result.Length; i++)
        {
            (long p, long q) = (left[left.Length == 1 ? 0 : i], right[right.Length == 1 ? 0 : i]);
            result[i] = kind switch
            {
                OperatorKind.Add => unchecked(p + q),
                OperatorKind.Sub => unchecked(p - q),
                _ => unchecked(p * q),
            };
        }

        Store(op, y, result);
        return true;
    }

    private static long[]? Numbers(OperatorImport op, Tensor tensor)
    {
        if (tensor.Type is not (DataType.Int32 or DataType.Int64) || tensor.Quantization is not null)
        {
            return null;
        }

        op.Budget.Charge(12L * tensor.Elements);
        return tensor.Type == DataType.Int64
            ? tensor.As<long>().ToArray()
            : Array.ConvertAll(tensor.As<int>().ToArray(), value => (long)value);
    }

    private static void Integers(OperatorImport op, Tensor y, int[] values)
    {
        if (y.Elements != values.Length)
        {
            throw op.Error($"gives {values.Length} numbers, which its output {y.Name} does not hold.");
        }

        Store(op, y, Array.ConvertAll(values, value => (long)value));
    }

    private static void Store(OperatorImport op, Tensor y, long[] values)
    {
        op.Budget.Charge(16L * values.Length);
        switch (y.Type)
        {
            case DataType.Int64:
                op.Fold(y, values);
                break;
            case DataType.Int32:
                op.Fold(y, Array.ConvertAll(values, value => unchecked((int)value)));
                break;
            default:
                throw op.Error($"gives integers, and its output {y.Name} is of type {y.Type}.");
        }
    }
}
