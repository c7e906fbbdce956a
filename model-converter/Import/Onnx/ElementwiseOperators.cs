using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Passes;
using McuAi.ModelConverter.Reference;

namespace McuAi.ModelConverter.Import.Onnx;

/// <summary>Operators that work element by element, softmax and batch normalization.</summary>
internal static class ElementwiseOperators
{
    public static void Add(OnnxContext context, OnnxNode node) => Variadic(context, node, OperatorKind.Add);

    public static void Sub(OnnxContext context, OnnxNode node) => Variadic(context, node, OperatorKind.Sub);

    public static void Mul(OnnxContext context, OnnxNode node) => Variadic(context, node, OperatorKind.Mul);

    public static void Min(OnnxContext context, OnnxNode node) => Variadic(context, node, OperatorKind.Minimum);

    public static void Max(OnnxContext context, OnnxNode node) => Variadic(context, node, OperatorKind.Maximum);

    public static void Relu(OnnxContext context, OnnxNode node) => Unary(context, node, OperatorKind.Relu);

    public static void Sigmoid(OnnxContext context, OnnxNode node) => Unary(context, node, OperatorKind.Logistic);

    public static void Tanh(OnnxContext context, OnnxNode node) => Unary(context, node, OperatorKind.Tanh);

    public static void HardSwish(OnnxContext context, OnnxNode node) => Unary(context, node, OperatorKind.HardSwish);

    public static void LeakyRelu(OnnxContext context, OnnxNode node)
    {
        Tensor x = context.Input(node, 0);
        var attributes = new LeakyReluAttributes(node.Float("alpha", 0.01f));
        context.Bind(node, 0, context.Emit(node, OperatorKind.LeakyRelu, x.Shape, attributes, x));
    }

    public static void Identity(OnnxContext context, OnnxNode node) => context.Bind(node, 0, context.Input(node, 0));

    /// <summary>An identity in inference; a model exported in training mode drops at random.</summary>
    public static void Dropout(OnnxContext context, OnnxNode node)
    {
        if (node.HasInput(2) && RealValues.OfConstant(context.Constant(node, 2, "training mode"))[0] != 0
            && (!node.HasInput(1) || context.Reals(node, 1, "ratio")![0] != 0))
            throw node.Error("drops values, as in training; export the model for inference");

        Identity(context, node);
    }

    /// <summary>A function of each element, with the defaults that ONNX gives its parameters.</summary>
    public static OperatorImport Function(RealFunction function, float alpha = 0, float beta = 0) =>
        (context, node) =>
    {
        var attributes = new FunctionAttributes(function, node.Float("alpha", alpha), node.Float(
            function == RealFunction.Selu ? "gamma" : "beta", beta));
        Function(context, node, attributes);
    };

    public static void Gelu(OnnxContext context, OnnxNode node) => Function(context, node,
        new FunctionAttributes(RealFunction.Gelu, node.Text("approximate", "none") == "tanh" ? 1 : 0));

    /// <summary>Squares and square roots only.</summary>
    public static void Pow(OnnxContext context, OnnxNode node)
    {
        Tensor exponent = context.Constant(node, 1, "exponent");
        float[] values = RealValues.OfConstant(exponent);
        RealFunction function = values is [2] ? RealFunction.Square : values is [0.5f] ? RealFunction.Sqrt
            : throw node.Error($"raises to the power {OnnxNode.Show(values)}; 2 and 0.5 are supported");
        Tensor x = context.Input(node, 0);
        Broadcast(node, x.Shape, exponent.Shape);
        Function(context, node, new FunctionAttributes(function));
    }

    /// <summary>A leaky ReLU where there is one slope; else the greater of x and slope * x, or where a slope is above 1
    /// relu(x) + slope * min(x, 0).</summary>
    public static void PRelu(OnnxContext context, OnnxNode node)
    {
        Tensor x = context.Input(node, 0);
        Tensor slope = context.Constant(node, 1, "slope");
        if (!Broadcast(node, x.Shape, slope.Shape).SequenceEqual(x.Shape))
            throw node.Error($"has a slope {slope} for {x}");

        float[] slopes = context.Reals(node, 1, "slope")!;
        if (slopes.Length == 1)
        {
            var attributes = new LeakyReluAttributes(slopes[0]);
            context.Bind(node, 0, context.Emit(node, OperatorKind.LeakyRelu, x.Shape, attributes, x));
            return;
        }

        if (slopes.All(value => value <= 1))
        {
            Tensor scaled = Binary(context, node, OperatorKind.Mul, x, slope);
            context.Bind(node, 0, Binary(context, node, OperatorKind.Maximum, x, scaled));
            return;
        }

        Tensor positive = context.Emit(node, OperatorKind.Relu, x.Shape, OperatorAttributes.None, x);
        var clip = new FunctionAttributes(RealFunction.Clip, float.NegativeInfinity, 0);
        Tensor negative = context.Emit(node, OperatorKind.Function, x.Shape, clip, x);
        context.Bind(node, 0, Binary(context, node, OperatorKind.Add, positive,
            Binary(context, node, OperatorKind.Mul, negative, slope)));
    }

    /// <summary>Division of real numbers becomes multiplication.</summary>
    public static void Div(OnnxContext context, OnnxNode node)
    {
        Tensor a = context.Input(node, 0);
        Tensor b = context.Input(node, 1);
        if (b.IsConstant && OnnxContext.RealType(b) == DataType.Float32 && !a.IsConstant)
        {
            float[] inverse = [.. context.Reals(node, 1, "divisor")!.Select(value => 1 / value)];
            var factor = Tensor.Constant<float>($"1/{b.Name}", DataType.Float32, b.Shape, inverse);
            context.Bind(node, 0, Binary(context, node, OperatorKind.Mul, a, factor));
        }
        else if (!b.IsConstant && b.Type == DataType.Float32)
        {
            Tensor inverse = context.Emit(node, OperatorKind.Function, b.Shape,
                new FunctionAttributes(RealFunction.Reciprocal), b);
            context.Bind(node, 0, Binary(context, node, OperatorKind.Mul, a, inverse));
        }
        else
            Variadic(context, node, OperatorKind.Div);
    }

    /// <summary>To [0, inf) Relu, to [0, 6] Relu6.</summary>
    public static void Clip(OnnxContext context, OnnxNode node)
    {
        Tensor x = context.Input(node, 0);
        float low = Bound(context, node, 1, "min", float.NegativeInfinity);
        float high = Bound(context, node, 2, "max", float.PositiveInfinity);
        low = low <= float.MinValue ? float.NegativeInfinity : low;
        high = high >= float.MaxValue ? float.PositiveInfinity : high;
        if (low == 0 && high is 6 or float.PositiveInfinity)
        {
            Unary(context, node, high == 6 ? OperatorKind.Relu6 : OperatorKind.Relu);
            return;
        }

        if (float.IsFinite(low) || float.IsFinite(high))
            Function(context, node, new FunctionAttributes(RealFunction.Clip, Math.Min(low, high), high));
        else
            Identity(context, node);
    }

    /// <summary>Along one axis since operator set 13; before that over all axes from the given one on.</summary>
    public static void Softmax(OnnxContext context, OnnxNode node)
    {
        Tensor x = context.Input(node, 0);
        if (x.Rank == 0)
            throw node.Error("has a scalar input");

        int axis = node.Axis(node.Int("axis", node.Opset < 13 ? 1 : -1), x.Rank);
        if (node.Opset < 13)
        {
            int outer = x.Shape.Take(axis).Aggregate(1, (product, size) => product * size);
            Tensor rows = axis == x.Rank - 1 ? x : context.Reshape(node, x, outer, x.Elements / outer);
            Tensor y = context.Emit(node, OperatorKind.Softmax, rows.Shape, new SoftmaxAttributes(), rows);
            context.Bind(node, 0, context.Reshape(node, y, x.Shape));
            return;
        }

        int[] last = [.. Enumerable.Range(0, x.Rank).Where(i => i != axis), axis];
        Tensor moved = axis == x.Rank - 1 ? x : context.Transpose(node, x, last);
        Tensor probabilities = context.Emit(node, OperatorKind.Softmax, moved.Shape, new SoftmaxAttributes(), moved);
        context.Bind(node, 0, axis == x.Rank - 1
            ? probabilities
            : context.Transpose(node, probabilities, Axes.Inverse(last)));
    }

    /// <summary>Along axis 1; the graph's BatchNorm is along the last one.</summary>
    public static void BatchNormalization(OnnxContext context, OnnxNode node)
    {
        Tensor x = context.Input(node, 0);
        if (node.Int("training_mode", 0) != 0 || node.Int("spatial", 1) != 1 || x.Rank is < 2 or > 4)
            throw node.Error("is in training mode, not spatial, or has more than 2 spatial dimensions: not supported");

        var constants = new Tensor[4];
        for (int i = 0; i < 4; i++)
        {
            constants[i] = ConstantFolding.Real(context.Constant(node, i + 1, "statistics"), context.Budget);
            if (!constants[i].Shape.SequenceEqual([x.Shape[1]]))
                throw node.Error($"has statistics {constants[i]} for {x.Shape[1]} channels");
        }

        var attributes = new BatchNormAttributes(node.Float("epsilon", 1e-5f));
        int[] last = [0, .. Enumerable.Range(2, x.Rank - 2), 1];
        int[] back = [0, x.Rank - 1, .. Enumerable.Range(1, x.Rank - 2)];
        Tensor moved = x.Rank == 2 ? x : context.Transpose(node, x, last);
        Tensor y = context.Emit(node, OperatorKind.BatchNorm, moved.Shape, attributes, [moved, .. constants]);
        context.Bind(node, 0, x.Rank == 2 ? y : context.Transpose(node, y, back));
    }

    /// <summary>A binary operator with ONNX's (numpy's) broadcasting.</summary>
    public static Tensor Binary(OnnxContext context, OnnxNode node, OperatorKind kind, Tensor a, Tensor b)
    {
        if (OnnxContext.RealType(a) != OnnxContext.RealType(b))
            throw node.Error($"combines {a} and {b} of different types");

        return context.Emit(node, kind, Broadcast(node, a.Shape, b.Shape), new ActivationAttributes(), a, b);
    }

    public static int[] Broadcast(OnnxNode node, int[] a, int[] b)
    {
        int rank = Math.Max(a.Length, b.Length);
        var shape = new int[rank];
        for (int i = 1; i <= rank; i++)
        {
            int left = i <= a.Length ? a[^i] : 1;
            int right = i <= b.Length ? b[^i] : 1;
            if (left != right && left != 1 && right != 1)
                throw node.Error($"combines {OnnxNode.Show(a)} and {OnnxNode.Show(b)}, which cannot be broadcast");

            shape[^i] = left == 1 ? right : left;
        }

        return shape;
    }

    private static void Variadic(OnnxContext context, OnnxNode node, OperatorKind kind)
    {
        Tensor result = context.Input(node, 0);
        for (int i = 1; i < node.Inputs.Length; i++)
            result = Binary(context, node, kind, result, context.Input(node, i));

        context.Bind(node, 0, result);
    }

    private static void Function(OnnxContext context, OnnxNode node, FunctionAttributes attributes)
    {
        Tensor x = context.Input(node, 0);
        context.Bind(node, 0, context.Emit(node, OperatorKind.Function, x.Shape, attributes, x));
    }

    private static void Unary(OnnxContext context, OnnxNode node, OperatorKind kind)
    {
        Tensor x = context.Input(node, 0);
        context.Bind(node, 0, context.Emit(node, kind, x.Shape, OperatorAttributes.None, x));
    }

    private static float Bound(OnnxContext context, OnnxNode node, int index, string attribute, float absent)
    {
        float[]? value = context.Reals(node, index, attribute);
        if (value is { Length: not 1 })
            throw node.Error($"has {value.Length} values as its {attribute}");

        return value?[0] ?? node.Float(attribute, absent);
    }
}
