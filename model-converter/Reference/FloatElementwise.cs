using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Reference;

/// <summary>Elementwise operators, softmax and batch normalization in float32.</summary>
internal static class FloatElementwise
{
    /// <summary>Real bounds of a fused activation.</summary>
    public static (float Min, float Max) Bounds(FusedActivation activation) => activation switch
    {
        FusedActivation.Relu => (0, float.PositiveInfinity),
        FusedActivation.ReluN1To1 => (-1, 1),
        FusedActivation.Relu6 => (0, 6),
        _ => (float.NegativeInfinity, float.PositiveInfinity),
    };

    public static void Clamp(Span<float> values, FusedActivation activation)
    {
        if (activation == FusedActivation.None)
            return;

        (float min, float max) = Bounds(activation);
        foreach (ref float value in values)
            value = Math.Clamp(value, min, max);
    }

    public static float Logistic(float x) => (float)(1 / (1 + Math.Exp(-x)));

    /// <summary>False if the node is of another group.</summary>
    public static bool TryExecute(Node node, Func<int, float[]> input, float[] y)
    {
        if (Unary(node) is { } unary)
        {
            float[] x = input(0);
            for (int i = 0; i < y.Length; i++)
                y[i] = unary(x[i]);
        }
        else if (Binary(node.Kind) is { } binary)
        {
            Strides.Combine(node, input(0), input(1), y, binary);
            if (node.Attributes is ActivationAttributes attributes)
                Clamp(y, attributes.Activation);
        }
        else if (node.Kind == OperatorKind.Softmax)
        {
            Softmax(input(0), y, node.Input(0).Shape[^1], node.Get<SoftmaxAttributes>().Beta);
        }
        else if (node.Kind == OperatorKind.BatchNorm)
        {
            BatchNorm(node, input, y);
        }
        else
        {
            return false;
        }

        return true;
    }

    private static Func<float, float>? Unary(Node node)
    {
        switch (node.Kind)
        {
            case OperatorKind.Relu:
                return x => Math.Max(x, 0);
            case OperatorKind.Relu6:
                return x => Math.Clamp(x, 0, 6);
            case OperatorKind.Logistic:
                return Logistic;
            case OperatorKind.Tanh:
                return MathF.Tanh;
            case OperatorKind.HardSwish:
                return x => x * Math.Clamp(x + 3, 0, 6) / 6;
            case OperatorKind.LeakyRelu:
                float alpha = node.Get<LeakyReluAttributes>().Alpha;
                return x => x >= 0 ? x : alpha * x;
            case OperatorKind.Function:
                var function = node.Get<FunctionAttributes>();
                return x => (float)RealFunctions.Of(function, x);
            case OperatorKind.ReluN1To1:
                return x => Math.Clamp(x, -1, 1);
            case OperatorKind.Cast:
                bool integer = node.Output.Type is not (DataType.Float32 or DataType.Bool) &&
                    node.Output.Quantization is null;
                return node.Output.Type == DataType.Bool ? x => x != 0 ? 1 : 0 : integer ? MathF.Truncate : x => x;
            default:
                return null;
        }
    }

    private static Func<float, float, float>? Binary(OperatorKind kind) => kind switch
    {
        OperatorKind.Add => (a, b) => a + b,
        OperatorKind.Sub => (a, b) => a - b,
        OperatorKind.Mul => (a, b) => a * b,
        OperatorKind.Div => (a, b) => a / b,
        OperatorKind.Minimum => Math.Min,
        OperatorKind.Maximum => Math.Max,
        _ => null,
    };

    private static void Softmax(float[] x, float[] y, int depth, float beta)
    {
        for (int row = 0; row < x.Length; row += depth)
        {
            float max = x.AsSpan(row, depth)[0];
            foreach (float value in x.AsSpan(row, depth))
                max = Math.Max(max, value);

            double sum = 0;
            for (int i = row; i < row + depth; i++)
                sum += Math.Exp(beta * (double)(x[i] - max));

            for (int i = row; i < row + depth; i++)
                y[i] = (float)(Math.Exp(beta * (double)(x[i] - max)) / sum);
        }
    }

    private static void BatchNorm(Node node, Func<int, float[]> input, float[] y)
    {
        float[] x = input(0), gamma = input(1), beta = input(2), mean = input(3), variance = input(4);
        float epsilon = node.Get<BatchNormAttributes>().Epsilon;
        for (int i = 0; i < y.Length; i++)
        {
            int c = i % gamma.Length;
            y[i] = (gamma[c] * (x[i] - mean[c]) / MathF.Sqrt(variance[c] + epsilon)) + beta[c];
        }
    }
}
