using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Tflite;

/// <summary>Operators that compute each element from the elements at its place: arithmetic, activations and changes
/// of type.</summary>
internal static class ElementwiseImport
{
    /// <summary>ADD, SUB, MUL and DIV, whose options start with the fused activation.</summary>
    public static void Arithmetic(OperatorImport op, OperatorKind kind)
    {
        (Tensor a, Tensor b, Tensor y) = Operands(op);
        if (a.IsConstant && b.IsConstant && ConstantFolding.Arithmetic(op, kind, a, b, y))
        {
            return;
        }

        op.CheckNumeric(a);
        op.CheckNumeric(b);
        op.CheckNumeric(y);
        op.Emit(kind, [a, b], [y], new ActivationAttributes(op.Activation(0)));
    }

    /// <summary>MINIMUM and MAXIMUM, which have no fused activation.</summary>
    public static void Extremum(OperatorImport op, OperatorKind kind)
    {
        (Tensor a, Tensor b, Tensor y) = Operands(op);
        op.Emit(kind, [a, b], [y], new ActivationAttributes());
    }

    public static void Activation(OperatorImport op, OperatorKind kind) => Unary(op, kind, OperatorAttributes.None);

    public static void LeakyRelu(OperatorImport op)
    {
        float alpha = op.Options.Single(0);
        if (!float.IsFinite(alpha))
        {
            throw op.Error($"has a slope of {alpha}.");
        }

        Unary(op, OperatorKind.LeakyRelu, new LeakyReluAttributes(alpha));
    }

    /// <summary>Along the last axis; an int8 input may have an int16 output.</summary>
    public static void Softmax(OperatorImport op)
    {
        op.CheckCounts(1, 1);
        (Tensor x, Tensor y) = (op.Input(0), op.Output());
        float beta = op.Options.Single(0);
        if (!float.IsFinite(beta) || beta <= 0 || x.Rank == 0)
        {
            throw op.Error($"has a beta of {beta} and an input of {x.Rank} dimensions; beta has to be positive.");
        }

        op.CheckNumeric(x);
        op.CheckNumeric(y);
        op.CheckShape(y, x.Shape, "output");
        if (y.Type != x.Type && (x.Type, y.Type) != (DataType.Int8, DataType.Int16))
        {
            throw op.Error($"has an input of type {x.Type} and an output of type {y.Type}.");
        }

        op.Emit(OperatorKind.Softmax, x, y, new SoftmaxAttributes(beta));
    }

    public static void Quantize(OperatorImport op)
    {
        (Tensor x, Tensor y) = SameShape(op);
        if (y.Quantization is not { IsPerAxis: false } || y.Type == DataType.Float32
            || (x.Type != DataType.Float32 && x.Quantization is null))
        {
            throw op.Error($"turns {x.Type} into {y.Type} without the scales that takes.");
        }

        op.CheckNumeric(x);
        op.Emit(OperatorKind.Quantize, x, y, OperatorAttributes.None);
    }

    /// <summary>Constants become float here; that includes float16 constants, which were widened when read.</summary>
    public static void Dequantize(OperatorImport op)
    {
        (Tensor x, Tensor y) = SameShape(op);
        op.CheckType(y, DataType.Float32, "output");
        if (x.IsConstant)
        {
            ConstantFolding.Dequantize(op, x, y);
            return;
        }

        op.CheckNumeric(x);
        if (x.Quantization is null)
        {
            throw op.Error($"reads {x.Name}, which has no quantization scale.");
        }

        op.Emit(OperatorKind.Dequantize, x, y, OperatorAttributes.None);
    }

    public static void Cast(OperatorImport op)
    {
        (Tensor x, Tensor y) = SameShape(op);
        if (!x.IsConstant || !ConstantFolding.Cast(op, x, y))
        {
            op.Emit(OperatorKind.Cast, x, y, OperatorAttributes.None);
        }
    }

    private static void Unary(OperatorImport op, OperatorKind kind, OperatorAttributes attributes)
    {
        (Tensor x, Tensor y) = SameShape(op);
        op.CheckNumeric(x);
        op.CheckNumeric(y);
        op.CheckType(y, x.Type, "output");
        op.Emit(kind, x, y, attributes);
    }

    private static (Tensor X, Tensor Y) SameShape(OperatorImport op)
    {
        op.CheckCounts(1, 1);
        (Tensor x, Tensor y) = (op.Input(0), op.Output());
        op.CheckShape(y, x.Shape, "output");
        return (x, y);
    }

    private static (Tensor A, Tensor B, Tensor Y) Operands(OperatorImport op)
    {
        op.CheckCounts(2, 2);
        (Tensor a, Tensor b, Tensor y) = (op.Input(0), op.Input(1), op.Output());
        op.CheckType(b, a.Type, "second input");
        op.CheckType(y, a.Type, "output");
        op.CheckShape(y, Broadcast.Shapes(op, a.Shape, b.Shape), "output");
        return a.Type == DataType.Bool ? throw op.Error("computes on values of type Bool.") : (a, b, y);
    }
}
