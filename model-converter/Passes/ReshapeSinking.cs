using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Passes;

/// <summary>Moves a reshape behind elementwise nodes, out of the way of transposes and fusions.</summary>
internal sealed class ReshapeSinking(GraphEditor editor, Action<Node> changed)
{
    public void TrySink(Node reshape, Node node)
    {
        Tensor x = reshape.Input(0);
        bool keepsChannels = x.Rank > 0 && reshape.Output.Rank > 0 && x.Shape[^1] == reshape.Output.Shape[^1];
        if (x.IsConstant)
            return;

        if (OperatorTraits.IsUnaryElementwise(node.Kind))
            Sink(node, [x], x.Shape);
        else if (node.Kind == OperatorKind.BatchNorm && keepsChannels)
            Sink(node, [x, .. node.Inputs.Skip(1)], x.Shape);
        else if (OperatorTraits.IsBinaryElementwise(node.Kind) && node.Output.Shape.SequenceEqual(reshape.Output.Shape))
        {
            Tensor?[] operands = [.. node.Inputs.Select(input => Operand(input!, x, reshape.Output, keepsChannels))];
            if (!operands.Contains(null))
                Sink(node, operands, x.Shape);
        }
    }

    /// <summary>What the operand is in the shape before the reshape, or null.</summary>
    private Tensor? Operand(Tensor input, Tensor x, Tensor reshaped, bool keepsChannels)
    {
        if (input.IsConstant)
        {
            if (input.Elements == 1)
                return ConstantFolding.Reshape(input);

            return keepsChannels && input.Elements == x.Shape[^1] && input.Shape[^1] == input.Elements
                && input.Quantization is not { IsPerAxis: true }
                ? ConstantFolding.Reshape(input, input.Elements)
                : null;
        }

        return input.Shape.SequenceEqual(reshaped.Shape) && editor.Producer(input, OperatorKind.Reshape) is { } producer
            && producer.Input(0).Shape.SequenceEqual(x.Shape) && !producer.Input(0).IsConstant
            ? producer.Input(0)
            : null;
    }

    private void Sink(Node node, Tensor?[] inputs, int[] shape)
    {
        for (int i = 0; i < inputs.Length; i++)
            editor.SetInput(node, i, inputs[i]);

        Tensor y = node.Output;
        var before = new Tensor($"{y.Name}/shaped", y.Type, shape) { Quantization = y.Quantization };
        editor.SetOutput(node, 0, before);
        var after = new Node(OperatorKind.Reshape, node.Name, [before], [y], OperatorAttributes.None);
        editor.Add(after, node);
        changed(after);
    }
}
