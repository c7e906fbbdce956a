using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Passes;

/// <summary>fc(flatten(transpose(x))) = fc'(flatten(x)) with the columns of the weights in another order.</summary>
internal sealed class FlattenFolding(GraphEditor editor, ConstantBudget budget, Action<Node> changed)
{
    public bool TryFold(Node transpose, Node reshape)
    {
        if (reshape.Kind != OperatorKind.Reshape)
            return false;

        bool folded = false;
        foreach (Node dense in editor.Consumers(reshape.Output))
        {
            if (dense.Kind == OperatorKind.FullyConnected && dense.Input(0) == reshape.Output)
                folded |= TryFold(transpose, reshape, dense);
        }

        if (folded && editor.Consumers(reshape.Output).Length == 0 && !editor.IsOutput(reshape.Output))
            editor.Remove(reshape);

        return folded;
    }

    private bool TryFold(Node transpose, Node reshape, Node dense)
    {
        int[] permutation = transpose.Get<TransposeAttributes>().Permutation;
        Tensor weights = dense.Input(1); // [O,K]
        int[] shape = transpose.Output.Shape;
        int outer = OuterAxes(shape, weights.Shape[1]);
        // The axes before the flattened ones stay where they are.
        if (outer < 0 || !weights.IsConstant || permutation.Take(outer).Where((axis, i) => axis != i).Any()
            || weights.Quantization is { IsPerAxis: true, Axis: not 0 })
        {
            return false;
        }

        int[] inner = [.. permutation.Skip(outer).Select(axis => axis - outer)];
        Tensor columns = ConstantFolding.Reshape(weights, [weights.Shape[0], .. shape[outer..]]);
        Tensor reordered = ConstantFolding.Permute(columns, [0, .. Axes.Inverse(inner).Select(axis => axis + 1)],
            budget);
        editor.SetInput(dense, 1, ConstantFolding.Reshape(reordered, weights.Shape));

        var flat = new Tensor($"{reshape.Output.Name}/nhwc", reshape.Output.Type, reshape.Output.Shape)
        {
            Quantization = reshape.Output.Quantization,
        };
        var flatten = new Node(OperatorKind.Reshape, reshape.Name, [transpose.Input(0)], [flat],
            OperatorAttributes.None);
        editor.Add(flatten, dense);
        editor.SetInput(dense, 0, flat);
        changed(flatten);
        return true;
    }

    /// <summary>How many axes precede those whose product is <paramref name="columns"/>; -1 if none fit.</summary>
    private static int OuterAxes(int[] shape, int columns)
    {
        long product = 1;
        int axis = shape.Length;
        while (axis > 0 && product < columns)
            product *= shape[--axis];

        return product == columns ? axis : -1;
    }
}
