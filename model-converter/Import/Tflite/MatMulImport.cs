using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Tflite;

/// <summary>FULLY_CONNECTED and BATCH_MATMUL.</summary>
internal static class MatMulImport
{
    /// <summary>TFLite sees the input as rows of K elements whatever its shape; nodes that reshape make that explicit
    /// where the last axis is not K or the output drops axes.</summary>
    public static void FullyConnected(OperatorImport op)
    {
        op.CheckCounts(2, 3);
        Tensor x = op.Input(0);
        Tensor y = op.Output();
        op.CheckNumeric(x);
        op.CheckNumeric(y);
        op.CheckType(y, x.Type, "output");
        if (op.Options.UInt8(1) != 0)
        {
            throw op.Error("has shuffled weights, which are not supported; convert the model with the default format.");
        }

        if (!op.Input(1).IsConstant)
        {
            Activations(op, x, op.Input(1), y);
            return;
        }

        Tensor filter = WeightImport.Weights(op, 1, x, channelAxis: 0);
        op.CheckRank(filter, 2, "filter");
        int units = filter.Shape[0];
        Tensor? bias = WeightImport.Bias(op, 2, x, units);
        int rows = Rows(op, x, filter.Shape[1]);
        if (y.Elements != (long)rows * units)
        {
            throw op.Error($"computes {rows} rows of {units} elements, which its output {y.Name} does not hold.");
        }

        ActivationAttributes attributes = new(op.Activation(0));
        if (x.Rank > 0 && x.Shape[^1] == filter.Shape[1] && y.Shape.AsSpan().SequenceEqual([.. x.Shape[..^1], units]))
        {
            op.Emit(OperatorKind.FullyConnected, [x, filter, bias], [y], attributes);
            return;
        }

        Tensor flat = Flat(op, x, rows, filter.Shape[1]);
        Tensor result = y.Shape.AsSpan().SequenceEqual([rows, units]) ? y : op.Intermediate(y, "rows", rows, units);
        op.Emit(OperatorKind.FullyConnected, [flat, filter, bias], [result], attributes);
        if (result != y)
        {
            op.Emit(OperatorKind.Reshape, result, y, OperatorAttributes.None);
        }
    }

    public static void BatchMatMul(OperatorImport op)
    {
        op.CheckCounts(2, 2);
        Tensor a = op.Input(0);
        Tensor b = op.Input(1);
        Tensor y = op.Output();
        foreach (Tensor tensor in (ReadOnlySpan<Tensor>)[a, b, y])
        {
            op.CheckNumeric(tensor);
            if (tensor.Rank < 2)
            {
                throw op.Error($"multiplies matrices and {tensor.Name} has {tensor.Rank} dimensions.");
            }
        }

        bool hybrid = a.Type == DataType.Float32 && b.IsConstant && b.Type is DataType.Int8 or DataType.Int4;
        b = hybrid ? WeightImport.Dequantize(op, b) : b;
        op.CheckType(b, a.Type, "input");
        op.CheckType(y, a.Type, "output");
        CheckProduct(op, a, b, y, new MatMulAttributes(op.Options.Bool(0), op.Options.Bool(1)));
    }

    /// <summary>A FULLY_CONNECTED whose weights another operator computes is y = x · filterᵀ.</summary>
    private static void Activations(OperatorImport op, Tensor x, Tensor filter, Tensor y)
    {
        if (op.OptionalInput(2) is not null || op.Activation(0) != FusedActivation.None)
        {
            throw op.Error($"has weights {filter.Name} that are not constant together with a bias or an activation.");
        }

        op.CheckNumeric(filter);
        op.CheckType(filter, x.Type, "filter");
        op.CheckRank(filter, 2, "filter");
        int rows = Rows(op, x, filter.Shape[1]);
        op.CheckShape(y, [rows, filter.Shape[0]], "output");
        op.Emit(OperatorKind.BatchMatMul, [Flat(op, x, rows, filter.Shape[1]), filter], [y],
            new MatMulAttributes(TransposeA: false, TransposeB: true));
    }

    private static int Rows(OperatorImport op, Tensor x, int depth) => x.Elements % depth == 0
        ? x.Elements / depth
        : throw op.Error($"has a filter over {depth} elements, of which the {x.Elements} of its input {x.Name} are not "
            + "a multiple.");

    private static Tensor Flat(OperatorImport op, Tensor x, int rows, int depth)
    {
        if (x.Shape.AsSpan().SequenceEqual([rows, depth]))
        {
            return x;
        }

        Tensor flat = op.Intermediate(x, "rows", rows, depth);
        op.Emit(OperatorKind.Reshape, x, flat, OperatorAttributes.None);
        return flat;
    }

    private static void CheckProduct(OperatorImport op, Tensor a, Tensor b, Tensor y, MatMulAttributes attributes)
    {
        (int m, int k) = attributes.TransposeA ? (a.Shape[^1], a.Shape[^2]) : (a.Shape[^2], a.Shape[^1]);
        (int n, int depth) = attributes.TransposeB ? (b.Shape[^2], b.Shape[^1]) : (b.Shape[^1], b.Shape[^2]);
        if (k != depth)
        {
            throw op.Error($"multiplies matrices that are {k} wide and {depth} high.");
        }

        int[] batches = Broadcast.Shapes(op, a.Shape[..^2], b.Shape[..^2]);
        op.CheckShape(y, [.. batches, m, n], "output");
        op.Emit(OperatorKind.BatchMatMul, [a, b], [y], attributes);
    }
}
