using System.Numerics;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Reference;

/// <summary>Sums of products of the convolutions over NHWC images and of dense layers, in float or int (less the zero
/// points). Outputs start with the bias, taps outside the image add nothing.</summary>
internal static class Convolution
{
    /// <summary>The sums of a Conv2D, DepthwiseConv2D, TransposeConv or FullyConnected node.</summary>
    /// <param name="bias">[O]; null for none.</param>
    public static void Sums<T>(Node node, T[] x, T[] filter, T[]? bias, T[] y) where T : unmanaged, INumber<T>
    {
        int channels = node.Output.Shape[^1];
        for (int i = 0; bias is not null && i < y.Length; i += channels)
            bias.CopyTo(y, i);

        switch (node.Kind)
        {
            case OperatorKind.Conv2D:
                Conv2D(ConvShape.Of(node), x, filter, y);
                break;
            case OperatorKind.DepthwiseConv2D:
                Depthwise(ConvShape.Of(node), x, filter, y);
                break;
            case OperatorKind.TransposeConv:
                Transposed(ConvShape.OfTransposed(node), x, filter, y);
                break;
            default:
                Dense(node.Input(1).Shape, x, filter, y);
                break;
        }
    }

    /// <param name="filterShape">[O,K]</param>
    /// <param name="x">[..., K]</param>
    /// <param name="y">[..., O]</param>
    private static void Dense<T>(int[] filterShape, T[] x, T[] filter, T[] y) where T : unmanaged, INumber<T>
    {
        int outputs = filterShape[0], depth = filterShape[1];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] += VectorMath.Dot<T>(x.AsSpan(i / outputs * depth, depth),
                filter.AsSpan(i % outputs * depth, depth));
        }
    }

    /// <param name="x">[N,H,W,C]</param>
    /// <param name="filter">[O,KH,KW,C]</param>
    /// <param name="y">[N,OH,OW,O]</param>
    private static void Conv2D<T>(in ConvShape shape, T[] x, T[] filter, T[] y) where T : unmanaged, INumber<T>
    {
        var patch = new T[filter.Length / shape.OutC];
        for (int pixel = 0; pixel < shape.Batch * shape.OutH * shape.OutW; pixel++)
        {
            Array.Clear(patch);
            foreach ((int tap, int at) in shape.Taps(pixel))
                x.AsSpan(at * shape.InC, shape.InC).CopyTo(patch.AsSpan(tap * shape.InC));

            for (int o = 0; o < shape.OutC; o++)
            {
                y[(pixel * shape.OutC) + o] += VectorMath.Dot<T>(patch,
                    filter.AsSpan(o * patch.Length, patch.Length));
            }
        }
    }

    /// <param name="x">[N,H,W,C]</param>
    /// <param name="filter">[1,KH,KW,C*M]</param>
    /// <param name="y">[N,OH,OW,C*M]</param>
    private static void Depthwise<T>(in ConvShape shape, T[] x, T[] filter, T[] y) where T : unmanaged, INumber<T>
    {
        int multiplier = shape.OutC / shape.InC;
        for (int pixel = 0; pixel < shape.Batch * shape.OutH * shape.OutW; pixel++)
        {
            Span<T> sums = y.AsSpan(pixel * shape.OutC, shape.OutC);
            foreach ((int tap, int at) in shape.Taps(pixel))
            {
                ReadOnlySpan<T> inputs = x.AsSpan(at * shape.InC, shape.InC);
                ReadOnlySpan<T> weights = filter.AsSpan(tap * shape.OutC, shape.OutC);
                if (multiplier == 1)
                    VectorMath.MultiplyAdd(inputs, weights, sums);

                for (int o = 0; multiplier != 1 && o < shape.OutC; o++)
                    sums[o] += inputs[o / multiplier] * weights[o];
            }
        }
    }

    /// <summary>Each input pixel adds its multiple of the filter to the output around (iy * stride - pad).</summary>
    /// <param name="shape">Of the convolution from the output to the input.</param>
    /// <param name="x">[N,H,W,C]</param>
    /// <param name="filter">[O,KH,KW,C]</param>
    /// <param name="y">[N,OH,OW,O]</param>
    private static void Transposed<T>(in ConvShape shape, T[] x, T[] filter, T[] y) where T : unmanaged, INumber<T>
    {
        int channels = shape.OutC, outputs = shape.InC, taps = shape.KernelH * shape.KernelW;
        for (int pixel = 0; pixel < shape.Batch * shape.OutH * shape.OutW; pixel++)
        {
            ReadOnlySpan<T> inputs = x.AsSpan(pixel * channels, channels);
            foreach ((int tap, int at) in shape.Taps(pixel))
            {
                for (int o = 0; o < outputs; o++)
                    y[(at * outputs) + o] += VectorMath.Dot(inputs,
                        filter.AsSpan(((o * taps) + tap) * channels, channels));
            }
        }
    }
}
