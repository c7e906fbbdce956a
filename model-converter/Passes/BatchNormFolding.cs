using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Reference;

namespace McuAi.ModelConverter.Passes;

/// <summary>y = a[c] x + b[c] after a convolution or dense layer, be it written as BatchNorm or as a product or sum
/// with constants, goes into its weights and bias. A BatchNorm that follows nothing of the kind becomes a
/// depthwise convolution.</summary>
public sealed class BatchNormFolding
{
    private readonly GraphEditor editor;
    private readonly ConstantBudget budget;

    private BatchNormFolding(ModelGraph graph, ConstantBudget budget)
    {
        editor = new GraphEditor(graph);
        this.budget = budget;
    }

    public static void Run(ModelGraph graph, ConstantBudget budget)
    {
        var folding = new BatchNormFolding(graph, budget);
        foreach (Node node in folding.editor.Nodes)
        {
            if (Affine(node) is not { } affine || folding.TryFold(node, affine))
                continue;

            if (node.Kind == OperatorKind.BatchNorm)
                folding.Spell(node, affine);
        }

        folding.editor.Commit();
    }

    /// <summary>y = Factor[c] * X + Offset[c], c along the last axis.</summary>
    private sealed record ChannelAffine(Tensor X, float[] Factor, float[] Offset);

    private static ChannelAffine? Affine(Node node)
    {
        if (node.Output.Rank == 0 || node.Output.Type != DataType.Float32)
            return null;

        if (node.Kind == OperatorKind.BatchNorm)
            return Normalization(node);

        if (node.Kind is not (OperatorKind.Mul or OperatorKind.Add or OperatorKind.Sub)
            || node.Attributes.Activation() != FusedActivation.None)
            return null;

        int side = node.Input(1).IsConstant ? 1 : 0;
        Tensor x = node.Input(1 - side);
        Tensor constant = node.Input(side);
        int channels = node.Output.Shape[^1];
        bool perChannel = constant.Elements == channels && constant.Rank > 0 && constant.Shape[^1] == channels;
        if (!constant.IsConstant || x.IsConstant || !x.Shape.SequenceEqual(node.Output.Shape)
            || !(constant.Elements == 1 || perChannel))
            return null;

        float[] values = RealValues.OfConstant(constant);
        float[] spread = [.. Enumerable.Range(0, channels).Select(c => values[values.Length == 1 ? 0 : c])];
        float[] ones = Filled(channels, 1);
        return node.Kind switch
        {
            OperatorKind.Mul => new ChannelAffine(x, spread, new float[channels]),
            OperatorKind.Add => new ChannelAffine(x, ones, spread),
            _ when side == 1 => new ChannelAffine(x, ones, [.. spread.Select(value => -value)]),
            _ => new ChannelAffine(x, Filled(channels, -1), spread),
        };
    }

    private static ChannelAffine Normalization(Node node)
    {
        ReadOnlySpan<float> gamma = node.Input(1).As<float>(), beta = node.Input(2).As<float>();
        ReadOnlySpan<float> mean = node.Input(3).As<float>(), variance = node.Input(4).As<float>();
        double epsilon = node.Get<BatchNormAttributes>().Epsilon;
        var factor = new float[gamma.Length];
        var offset = new float[gamma.Length];
        for (int c = 0; c < gamma.Length; c++)
        {
            double a = gamma[c] / Math.Sqrt(variance[c] + epsilon);
            factor[c] = (float)a;
            offset[c] = (float)(beta[c] - (a * mean[c]));
        }

        return new ChannelAffine(node.Input(0), factor, offset);
    }

    private bool TryFold(Node node, ChannelAffine affine)
    {
        if (editor.Producer(affine.X) is not { } linear || !OperatorTraits.IsLinear(linear.Kind)
            || linear.Attributes.Activation() != FusedActivation.None || editor.OnlyConsumer(affine.X) != node
            || linear.Output.Type != DataType.Float32
            || Scaled(linear.Input(1), OperatorTraits.OutputAxis(linear.Kind), affine.Factor) is not { } weights)
        {
            return false;
        }

        editor.SetInput(linear, 1, weights);
        Tensor bias = Shifted(linear, affine);
        if (linear.Inputs.Count > 2)
            editor.SetInput(linear, 2, bias);
        else
            editor.AddInput(linear, bias);

        Tensor y = node.Output;
        editor.Remove(node);
        editor.SetOutput(linear, 0, y);
        return true;
    }

    private static Tensor Shifted(Node linear, ChannelAffine affine)
    {
        float[]? old = linear.OptionalInput(2) is { } bias ? RealValues.OfConstant(bias) : null;
        float[] values = [.. affine.Offset.Select((offset, c) => ((old?[c] ?? 0) * affine.Factor[c]) + offset)];
        return Tensor.Constant<float>($"{linear.Output.Name}/bias", DataType.Float32, [values.Length], values);
    }

    /// <summary>Weights times a factor for each output; quantized ones by their scales, null if that cannot
    /// be.</summary>
    private Tensor? Scaled(Tensor weights, int axis, float[] factor)
    {
        if (factor.All(value => value == 1))
            return weights;

        if (weights.Quantization is { } quantization)
        {
            if (factor.Any(value => !(value > 0)) || (quantization.IsPerAxis && quantization.Axis != axis))
                return null;

            float[] scales = [.. factor.Select((value, c) =>
                value * quantization.Scales[quantization.IsPerAxis ? c : 0])];
            int[] zeros = [.. factor.Select((_, c) =>
                quantization.ZeroPoints[quantization.ZeroPoints.Length > 1 ? c : 0])];
            return new Tensor(weights.Name, weights.Type, weights.Shape)
            {
                Data = weights.Data,
                Quantization = new Quantization(scales, zeros, axis),
            };
        }

        budget.Spend(4L * weights.Elements, weights.Name);
        float[] values = weights.As<float>().ToArray();
        int inner = weights.Shape.Skip(axis + 1).Aggregate(1, (product, size) => product * size);
        for (int i = 0; i < values.Length; i++)
            values[i] *= factor[i / inner % factor.Length];

        return Tensor.Constant<float>(weights.Name, DataType.Float32, weights.Shape, values);
    }

    /// <summary>A depthwise convolution of one tap, which has a scale for each channel when it is quantized.</summary>
    private void Spell(Node node, ChannelAffine affine)
    {
        int channels = affine.Factor.Length;
        Tensor y = node.Output;
        int[] image = [1, 1, y.Elements / channels, channels];
        bool isImage = y.Rank == 4;
        Tensor x = isImage ? affine.X : Reshaped(node, affine.X, $"{y.Name}/image", image);
        var factor = Tensor.Constant<float>($"{y.Name}/factor", DataType.Float32, [1, 1, 1, channels], affine.Factor);
        var offset = Tensor.Constant<float>($"{y.Name}/offset", DataType.Float32, [channels], affine.Offset);
        Tensor product = isImage ? y : new Tensor($"{y.Name}/scaled", DataType.Float32, image);
        var depthwise = new Node(OperatorKind.DepthwiseConv2D, node.Name, [x, factor, offset], [product],
            new ConvAttributes(1, 1, 1, 1, default));
        editor.Add(depthwise, node);
        Node last = isImage
            ? depthwise
            : new Node(OperatorKind.Reshape, node.Name, [product], [y], OperatorAttributes.None);
        if (!isImage)
            editor.Add(last, node);

        editor.Remove(node);
        editor.SetOutput(last, 0, y);
    }

    private Tensor Reshaped(Node node, Tensor x, string name, int[] shape)
    {
        var result = new Tensor(name, DataType.Float32, shape);
        editor.Add(new Node(OperatorKind.Reshape, node.Name, [x], [result], OperatorAttributes.None), node);
        return result;
    }

    private static float[] Filled(int count, float value) => [.. Enumerable.Repeat(value, count)];
}
