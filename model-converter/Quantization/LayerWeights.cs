using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Quantizing;

/// <summary>Quantizes the filter and bias of one convolution or dense layer, per output channel.</summary>
public static class LayerWeights
{
    // a bias uses at most 30 bits so that it leaves room for the sum of products
    private const double GreatestBias = 1 << 29;

    public static bool Has(Node node) => node.Kind is OperatorKind.Conv2D or OperatorKind.DepthwiseConv2D
        or OperatorKind.TransposeConv or OperatorKind.FullyConnected;

    /// <summary>Replaces the constants of <paramref name="node"/>, whose input and output are quantized
    /// already.</summary>
    /// <param name="node">Changed.</param>
    /// <param name="filter">Real weights in the filter's own order.</param>
    /// <param name="bias">Real, [O]; null for none.</param>
    /// <param name="type">Int8, Int4 or Int2.</param>
    public static void Quantize(Node node, ReadOnlySpan<float> filter, ReadOnlySpan<float> bias, DataType type)
    {
        int[] shape = node.Input(1).Shape;
        bool depthwise = node.Kind == OperatorKind.DepthwiseConv2D;
        int channels = depthwise ? shape[3] : shape[0];
        int depth = filter.Length / channels;
        double inputScale = Quantized.Of(node.Input(0)).Scale;
        var scales = new float[channels];
        var values = new sbyte[filter.Length];
        var biases = new int[channels];
        var row = new float[depth];
        for (int channel = 0; channel < channels; channel++)
        {
            for (int k = 0; k < depth; k++)
                row[k] = filter[depthwise ? (k * channels) + channel : (channel * depth) + k];

            float offset = bias.IsEmpty ? 0 : bias[channel];
            scales[channel] = Scale(node, row, offset, type);
            for (int k = 0; k < depth; k++)
                values[depthwise ? (k * channels) + channel : (channel * depth) + k] =
                    WeightQuantizer.Round(row[k], scales[channel], type);

            biases[channel] = (int)Math.Round(offset / (inputScale * scales[channel]), MidpointRounding.AwayFromZero);
        }

        node.Inputs[1] = Constant(node.Input(1).Name, type, shape, values, scales, depthwise ? 3 : 0);
        if (!bias.IsEmpty)
            SetBias(node, biases, inputScale, scales);
    }

    /// <summary>Quantizes the bias of a layer whose filter is quantized already.</summary>
    /// <param name="node">Changed.</param>
    /// <param name="bias">Real, [O]; null for none.</param>
    public static void QuantizeBias(Node node, float[]? bias)
    {
        if (bias is null)
            return;
        double inputScale = Quantized.Of(node.Input(0)).Scale;
        float[] given = Quantized.Of(node.Input(1)).Scales;
        float[] scales = [.. bias.Select((_, channel) => given[given.Length == 1 ? 0 : channel])];
        int[] biases = [.. bias.Select((value, channel) => (int)Math.Clamp(
            Math.Round(value / (inputScale * scales[channel]), MidpointRounding.AwayFromZero), -GreatestBias, GreatestBias))];
        SetBias(node, biases, inputScale, scales);
    }

    private static void SetBias(Node node, int[] biases, double inputScale, float[] scales)
    {
        float[] biasScales = [.. scales.Select(scale => (float)(inputScale * scale))];
        node.Inputs[2] = Constant(node.Input(2).Name, DataType.Int32, [biases.Length], biases, biasScales, 0);
    }

    /// <summary>The scale of a channel's weights, raised where the bias would not fit. Weights of zero get the scale at
    /// which the bias has steps of 1/256 of the output's.</summary>
    private static float Scale(Node node, float[] row, double bias, DataType type)
    {
        double input = Quantized.Of(node.Input(0)).Scale;
        bool zero = Array.TrueForAll(row, weight => weight == 0);
        double scale = zero ? Quantized.Of(node.Output).Scale / (256 * input) : WeightQuantizer.Scale(row, type);
        return (float)Math.Max(scale, Math.Abs(bias) / (input * GreatestBias));
    }

    private static Tensor Constant<T>(string name, DataType type, int[] shape, T[] values, float[] scales, int axis)
        where T : unmanaged
    {
        Tensor tensor = Tensor.Constant<T>(name, type, shape, values);
        tensor.Quantization = new Quantization(scales, new int[scales.Length], axis);
        return tensor;
    }
}
