using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Tflite;

/// <summary>Functions of one real number, and what can be written with them. In an int8 model they are tables.</summary>
internal static class FunctionImport
{
    public static void Function(OperatorImport op, RealFunction function, float alpha = 0)
    {
        op.CheckCounts(1, 1);
        (Tensor x, Tensor y) = (op.Input(0), op.Output());
        op.CheckNumeric(x);
        op.CheckNumeric(y);
        op.CheckType(y, x.Type, "output");
        op.CheckShape(y, x.Shape, "output");
        op.Emit(OperatorKind.Function, x, y, new FunctionAttributes(function, alpha));
    }

    public static void Gelu(OperatorImport op) => Function(op, RealFunction.Gelu, op.Options.Bool(0) ? 1 : 0);

    /// <summary>A float division becomes a product; an integer one has no operator in the core, and its message says
    /// so.</summary>
    public static void Div(OperatorImport op)
    {
        op.CheckCounts(2, 2);
        (Tensor a, Tensor b, Tensor y) = (op.Input(0), op.Input(1), op.Output());
        if (a.Type != DataType.Float32 || b.Type != DataType.Float32 || y.Type != DataType.Float32)
        {
            ElementwiseImport.Arithmetic(op, OperatorKind.Div);
            return;
        }

        op.CheckShape(y, Broadcast.Shapes(op, a.Shape, b.Shape), "output");
        Tensor inverse = op.Intermediate(b, "inverse", b.Shape);
        if (b.IsConstant)
        {
            op.Fold(inverse, Array.ConvertAll(b.As<float>().ToArray(), value => 1 / value));
        }
        else
        {
            op.Emit(OperatorKind.Function, b, inverse, new FunctionAttributes(RealFunction.Reciprocal));
        }

        op.Emit(OperatorKind.Mul, [a, inverse], [y], new ActivationAttributes(op.Activation(0)));
    }

    /// <summary>relu(x) + slope * min(x, 0) in float. The integer operator would round otherwise, so it is refused.
    /// </summary>
    public static void Prelu(OperatorImport op)
    {
        op.CheckCounts(2, 2);
        (Tensor x, Tensor slope, Tensor y) = (op.Input(0), op.Input(1), op.Output());
        if (x.Type != DataType.Float32 || slope.Type != DataType.Float32 || !slope.IsConstant)
        {
            throw op.Error($"has a {x.Type} input and the slopes {slope.Name}; float models with constant slopes are "
                + "supported. Convert the float model with --calibrate.");
        }

        op.CheckShape(y, Broadcast.Shapes(op, x.Shape, slope.Shape), "output");
        op.CheckShape(y, x.Shape, "output");
        float[] slopes = slope.As<float>().ToArray();
        if (slopes.Length == 1)
        {
            op.Emit(OperatorKind.LeakyRelu, x, y, new LeakyReluAttributes(slopes[0]));
            return;
        }

        Tensor positive = op.Intermediate(x, "positive", x.Shape);
        Tensor negative = op.Intermediate(x, "negative", x.Shape);
        Tensor scaled = op.Intermediate(x, "scaled", x.Shape);
        op.Emit(OperatorKind.Relu, x, positive, OperatorAttributes.None);
        op.Emit(OperatorKind.Function, x, negative,
            new FunctionAttributes(RealFunction.Clip, float.NegativeInfinity, 0));
        op.Emit(OperatorKind.Mul, [negative, slope], [scaled], new ActivationAttributes());
        op.Emit(OperatorKind.Add, [positive, scaled], [y], new ActivationAttributes());
    }
}
