using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Passes;
using McuAi.ModelConverter.Reference;

namespace McuAi.ModelConverter.Quantizing;

/// <summary>Quantizes a float graph by TensorFlow Lite's specification: int8 activations with a zero point, weights
/// symmetric per output channel, int32 biases of the product of both scales.</summary>
public static class PostTrainingQuantizer
{
    /// <summary>A quantized copy of <paramref name="graph"/> whose inputs and outputs are int8. Activations and filters
    /// that have a quantization already, from training with it, keep it.</summary>
    /// <param name="graph">Float, batch normalization folded.</param>
    /// <param name="calibration">Typical inputs: for each inference one array for each input of the graph.</param>
    /// <param name="options">Defaults if null.</param>
    public static ModelGraph Quantize(ModelGraph graph, IReadOnlyList<float[][]> calibration,
        QuantizerOptions? options = null)
    {
        options ??= new QuantizerOptions();
        ModelGraph copy = GraphCopy.Of(graph);
        foreach (Node node in copy.Nodes)
            RequireSupported(node);

        ActivationFusion.Run(copy);
        ScaleGroups groups = ScaleGroups.Of(copy);
        var ranges = CalibrationRanges.Of(copy, calibration, options);
        List<Tensor> activations = Activations(copy);
        Dictionary<Tensor, Quantization> scales = Scales(activations, groups, ranges);
        var real = copy.Nodes.Where(LayerWeights.Has).ToDictionary(node => node, node =>
            (Filter: RealValues.OfConstant(node.Input(1)), Bias: RealBias(node)));
        foreach (Tensor tensor in activations)
            Quantize(tensor, scales[groups.Root(tensor)]);

        foreach ((Node node, (float[] filter, float[]? bias)) in real)
        {
            if (node.Input(1).Quantization is null)
                LayerWeights.Quantize(node, filter, bias, options.WeightTypeOf(node));
            else
                LayerWeights.QuantizeBias(node, bias);
        }

        foreach (Node node in copy.Nodes.Where(LstmQuantizer.Takes))
        {
            (double min, double max) = ranges[LstmQuantizer.Cell(node)];
            LstmQuantizer.Quantize(node, Math.Max(-min, max), options.WeightTypeOf(node));
        }

        return copy;
    }

    /// <summary>The int8 quantization of a range, which is widened to contain 0 so that padding is exact.</summary>
    public static Quantization FromRange(double min, double max)
    {
        min = Math.Min(min, 0);
        max = Math.Max(max, 0);
        float scale = (float)((max - min) / 255);
        if (scale < 1e-30f) // a tensor that is always zero
            return new Quantization(1f / 128, 0);

        double zeroPoint = Math.Round(-128 - (min / scale), MidpointRounding.AwayFromZero);
        return new Quantization(scale, (int)Math.Clamp(zeroPoint, -128, 127));
    }

    private static float[]? RealBias(Node node) =>
        node.OptionalInput(2) is { } bias ? RealValues.OfConstant(bias) : null;

    private static void RequireSupported(Node node)
    {
        if (LstmQuantizer.Takes(node))
            return;

        if (node.Kind is OperatorKind.BatchNorm or OperatorKind.Gru or OperatorKind.Lstm or OperatorKind.Svdf
            or OperatorKind.Div or OperatorKind.Cast or OperatorKind.Quantize or OperatorKind.Dequantize)
        {
            throw new ModelException($"{node.Name}: {node.Kind} cannot be quantized after training; " +
                "use a model that is quantized already or without this operator.");
        }

        if (LayerWeights.Has(node) && !(node.Input(1).IsConstant && node.OptionalInput(2)?.IsConstant != false))
            throw new ModelException($"{node.Name}: only layers with constant weights can be quantized.");
    }

    /// <summary>Float tensors that become int8: all but the weights, biases and states of layers.</summary>
    private static List<Tensor> Activations(ModelGraph graph)
    {
        IEnumerable<Tensor?> used = graph.Nodes.SelectMany(node =>
            node.Outputs.Concat(node.Inputs.Take(
                LayerWeights.Has(node) || LstmQuantizer.Takes(node) ? 1 : node.Inputs.Count)));
        return [.. graph.Inputs.Concat(used).OfType<Tensor>().Distinct()
            .Where(tensor => tensor.Type == DataType.Float32)];
    }

    private static Dictionary<Tensor, Quantization> Scales(List<Tensor> activations, ScaleGroups groups,
        CalibrationRanges ranges)
    {
        var scales = new Dictionary<Tensor, Quantization>();
        foreach (IGrouping<Tensor, Tensor> group in activations.GroupBy(groups.Root))
        {
            scales[group.Key] = groups.Prescribed(group.Key)
                ?? group.Select(tensor => tensor.Quantization).FirstOrDefault(quantization => quantization is not null)
                ?? FromRange(group.Min(tensor => ranges[tensor].Min), group.Max(tensor => ranges[tensor].Max));
        }

        return scales;
    }

    private static void Quantize(Tensor tensor, Quantization quantization)
    {
        float[]? values = tensor.IsConstant ? RealValues.OfConstant(tensor) : null;
        tensor.Type = DataType.Int8;
        tensor.Quantization = quantization;
        if (values is not null)
            tensor.Data = [.. values.Select(value => unchecked((byte)Quantized.Level(tensor, value)))];
    }
}
