using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Passes;

/// <summary>Turns dequantize - operate - quantize into operators on int8 tensors, as a .tflite file has them. Float
/// values remain as inputs and outputs of the graph, and where the file lacks a quantization. A graph without quantized
/// activations becomes float entirely.</summary>
public sealed class QdqFusion
{
    private readonly GraphEditor editor;

    private QdqFusion(ModelGraph graph) => editor = new GraphEditor(graph);

    public static void Run(ModelGraph graph, ConstantBudget budget)
    {
        if (!graph.Nodes.Any(node => node.Kind is OperatorKind.Quantize or OperatorKind.Dequantize))
        {
            DequantizeConstants(graph, budget);
            return;
        }

        var fusion = new QdqFusion(graph);
        fusion.MoveToOperators();
        fusion.Collapse();
        var operators = new QuantizedOperators(fusion.editor);
        foreach (Node node in fusion.editor.Nodes)
        {
            if (fusion.editor.Contains(node))
                operators.TryFuse(node);
        }

        fusion.Collapse();
        fusion.editor.Commit();
    }

    /// <summary>Whether some operators of a quantized graph were left in float, for want of a quantization.</summary>
    public static bool IsPartial(ModelGraph graph) =>
        graph.Nodes.Exists(node => node.Kind == OperatorKind.Dequantize || IsQuantized(node.Output))
        && graph.Nodes.Exists(ComputesInFloat);

    /// <summary>Names the first operator that a partial quantization left in float.</summary>
    public static ModelException PartialError(ModelGraph graph)
    {
        Node node = graph.Nodes.First(ComputesInFloat);
        string output = node.Outputs.First(tensor => tensor.Type == DataType.Float32).Name;
        return new ModelException($"{node.Name} computes '{output}' in float within a quantized model: '{output}' or one "
            + "of the operator's inputs lacks its quantization. Give sample inputs to quantize it with (--calibrate "
            + "SAMPLES), or quantize the model wholly (a QuantizeLinear after each operator).");
    }

    private static bool IsQuantized(Tensor tensor) =>
        tensor is { Type: not DataType.Float32, Quantization: not null };

    private static bool ComputesInFloat(Node node) => node.Kind != OperatorKind.Dequantize
        && node.Outputs.Exists(output => output.Type == DataType.Float32);

    private static void DequantizeConstants(ModelGraph graph, ConstantBudget budget)
    {
        var real = new Dictionary<Tensor, Tensor>();
        foreach (Node node in graph.Nodes)
        {
            for (int i = 0; i < node.Inputs.Count; i++)
            {
                if (node.Inputs[i] is not { IsConstant: true, Quantization: not null } constant)
                    continue;

                if (!real.TryGetValue(constant, out Tensor? value))
                    real[constant] = value = ConstantFolding.Real(constant, budget);

                node.Inputs[i] = value;
            }
        }
    }

    /// <summary>Past nodes that only select elements: dequantizes downwards, quantizes upwards. What remains between
    /// the two is arithmetic.</summary>
    private void MoveToOperators()
    {
        var work = new Queue<Node>(editor.Nodes);
        while (work.TryDequeue(out Node? node))
        {
            if (!editor.Contains(node))
                continue;

            if (node.Kind == OperatorKind.Dequantize)
            {
                foreach (Node consumer in editor.Consumers(node.Output))
                {
                    if (OperatorTraits.Selects(consumer.Kind) || consumer.Kind == OperatorKind.Pad)
                        Sink(node, consumer, work);
                }
            }
            else if (node.Kind == OperatorKind.Quantize)
                Hoist(node, work);
        }
    }

    private void Sink(Node dequantize, Node consumer, Queue<Node> work)
    {
        Tensor integers = dequantize.Input(0);
        editor.SetInput(consumer, 0, integers);
        for (int i = 0; i < consumer.Outputs.Count; i++)
        {
            Tensor y = consumer.Outputs[i];
            var moved = new Tensor($"{y.Name}/quantized", integers.Type, y.Shape)
            {
                Quantization = integers.Quantization,
            };
            editor.SetOutput(consumer, i, moved);
            var after = new Node(OperatorKind.Dequantize, consumer.Name, [moved], [y], OperatorAttributes.None);
            editor.Add(after, consumer);
            work.Enqueue(after);
        }
    }

    private void Hoist(Node quantize, Queue<Node> work)
    {
        Tensor x = quantize.Input(0);
        if (editor.Producer(x) is { Kind: OperatorKind.Minimum or OperatorKind.Maximum } extremum
            && editor.OnlyConsumer(x) == quantize && x.Type == DataType.Float32 && quantize.Output.Type == DataType.Int8)
        {
            HoistOperands(quantize, extremum, work);
            return;
        }

        if (editor.Producer(x) is not { Outputs.Count: 1 } producer || !OperatorTraits.Selects(producer.Kind)
            || editor.OnlyConsumer(x) != quantize || x.Type != DataType.Float32)
        {
            return;
        }

        Tensor y = quantize.Output;
        Tensor source = producer.Input(0);
        var early = new Tensor($"{source.Name}/quantized", y.Type, source.Shape) { Quantization = y.Quantization };
        editor.Remove(quantize);
        var before = new Node(OperatorKind.Quantize, quantize.Name, [source], [early], OperatorAttributes.None);
        editor.Add(before, producer);
        editor.SetInput(producer, 0, early);
        editor.SetOutput(producer, 0, y);
        work.Enqueue(before);
    }

    /// <summary>Rounding keeps the order: quantize(max(a, b)) is max(quantize(a), quantize(b)).</summary>
    private void HoistOperands(Node quantize, Node extremum, Queue<Node> work)
    {
        Tensor y = quantize.Output;
        editor.Remove(quantize);
        for (int i = 0; i < extremum.Inputs.Count; i++)
        {
            Tensor operand = extremum.Input(i);
            if (operand.IsConstant)
            {
                editor.SetInput(extremum, i, QuantizedConstants.Operand(operand, y.Quantization!));
                continue;
            }

            var early = new Tensor($"{operand.Name}/quantized{i}", y.Type, operand.Shape) { Quantization = y.Quantization };
            var before = new Node(OperatorKind.Quantize, quantize.Name, [operand], [early], OperatorAttributes.None);
            editor.Add(before, extremum);
            editor.SetInput(extremum, i, early);
            work.Enqueue(before);
        }

        editor.SetOutput(extremum, 0, y);
    }

    /// <summary>quantize(dequantize(x)) is x, or a change of scale between integers.</summary>
    private void Collapse()
    {
        foreach (Node node in editor.Nodes)
        {
            if (node.Kind != OperatorKind.Quantize
                || editor.Producer(node.Input(0), OperatorKind.Dequantize) is not { } source)
                continue;

            Tensor integers = source.Input(0);
            if (QuantizedOperators.Same(integers, node.Output)
                && (!editor.IsOutput(node.Output) || editor.CanBeOutput(integers)))
            {
                editor.ReplaceUses(node.Output, integers);
                editor.Remove(node);
            }
            else
                editor.SetInput(node, 0, integers);
        }
    }
}
