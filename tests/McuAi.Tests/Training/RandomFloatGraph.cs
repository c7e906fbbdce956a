using McuAi.ModelConverter.Graph;

namespace McuAi.Tests.Training;

/// <summary>Float graphs with random constants, built operator by operator.</summary>
internal sealed class RandomFloatGraph(int seed)
{
    private int made;

    public Random Random { get; } = new(seed);

    public ModelGraph Graph { get; } = new("random");

    public Tensor Input(params int[] shape)
    {
        var input = new Tensor("input", DataType.Float32, shape);
        Graph.Inputs.Add(input);
        return input;
    }

    /// <summary>Values in [least, least + 2).</summary>
    public Tensor Constant(float least, params int[] shape) => Tensor.Constant<float>($"constant {made++}", DataType.Float32,
        shape, [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => least + (2 * Random.NextSingle()))]);

    public Tensor Constant(params int[] shape) => Constant(-1, shape);

    public Tensor Add(OperatorKind kind, OperatorAttributes? attributes, int[] shape, params Tensor?[] inputs)
    {
        var y = new Tensor($"{kind} {made++}", DataType.Float32, shape);
        Graph.Nodes.Add(new Node(kind, y.Name, inputs, [y], attributes ?? OperatorAttributes.None));
        return y;
    }

    public Tensor Pair(OperatorKind kind, int[] shape, Tensor a, Tensor b, FusedActivation activation = default) =>
        Add(kind, new ActivationAttributes(activation), shape, a, b);

    public Tensor Like(OperatorKind kind, Tensor x, OperatorAttributes? attributes = null) => Add(kind, attributes, x.Shape, x);

    /// <summary>A convolution or pooling of any stride, dilation and padding that fits.</summary>
    public Tensor Windowed(OperatorKind kind, Tensor x, int outputs)
    {
        int[] kernel = [Random.Next(1, 4), Random.Next(1, 6)];
        int[] stride = [Random.Next(1, 4), Random.Next(1, 4)];
        bool pool = kind is OperatorKind.AveragePool2D or OperatorKind.MaxPool2D;
        int[] dilation = pool ? [1, 1] : [Random.Next(1, 3), Random.Next(1, 3)];
        (int before, int after, int size)[] axes = [Axis(0), Axis(1)];
        var padding = new Padding(axes[0].before, axes[1].before, axes[0].after, axes[1].after);
        int[] shape = [1, axes[0].size, axes[1].size, outputs];
        FusedActivation activation = (FusedActivation)Random.Next(4);
        if (pool)
            return Add(kind, new PoolAttributes(kernel[0], kernel[1], stride[0], stride[1], padding, activation,
                kind == OperatorKind.AveragePool2D && padding != default && Random.Next(2) == 0), shape, x);
        int[] filter = kind == OperatorKind.DepthwiseConv2D
            ? [1, kernel[0], kernel[1], outputs]
            : [outputs, kernel[0], kernel[1], x.Shape[3]];
        return Add(kind, new ConvAttributes(stride[0], stride[1], dilation[0], dilation[1], padding, activation), shape, x,
            Constant(filter), Random.Next(2) == 0 ? null : Constant(outputs));

        (int, int, int) Axis(int i)
        {
            int reach = ((kernel[i] - 1) * dilation[i]) + 1, size = x.Shape[i + 1];
            int before = Random.Next(kernel[i]), after = Random.Next(kernel[i]);
            if (size + before + after < reach)
                (before, after) = pool ? (0, reach - size - 0) : (before, reach - size - before);
            return (before, after, ((size + before + after - reach) / stride[i]) + 1);
        }
    }
}
