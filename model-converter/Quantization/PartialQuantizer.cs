using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Passes;

namespace McuAi.ModelConverter.Quantizing;

/// <summary>Completes a graph that is quantized in part, such as one with a float LSTM between quantized layers: what
/// is in float gets the ranges that calibration shows, what is quantized keeps its own.</summary>
public static class PartialQuantizer
{
    /// <summary>A wholly quantized copy of <paramref name="graph"/>; real inputs and outputs stay, behind conversions.
    /// </summary>
    /// <param name="graph">As <see cref="QdqFusion"/> left it, recurrent layers unrolled.</param>
    /// <param name="calibration">Typical inputs, in real numbers: for each inference one array for each input.</param>
    /// <param name="options">Defaults if null.</param>
    public static ModelGraph Quantize(ModelGraph graph, IReadOnlyList<float[][]> calibration,
        QuantizerOptions? options = null)
    {
        ModelGraph copy = GraphCopy.Of(graph);
        var ranges = CalibrationRanges.Of(copy, calibration, options ?? new QuantizerOptions());
        var editor = new GraphEditor(copy);
        foreach (Tensor input in copy.Inputs.Where(tensor => tensor.Type == DataType.Float32))
            Quantize(editor, input, editor.Consumers(input).FirstOrDefault(), FromRange(ranges, input));

        foreach (Node node in editor.Nodes)
        {
            if (node.Kind == OperatorKind.Dequantize || OperatorTraits.Selects(node.Kind)
                || node.Kind == OperatorKind.Pad)
                continue;

            foreach (Tensor output in node.Outputs.Where(tensor => tensor.Type == DataType.Float32))
                Quantize(editor, output, node, ScaleGroups.Prescribed(node.Kind) ?? FromRange(ranges, output));
        }

        editor.Commit();
        QdqFusion.Run(copy, new ConstantBudget(1 << 20));
        return QdqFusion.IsPartial(copy) ? throw QdqFusion.PartialError(copy) : copy;
    }

    private static Quantization FromRange(CalibrationRanges ranges, Tensor tensor) =>
        PostTrainingQuantizer.FromRange(ranges[tensor].Min, ranges[tensor].Max);

    /// <summary>Whoever reads the tensor reads it rounded, but for a Quantize that says how itself.</summary>
    private static void Quantize(GraphEditor editor, Tensor tensor, Node? near, Quantization quantization)
    {
        Node[] readers = [.. editor.Consumers(tensor).Where(reader => reader.Kind != OperatorKind.Quantize)];
        bool isOutput = editor.IsOutput(tensor);
        if (near is null || (readers.Length == 0 && !isOutput))
            return;

        var integers = new Tensor($"{tensor.Name}/int8", DataType.Int8, tensor.Shape) { Quantization = quantization };
        var real = new Tensor($"{tensor.Name}/real", DataType.Float32, tensor.Shape);
        foreach (Node reader in readers.Distinct())
        {
            for (int i = 0; i < reader.Inputs.Count; i++)
            {
                if (reader.Inputs[i] == tensor)
                    editor.SetInput(reader, i, real);
            }
        }

        editor.Add(new Node(OperatorKind.Quantize, near.Name, [tensor], [integers], OperatorAttributes.None), near);
        editor.Add(new Node(OperatorKind.Dequantize, near.Name, [integers], [real], OperatorAttributes.None), near);
        if (isOutput)
            editor.ReplaceOutput(tensor, real);
    }
}
