using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Passes;

namespace McuAi.ModelConverter.Import.Onnx;

/// <summary>Gemm and MatMul. A constant right operand [K,N] makes a FullyConnected with weights [N,K].</summary>
internal static class MatrixOperators
{
    /// <summary>y = alpha A' B' + beta C.</summary>
    public static void Gemm(OnnxContext context, OnnxNode node)
    {
        Tensor a = context.Input(node, 0);
        Tensor b = context.Input(node, 1);
        bool transposeB = node.Int("transB", 0) != 0;
        if (a.Rank != 2 || b.Rank != 2)
            throw node.Error($"multiplies {a} and {b}, which are no matrices");

        if (node.Int("transA", 0) != 0)
            a = context.Transpose(node, a, 1, 0);

        Inner(node, a.Shape[1], b.Shape[transposeB ? 1 : 0]);
        int[] shape = [a.Shape[0], b.Shape[transposeB ? 0 : 1]];
        float alpha = node.Float("alpha", 1);
        Tensor? c = Addend(context, node, node.Float("beta", 1));
        Tensor y;
        if (b.IsConstant && !a.IsConstant)
        {
            Tensor rows = transposeB ? b : ConstantFolding.Permute(b, [1, 0], context.Budget);
            Tensor weights = Scaled(context, rows, alpha);
            Tensor? bias = c is { IsConstant: true } ? AsBias(context, c, shape[1]) : null;
            y = context.Emit(node, OperatorKind.FullyConnected, shape, new ActivationAttributes(), a, weights, bias);
            c = bias is null ? c : null;
        }
        else
        {
            y = context.Emit(node, OperatorKind.BatchMatMul, shape, new MatMulAttributes(false, transposeB), a, b);
            if (alpha != 1)
                y = ElementwiseOperators.Binary(context, node, OperatorKind.Mul, y, OnnxContext.Scalar(node, alpha));
        }

        context.Bind(node, 0, c is null ? y : ElementwiseOperators.Binary(context, node, OperatorKind.Add, y, c));
    }

    public static void MatMul(OnnxContext context, OnnxNode node) => context.Bind(node, 0,
        MatMul(context, node, context.Input(node, 0), context.Input(node, 1)));

    /// <summary>numpy's matmul: a vector on the left is a row, on the right a column, and loses that axis.</summary>
    public static Tensor MatMul(OnnxContext context, OnnxNode node, Tensor a, Tensor b)
    {
        if (a.Rank == 0 || b.Rank == 0)
            throw node.Error("multiplies a scalar");

        bool row = a.Rank == 1, column = b.Rank == 1;
        a = row ? context.Reshape(node, a, 1, a.Shape[0]) : a;
        b = column ? context.Reshape(node, b, b.Shape[0], 1) : b;
        Inner(node, a.Shape[^1], b.Shape[^2]);
        int[] batch = ElementwiseOperators.Broadcast(node, a.Shape[..^2], b.Shape[..^2]);
        int[] shape = [.. batch, a.Shape[^2], b.Shape[^1]];
        Tensor y;
        if (b is { IsConstant: true, Rank: 2 } && !a.IsConstant)
        {
            y = context.Emit(node, OperatorKind.FullyConnected, shape, new ActivationAttributes(), a,
                ConstantFolding.Permute(b, [1, 0], context.Budget), null);
        }
        else
            y = context.Emit(node, OperatorKind.BatchMatMul, shape, new MatMulAttributes(false, false), a, b);

        List<int> result = [.. shape];
        if (column)
            result.RemoveAt(shape.Length - 1);

        if (row)
            result.RemoveAt(shape.Length - 2);

        return context.Reshape(node, y, [.. result]);
    }

    private static void Inner(OnnxNode node, int left, int right)
    {
        if (left != right)
            throw node.Error($"multiplies rows of {left} by columns of {right}");
    }

    /// <summary>beta C, or null.</summary>
    private static Tensor? Addend(OnnxContext context, OnnxNode node, float beta)
    {
        Tensor? c = context.Optional(node, 2);
        if (c is null || beta == 0)
            return null;

        if (c.IsConstant)
            return Scaled(context, c, beta);

        Tensor factor = OnnxContext.Scalar(node, beta);
        return beta == 1 ? c : ElementwiseOperators.Binary(context, node, OperatorKind.Mul, c, factor);
    }

    /// <summary>A constant times a factor; a quantized one by its scales.</summary>
    private static Tensor Scaled(OnnxContext context, Tensor constant, float factor)
    {
        if (factor == 1)
            return constant;

        if (constant.Quantization is { } quantization && factor > 0)
        {
            return new Tensor(constant.Name, constant.Type, constant.Shape)
            {
                Data = constant.Data,
                Quantization = quantization with { Scales = [.. quantization.Scales.Select(scale => scale * factor)] },
            };
        }

        float[] values = ConstantFolding.Real(constant, context.Budget).As<float>().ToArray();
        return Tensor.Constant<float>(constant.Name, DataType.Float32, constant.Shape,
            [.. values.Select(value => value * factor)]);
    }

    /// <summary>A bias [N] for every row, or null if the addend differs between rows.</summary>
    private static Tensor? AsBias(OnnxContext context, Tensor c, int outputs)
    {
        if (c.Elements == outputs && (c.Rank == 0 || c.Shape[^1] == outputs))
            return ConstantFolding.Reshape(c, outputs);

        if (c.Elements != 1)
            return null;

        float value = ConstantFolding.Real(c, context.Budget).As<float>()[0];
        context.Budget.Spend(4L * outputs, c.Name);
        return Tensor.Constant<float>(c.Name, DataType.Float32, [outputs], [.. Enumerable.Repeat(value, outputs)]);
    }
}
