using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Passes;

/// <summary>Fuses one operator whose inputs are dequantized with the Quantize that follows it.</summary>
internal sealed class QuantizedOperators(GraphEditor editor)
{
    public static bool Same(Tensor a, Tensor b) =>
        a.Type == b.Type && a.Quantization is { } x && b.Quantization is { } y
        && x.Scale == y.Scale && x.ZeroPoint == y.ZeroPoint;

    public void TryFuse(Node node)
    {
        if (!CanFuse(node.Kind) || node.Output.Type != DataType.Float32
            || !node.Inputs.Any(input => input is { IsConstant: false }))
            return;

        foreach (Tensor? input in node.Inputs)
        {
            if (input is { IsConstant: false } && editor.Producer(input, OperatorKind.Dequantize) is null)
                return;
        }

        Node? quantize = editor.Consumers(node.Output)
            .FirstOrDefault(consumer => consumer.Kind == OperatorKind.Quantize);
        if ((quantize?.Output ?? Assumed(node)) is not { } target)
            return;

        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (node.Inputs[i] is { IsConstant: false } input)
                editor.SetInput(node, i, editor.Producer(input)!.Input(0));
        }

        FuseOutput(node, quantize, target);
        FuseConstants(node);
        ShareScale(node);
        FixScale(node);
    }

    private static bool CanFuse(OperatorKind kind) =>
        OperatorTraits.IsLinear(kind) || OperatorTraits.IsBinaryElementwise(kind)
        || kind is OperatorKind.BatchMatMul or OperatorKind.Relu or OperatorKind.Relu6 or OperatorKind.Logistic
            or OperatorKind.Tanh or OperatorKind.HardSwish or OperatorKind.LeakyRelu or OperatorKind.Function
            or OperatorKind.Softmax or OperatorKind.Mean or OperatorKind.AveragePool2D or OperatorKind.Concat;

    /// <summary>The output where no quantization follows, if the operator itself says how: a fixed range, or values
    /// within those of its input.</summary>
    private Tensor? Assumed(Node node)
    {
        Tensor[] inputs = [.. node.Inputs.OfType<Tensor>().Where(input => !input.IsConstant)
            .Select(input => editor.Producer(input)!.Input(0))];
        bool joins = node.Kind == OperatorKind.Concat && inputs.Length == node.Inputs.Count
            && inputs.All(input => Same(input, inputs[0]));
        bool keeps = joins || node.Kind is OperatorKind.Relu or OperatorKind.Relu6 or OperatorKind.Mean
            or OperatorKind.AveragePool2D;
        Quantization? quantization = keeps ? inputs[0].Quantization
            : inputs[0].Type == DataType.Int8 ? FixedQuantization(node.Kind) : null;
        return quantization is null
            ? null
            : new Tensor($"{node.Output.Name}/quantized", inputs[0].Type, node.Output.Shape)
            {
                Quantization = quantization,
            };
    }

    /// <summary>What TensorFlow Lite demands of these outputs, [0, 1) and [-1, 1), as int8.</summary>
    private static Quantization? FixedQuantization(OperatorKind kind) => kind switch
    {
        OperatorKind.Softmax or OperatorKind.Logistic => new Quantization(1f / 256, sbyte.MinValue),
        OperatorKind.Tanh => new Quantization(1f / 128, 0),
        _ => null,
    };

    /// <summary>The node writes the integers; whoever else read the real value dequantizes them.</summary>
    private void FuseOutput(Node node, Node? quantize, Tensor target)
    {
        Tensor real = node.Output;
        if (quantize is not null)
            editor.Remove(quantize);

        editor.SetOutput(node, 0, target);
        if (editor.Consumers(real).Length > 0 || editor.IsOutput(real))
            editor.Add(new Node(OperatorKind.Dequantize, node.Name, [target], [real], OperatorAttributes.None), node);
    }

    private void FuseConstants(Node node)
    {
        if (OperatorTraits.IsLinear(node.Kind))
        {
            if (QuantizedConstants.Doubled(node, node.Input(1)) is { } doubled)
                DoubleInput(node, doubled);

            Tensor weights = QuantizedConstants.Weights(node, node.Input(1));
            editor.SetInput(node, 1, weights);
            if (node.OptionalInput(2) is { } bias)
                editor.SetInput(node, 2,
                    QuantizedConstants.Bias(bias, node.Input(0).Quantization!, weights.Quantization!));

            return;
        }

        bool shares = OperatorTraits.SharesScale(node.Kind);
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (node.Inputs[i] is { IsConstant: true } constant)
            {
                editor.SetInput(node, i, shares
                    ? QuantizedConstants.Operand(constant, node.Output.Quantization!)
                    : QuantizedConstants.Operand(constant));
            }
        }
    }

    private void DoubleInput(Node node, Tensor weights)
    {
        Tensor x = node.Input(0);
        var twice = new Tensor($"{x.Name}/twice", x.Type, [.. x.Shape[..^1], 2 * x.Shape[^1]])
        {
            Quantization = x.Quantization,
        };
        editor.Add(new Node(OperatorKind.Concat, node.Name, [x, x], [twice], new ConcatAttributes(x.Rank - 1)), node);
        editor.SetInput(node, 0, twice);
        editor.SetInput(node, 1, weights);
    }

    /// <summary>Where TensorFlow Lite wants one scale on both sides: an average changes it afterwards, concatenation
    /// and the like before.</summary>
    private void ShareScale(Node node)
    {
        if (!OperatorTraits.SharesScale(node.Kind))
            return;

        if (node.Kind == OperatorKind.AveragePool2D)
        {
            if (!Same(node.Input(0), node.Output))
                Requantized(node, node.Input(0).Type, node.Input(0).Quantization!);

            return;
        }

        var changed = new Dictionary<Tensor, Tensor>();
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (node.Inputs[i] is not { } input || Same(input, node.Output))
                continue;

            if (!changed.TryGetValue(input, out Tensor? tensor))
                changed[input] = tensor = Changed(node, input);

            editor.SetInput(node, i, tensor);
        }
    }

    private Tensor Changed(Node node, Tensor input)
    {
        var changed = new Tensor($"{input.Name}/rescaled", node.Output.Type, input.Shape)
        {
            Quantization = node.Output.Quantization,
        };
        editor.Add(new Node(OperatorKind.Quantize, node.Name, [input], [changed], OperatorAttributes.None), node);
        return changed;
    }

    private void FixScale(Node node)
    {
        Quantization own = node.Output.Quantization!;
        if (node.Output.Type == DataType.Int8 && FixedQuantization(node.Kind) is { } demanded
            && (demanded.Scale != own.Scale || demanded.ZeroPoint != own.ZeroPoint))
        {
            Requantized(node, DataType.Int8, demanded);
        }
    }

    /// <summary>The node writes another quantization, which a Quantize changes to the demanded one.</summary>
    private void Requantized(Node node, DataType type, Quantization quantization)
    {
        Tensor y = node.Output;
        var own = new Tensor($"{y.Name}/own", type, y.Shape) { Quantization = quantization };
        editor.SetOutput(node, 0, own);
        editor.Add(new Node(OperatorKind.Quantize, node.Name, [own], [y], OperatorAttributes.None), node);
    }
}
