using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Passes;

/// <summary>uint8 tensors with a scale become int8 ones: all values and zero points less 128. Inputs and outputs of the
/// graph stay uint8, with a Quantize behind or before them.</summary>
public static class SignedQuantization
{
    private const int Shift = 128;

    public static void Run(ModelGraph graph)
    {
        PropagateScales(graph);
        var editor = new GraphEditor(graph);
        Node[] nodes = editor.Nodes;
        Tensor[] tensors = [.. nodes.SelectMany(node => node.Inputs.OfType<Tensor>().Concat(node.Outputs)).Distinct()
            .Where(tensor => tensor is { Type: DataType.UInt8, Quantization: not null })];
        foreach (Tensor tensor in tensors)
        {
            if (tensor.IsConstant)
                tensor.Data = Array.ConvertAll(tensor.Data!, value => (byte)(value - Shift));

            if (graph.Inputs.Contains(tensor))
                SignInput(editor, tensor);
            else if (graph.Outputs.Contains(tensor))
                SignOutput(editor, tensor);
            else
                Sign(tensor);
        }

        editor.Commit();
    }

    /// <summary>ONNX writes a scale only where it (de)quantizes; nodes that move integers have the same on both
    /// sides.</summary>
    private static void PropagateScales(ModelGraph graph)
    {
        foreach (Node node in Enumerable.Reverse(graph.Nodes).Concat(graph.Nodes))
        {
            if (!OperatorTraits.Selects(node.Kind) && node.Kind is not (OperatorKind.Concat or OperatorKind.Pad))
                continue;

            Tensor[] all = [.. node.Inputs.OfType<Tensor>().Concat(node.Outputs)
                .Where(tensor => !tensor.IsConstant && tensor.Type != DataType.Float32)];
            Quantization? known = all.Select(tensor => tensor.Quantization)
                .FirstOrDefault(quantization => quantization is not null);
            foreach (Tensor tensor in all)
                tensor.Quantization ??= known;
        }
    }

    private static void Sign(Tensor tensor)
    {
        tensor.Type = DataType.Int8;
        tensor.Quantization = Signed(tensor.Quantization!);
    }

    private static Quantization Signed(Quantization quantization) =>
        quantization with { ZeroPoints = [.. quantization.ZeroPoints.Select(zero => zero - Shift)] };

    private static Tensor SignedTwin(Tensor tensor) => new($"{tensor.Name}/int8", DataType.Int8, tensor.Shape)
    {
        Quantization = Signed(tensor.Quantization!),
    };

    private static void SignInput(GraphEditor editor, Tensor input)
    {
        Node[] consumers = editor.Consumers(input);
        Tensor twin = SignedTwin(input);
        foreach (Node consumer in consumers.Distinct())
        {
            for (int i = 0; i < consumer.Inputs.Count; i++)
            {
                if (consumer.Inputs[i] == input)
                    editor.SetInput(consumer, i, twin);
            }
        }

        var quantize = new Node(OperatorKind.Quantize, $"input '{input.Name}'", [input], [twin],
            OperatorAttributes.None);
        editor.Add(quantize, consumers[0]);
    }

    private static void SignOutput(GraphEditor editor, Tensor output)
    {
        Node producer = editor.Producer(output)!;
        Tensor twin = SignedTwin(output);
        foreach (Node consumer in editor.Consumers(output))
            editor.SetInput(consumer, consumer.Inputs.IndexOf(output), twin);

        editor.SetOutput(producer, producer.Outputs.IndexOf(output), twin);
        string name = $"output '{output.Name}'";
        editor.Add(new Node(OperatorKind.Quantize, name, [twin], [output], OperatorAttributes.None), producer);
    }
}
