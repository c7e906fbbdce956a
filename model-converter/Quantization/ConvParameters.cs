using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;

namespace McuAi.ModelConverter.Quantizing;

/// <summary>What the kernels need of a convolution, depthwise or transposed convolution, or dense layer; fields are
/// those of <c>mcuai_conv</c>. A dense layer is a 1x1 convolution over an image of one row whose pixels are its input
/// vectors.</summary>
/// <param name="Multiplier">One per output channel.</param>
/// <param name="Shift">One per output channel, -31..30.</param>
public sealed record ConvParameters(int Batch, int InH, int InW, int InC, int OutH, int OutW, int OutC, int KernelH,
    int KernelW, int StrideH, int StrideW, int DilationH, int DilationW, int PadTop, int PadLeft, int InputZeroPoint,
    int FilterZeroPoint, int OutputZeroPoint, int ActivationMin, int ActivationMax, int[] Multiplier, int[] Shift)
{
    /// <summary>Derives the parameters of a Conv2D, DepthwiseConv2D, TransposeConv or FullyConnected node.</summary>
    public static ConvParameters From(Node node)
    {
        Tensor input = node.Input(0), filter = node.Input(1), output = node.Output;
        Quantized.Require(node, input, DataType.Int8);
        Quantized.Require(node, output, DataType.Int8);
        Quantized.Require(node, filter, DataType.Int8, DataType.Int4, DataType.Int2);
        bool dense = node.Kind == OperatorKind.FullyConnected;
        int channels = node.Kind == OperatorKind.DepthwiseConv2D ? filter.Shape[3] : filter.Shape[0];
        FixedPoint.Factor[] factors = Factors(node, channels);
        int[] zeroPoints = Quantized.Of(filter).ZeroPoints;
        if (Array.Exists(zeroPoints, z => z != 0) && (!dense || Quantized.Of(filter).IsPerAxis))
            throw new ModelException($"{node.Name}: weights {filter} have a zero point other than 0.");

        ConvParameters geometry = dense ? OfDense(node) : OfImage(node);
        FusedActivation activation = dense
            ? node.Get<ActivationAttributes>().Activation
            : node.Get<ConvAttributes>().Activation;
        ActivationRange range = ActivationRange.Of(activation, output);
        return geometry with
        {
            InputZeroPoint = Quantized.Of(input).ZeroPoint,
            FilterZeroPoint = Quantized.Of(filter).ZeroPoint,
            OutputZeroPoint = Quantized.Of(output).ZeroPoint,
            ActivationMin = range.Min,
            ActivationMax = range.Max,
            Multiplier = [.. factors.Select(factor => factor.Multiplier)],
            Shift = [.. factors.Select(factor => factor.Shift)],
        };
    }

    /// <summary>The weights in rows, the input's zero point folded into the bias. Row r is output channel r; its depth
    /// is (ky * kernel_w + kx) * in_c + c, for a depthwise convolution ky * kernel_w + kx. In a transposed convolution
    /// the tap (ky, kx) of output (oy, ox) reads input ((oy + pad - ky) / stride, (ox + pad - kx) / stride); taps that
    /// hit no input pixel have the zero point, as taps outside the image have in every convolution.</summary>
    public static RowWeights Rows(Node node)
    {
        ConvParameters parameters = From(node);
        sbyte[] values = RowValues(node, parameters);
        int depth = values.Length / parameters.OutC;
        int[] bias = Bias(node, parameters.OutC);
        for (int row = 0; row < bias.Length; row++)
        {
            int sum = 0;
            foreach (sbyte value in values.AsSpan(row * depth, depth))
                sum += value;

            bias[row] = unchecked(bias[row] - (parameters.InputZeroPoint * sum));
        }

        return new RowWeights(parameters.OutC, depth, node.Input(1).Type, values, bias, parameters.Multiplier,
            parameters.Shift, parameters.OutputZeroPoint);
    }

    /// <summary>The layer's bias, zeros if it has none.</summary>
    public static int[] Bias(Node node, int channels)
    {
        if (node.OptionalInput(2) is not { } bias)
            return new int[channels];

        Quantized.Require(node, bias, DataType.Int32);
        return bias.As<int>().ToArray();
    }

    private static sbyte[] RowValues(Node node, ConvParameters parameters)
    {
        ReadOnlySpan<sbyte> filter = node.Input(1).As<sbyte>();
        var values = new sbyte[filter.Length];
        if (node.Kind == OperatorKind.DepthwiseConv2D)
        {
            int taps = filter.Length / parameters.OutC;
            for (int i = 0; i < values.Length; i++)
                values[i] = filter[(i % taps * parameters.OutC) + (i / taps)];

            return values;
        }

        ActivationRange range = ActivationRange.OfType(node.Input(1).Type);
        for (int i = 0; i < values.Length; i++)
        {
            int centred = filter[i] - parameters.FilterZeroPoint;
            if (centred < range.Min || centred > range.Max)
                throw new ModelException($"{node.Name}: weights less their zero point {parameters.FilterZeroPoint} " +
                    "do not fit their type; quantize the weights symmetrically.");

            values[i] = (sbyte)centred;
        }

        return values;
    }

    /// <summary>Input scale times filter scale over output scale. TensorFlow Lite multiplies the first two in float32
    /// for a dense layer with one scale, and in float64 otherwise.</summary>
    private static FixedPoint.Factor[] Factors(Node node, int channels)
    {
        float input = Quantized.Of(node.Input(0)).Scale;
        float output = Quantized.Of(node.Output).Scale;
        float[] filter = Quantized.Of(node.Input(1)).Scales;
        bool single = node.Kind == OperatorKind.FullyConnected && filter.Length == 1;
        var factors = new FixedPoint.Factor[channels];
        for (int i = 0; i < channels; i++)
        {
            float scale = filter[filter.Length == 1 ? 0 : i];
            double product = single ? input * scale : (double)input * scale;
            factors[i] = Quantized.Factor(node, product / output);
        }

        return factors;
    }

    private static ConvParameters OfDense(Node node)
    {
        int rows = node.Input(1).Shape[0], depth = node.Input(1).Shape[1];
        int vectors = node.Input(0).Elements / depth;
        return new ConvParameters(1, 1, vectors, depth, 1, vectors, rows, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, [],
            []);
    }

    private static ConvParameters OfImage(Node node)
    {
        var attributes = node.Get<ConvAttributes>();
        int[] x = node.Input(0).Shape, filter = node.Input(1).Shape, y = node.Output.Shape;
        return new ConvParameters(x[0], x[1], x[2], x[3], y[1], y[2], y[3], filter[1], filter[2], attributes.StrideH,
            attributes.StrideW, attributes.DilationH, attributes.DilationW, attributes.Padding.Top,
            attributes.Padding.Left, 0, 0, 0, 0, 0, [], []);
    }
}
