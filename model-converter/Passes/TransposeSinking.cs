using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Passes;

/// <summary>Rules that swap a transpose with the node that reads it: op(transpose(x)) = transpose(op'(x)).</summary>
internal sealed class TransposeSinking(GraphEditor editor, ConstantBudget budget, Action<Node> changed)
{
    public void TrySink(Node transpose, Node node)
    {
        int[] permutation = transpose.Get<TransposeAttributes>().Permutation;
        Tensor x = transpose.Input(0);
        int rank = permutation.Length;
        OperatorAttributes same = node.Attributes;
        switch (node.Kind)
        {
            case var kind when OperatorTraits.IsUnaryElementwise(kind):
                Sink(node, [x], same, permutation);
                break;
            case var kind when OperatorTraits.IsBinaryElementwise(kind):
                if (node.Output.Rank == rank && Untransposed(node, permutation) is { } operands)
                    Sink(node, operands, same, permutation);
                break;
            case OperatorKind.Concat:
                if (Untransposed(node, permutation) is { } parts)
                {
                    var concat = node.Get<ConcatAttributes>();
                    Sink(node, parts, concat with { Axis = permutation[concat.Axis] }, permutation);
                }

                break;
            case OperatorKind.Split:
                Sink(node, [x], new SplitAttributes(permutation[node.Get<SplitAttributes>().Axis]), permutation);
                break;
            case OperatorKind.Slice or OperatorKind.Pad:
                Sink(node, [x], ByAxis(same, Axes.Inverse(permutation)), permutation);
                break;
            case OperatorKind.Mean:
                SinkMean(node, x, permutation);
                break;
            case OperatorKind.Softmax or OperatorKind.FullyConnected or OperatorKind.BatchNorm:
                if (permutation[^1] == rank - 1 && node.Inputs.IndexOf(transpose.Output) == 0)
                    Sink(node, [x, .. node.Inputs.Skip(1)], same, permutation);
                break;
            case OperatorKind.Reshape:
                SinkUnitReshape(node, x, permutation);
                break;
            default:
                break;
        }
    }

    private static OperatorAttributes ByAxis(OperatorAttributes attributes, int[] inverse) => attributes switch
    {
        SliceAttributes slice =>
            new SliceAttributes(Axes.Permute(slice.Begin, inverse), Axes.Permute(slice.Stride, inverse)),
        PadAttributes pad =>
            new PadAttributes(Axes.Permute(pad.Before, inverse), Axes.Permute(pad.After, inverse), pad.Value),
        _ => attributes,
    };

    /// <summary>The inputs as they are before <paramref name="permutation"/>, if that costs no transpose: they come
    /// out of the same one, are constant, or have no two axes to exchange.</summary>
    private Tensor[]? Untransposed(Node node, int[] permutation)
    {
        int[] inverse = Axes.Inverse(permutation);
        int rank = permutation.Length;
        foreach (Tensor? input in node.Inputs)
        {
            if (!(input!.IsConstant ? input.Quantization is not { IsPerAxis: true } : Comes(input, permutation)
                || (input.Rank <= rank && Axes.KeepsOrder(Axes.Extend(input.Shape, rank), inverse))))
            {
                return null;
            }
        }

        return [.. node.Inputs.Select(input => Untransposed(node, input!, permutation, inverse))];
    }

    private bool Comes(Tensor input, int[] permutation) =>
        editor.Producer(input, OperatorKind.Transpose) is { } producer
        && producer.Get<TransposeAttributes>().Permutation.SequenceEqual(permutation);

    private Tensor Untransposed(Node node, Tensor input, int[] permutation, int[] inverse)
    {
        if (!input.IsConstant && Comes(input, permutation))
            return editor.Producer(input)!.Input(0);

        if (input.Elements == 1 && input.Rank < permutation.Length)
            return input;

        int[] extended = Axes.Extend(input.Shape, permutation.Length);
        if (input.IsConstant)
            return ConstantFolding.Permute(ConstantFolding.Reshape(input, extended), inverse, budget);

        var reshaped = new Tensor($"{input.Name}/nhwc", input.Type, Axes.Permute(extended, inverse))
        {
            Quantization = input.Quantization,
        };
        var reshape = new Node(OperatorKind.Reshape, node.Name, [input], [reshaped], OperatorAttributes.None);
        editor.Add(reshape, node);
        changed(reshape);
        return reshaped;
    }

    private void SinkMean(Node node, Tensor x, int[] permutation)
    {
        var mean = node.Get<ReduceAttributes>();
        int[] axes = [.. mean.Axes.Select(axis => permutation[axis]).Order()];
        int[] after = permutation;
        if (!mean.KeepDimensions)
        {
            int[] left = [.. permutation.Where((_, i) => !mean.Axes.Contains(i))]; // axes of x, in the output's order
            int[] sorted = [.. left.Order()];
            after = [.. left.Select(axis => Array.IndexOf(sorted, axis))];
        }

        Sink(node, [x], mean with { Axes = axes }, after);
    }

    /// <summary>A reshape that only adds and drops axes of size 1 works on the untransposed axes too.</summary>
    private void SinkUnitReshape(Node node, Tensor x, int[] permutation)
    {
        int[] y = node.Output.Shape;
        int[] real = [.. permutation.Where(axis => x.Shape[axis] != 1)]; // axes of x in the order of y's
        if (!real.Select(axis => x.Shape[axis]).SequenceEqual(y.Where(size => size != 1)))
            return;

        var places = new int[y.Length];
        int next = 0, last = -1;
        for (int i = 0; i < y.Length; i++)
            places[i] = last = y[i] == 1 ? last : real[next++];

        int[] order = [.. Enumerable.Range(0, y.Length).OrderBy(axis => places[axis])]; // a stable sort
        Sink(node, [x], node.Attributes, Axes.Inverse(order));
    }

    /// <summary>Lets <paramref name="node"/> read <paramref name="inputs"/> and transposes its outputs
    /// instead.</summary>
    private void Sink(Node node, Tensor?[] inputs, OperatorAttributes attributes, int[] permutation)
    {
        node.Attributes = attributes;
        for (int i = 0; i < inputs.Length; i++)
            editor.SetInput(node, i, inputs[i]);

        int[] inverse = Axes.Inverse(permutation);
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            Tensor y = node.Outputs[i];
            var before = new Tensor($"{y.Name}/nhwc", y.Type, Axes.Permute(y.Shape, inverse))
            {
                Quantization = y.Quantization,
            };
            editor.SetOutput(node, i, before);
            var after = new Node(OperatorKind.Transpose, node.Name, [before], [y],
                new TransposeAttributes(permutation));
            editor.Add(after, node);
            changed(after);
        }

        if (node.Kind == OperatorKind.Reshape)
            changed(node);
    }
}
