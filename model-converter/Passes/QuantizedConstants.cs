using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Reference;

namespace McuAi.ModelConverter.Passes;

/// <summary>Constants of a quantized operator as TensorFlow Lite's kernels expect them.</summary>
internal static class QuantizedConstants
{
    private const float ScaleTolerance = 1e-4f;

    /// <summary>Weights with zero points of 0, which convolutions need. Exact where the shifted values fit int8, else
    /// rounded to a larger scale, as symmetric quantization would have (<see cref="Doubled"/> avoids that). A dense layer
    /// may have one zero point. Weights in float are quantized here, each output by itself.</summary>
    public static Tensor Weights(Node node, Tensor weights)
    {
        int axis = OperatorTraits.OutputAxis(node.Kind);
        if (weights is { IsConstant: true, Type: DataType.Float32 })
            return OfReal(weights, axis);

        if (weights.Quantization is not { } quantization
            || weights.Type is not (DataType.Int8 or DataType.Int4 or DataType.Int2))
        {
            throw new ModelException($"{node.Name} is quantized, but its weights '{weights.Name}' ({weights.Type}) are "
                + "not: quantize them to int8, int4 or int2.");
        }

        if (quantization.IsPerAxis && quantization.Axis != axis)
            throw new ModelException($"{node.Name} has weights quantized along another axis than its outputs'.");

        bool keep = node.Kind == OperatorKind.FullyConnected && !quantization.IsPerAxis
            && weights.Type == DataType.Int8;
        return keep || quantization.ZeroPoints.All(zero => zero == 0) ? weights
            : Symmetric(weights, quantization, axis);
    }

    /// <summary>Weights that leave int8 when their zero points are subtracted, as two int8 halves side by side along the
    /// last axis, the inputs: for an input that is there twice. Null where that is not needed, or not possible as for
    /// depthwise convolutions.</summary>
    public static Tensor? Doubled(Node node, Tensor weights)
    {
        int axis = OperatorTraits.OutputAxis(node.Kind);
        if (node.Kind == OperatorKind.DepthwiseConv2D || weights.Type != DataType.Int8
            || weights.Quantization is not { } quantization || (quantization.IsPerAxis && quantization.Axis != axis))
            return null;

        int[] centred = Centred(weights, quantization, axis);
        if (centred.All(value => value is >= sbyte.MinValue and <= sbyte.MaxValue))
            return null;

        int depth = weights.Shape[^1];
        var values = new sbyte[2 * centred.Length];
        for (int i = 0; i < centred.Length; i++)
        {
            int near = Math.Clamp(centred[i], sbyte.MinValue, sbyte.MaxValue);
            int at = (i / depth * 2 * depth) + (i % depth);
            values[at] = (sbyte)near;
            values[at + depth] = (sbyte)(centred[i] - near);
        }

        Tensor result = Tensor.Constant<sbyte>(weights.Name, DataType.Int8, [.. weights.Shape[..^1], 2 * depth], values);
        result.Quantization = quantization with { ZeroPoints = new int[quantization.Scales.Length] };
        return result;
    }

    /// <summary>The weights less their zero points.</summary>
    private static int[] Centred(Tensor weights, Quantization quantization, int axis)
    {
        int outputs = weights.Shape[axis];
        int inner = weights.Shape.Skip(axis + 1).Aggregate(1, (product, size) => product * size);
        bool single = quantization.ZeroPoints.Length == 1;
        return [.. weights.As<sbyte>().ToArray().Select((value, i) =>
            value - quantization.ZeroPoints[single ? 0 : i / inner % outputs])];
    }

    private static Tensor OfReal(Tensor weights, int axis)
    {
        int outputs = weights.Shape[axis];
        int inner = weights.Shape.Skip(axis + 1).Aggregate(1, (product, size) => product * size);
        float[] real = weights.As<float>().ToArray();
        var scales = new float[outputs];
        for (int i = 0; i < real.Length; i++)
        {
            int output = i / inner % outputs;
            scales[output] = Math.Max(scales[output], Math.Abs(real[i]) / sbyte.MaxValue);
        }

        scales = [.. scales.Select(scale => scale > 0 ? scale : 1)];
        sbyte[] values = [.. real.Select((value, i) =>
            (sbyte)Math.Clamp(Math.Round(value / (double)scales[i / inner % outputs]), -127, 127))];
        Tensor result = Tensor.Constant<sbyte>(weights.Name, DataType.Int8, weights.Shape, values);
        result.Quantization = new Quantization(scales, new int[outputs], axis);
        return result;
    }

    private static Tensor Symmetric(Tensor weights, Quantization quantization, int axis)
    {
        int outputs = weights.Shape[axis];
        int inner = weights.Shape.Skip(axis + 1).Aggregate(1, (product, size) => product * size);
        int[] shifted = Centred(weights, quantization, axis);
        var greatest = new int[outputs];
        for (int i = 0; i < shifted.Length; i++)
            greatest[i / inner % outputs] = Math.Max(greatest[i / inner % outputs], Math.Abs(shifted[i]));

        var scales = new float[outputs];
        for (int output = 0; output < outputs; output++)
        {
            scales[output] = quantization.Scales[quantization.IsPerAxis ? output : 0];
            if (greatest[output] > sbyte.MaxValue)
                scales[output] *= greatest[output] / (float)sbyte.MaxValue;
        }

        var values = new sbyte[shifted.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int output = i / inner % outputs;
            double shrink = Math.Min(1, (double)sbyte.MaxValue / greatest[output]);
            values[i] = (sbyte)Math.Round(shifted[i] * shrink);
        }

        Tensor result = Tensor.Constant<sbyte>(weights.Name, DataType.Int8, weights.Shape, values);
        result.Quantization = new Quantization(scales, new int[outputs], axis);
        return result;
    }

    /// <summary>int32 in units of the products: scale x * scale w[o].</summary>
    public static Tensor Bias(Tensor bias, Quantization x, Quantization weights)
    {
        float[] scales = [.. weights.Scales.Select(scale => x.Scale * scale)];
        var target = new Quantization(scales, new int[scales.Length]);
        bool fits = bias.Type == DataType.Int32 && bias.Quantization is { } own && own.ZeroPoints.All(zero => zero == 0)
            && Enumerable.Range(0, bias.Elements).All(c => Close(Of(own.Scales, c), Of(scales, c)));
        if (fits)
            return new Tensor(bias.Name, DataType.Int32, bias.Shape) { Data = bias.Data, Quantization = target };

        float[] real = RealValues.OfConstant(bias);
        int[] values = [.. real.Select((value, c) =>
            (int)Math.Clamp(Math.Round(value / (double)Of(scales, c)), int.MinValue, int.MaxValue))];
        Tensor result = Tensor.Constant<int>(bias.Name, DataType.Int32, bias.Shape, values);
        result.Quantization = target;
        return result;
    }

    /// <summary>A constant operand as int8 with one scale; a float one symmetric by its greatest magnitude.</summary>
    public static Tensor Operand(Tensor constant)
    {
        if (constant is { Type: DataType.Int8, Quantization.IsPerAxis: false })
            return constant;

        float greatest = RealValues.OfConstant(constant).Select(Math.Abs).DefaultIfEmpty(0).Max();
        return Operand(constant, new Quantization(greatest > 0 ? greatest / sbyte.MaxValue : 1, 0));
    }

    /// <summary>A constant operand as int8 in a given quantization.</summary>
    public static Tensor Operand(Tensor constant, Quantization target)
    {
        sbyte[] values = [.. RealValues.OfConstant(constant).Select(value => (sbyte)Math.Clamp(
            Math.Round(value / (double)target.Scale) + target.ZeroPoint, sbyte.MinValue, sbyte.MaxValue))];
        Tensor result = Tensor.Constant<sbyte>(constant.Name, DataType.Int8, constant.Shape, values);
        result.Quantization = target;
        return result;
    }

    private static float Of(float[] scales, int slice) => scales[scales.Length > 1 ? slice : 0];

    private static bool Close(float a, float b) => Math.Abs(a - b) <= ScaleTolerance * Math.Abs(b);
}
