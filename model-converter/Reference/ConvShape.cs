using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Reference;

/// <summary>Geometry of a convolution over NHWC images.</summary>
internal readonly record struct ConvShape(int Batch, int InH, int InW, int InC, int OutH, int OutW, int OutC,
    int KernelH, int KernelW, int StrideH, int StrideW, int DilationH, int DilationW, int PadTop, int PadLeft)
{
    public static ConvShape Of(Node node) => Of(node, node.Input(0).Shape, node.Output.Shape);

    /// <summary>A transposed convolution is seen as the convolution from its output to its input whose
    /// gradient it is: "in" is the larger image here.</summary>
    public static ConvShape OfTransposed(Node node) => Of(node, node.Output.Shape, node.Input(0).Shape);

    private static ConvShape Of(Node node, int[] x, int[] y)
    {
        var attributes = node.Get<ConvAttributes>();
        int[] filter = node.Input(1).Shape;
        return new ConvShape(x[0], x[1], x[2], x[3], y[1], y[2], y[3], filter[1], filter[2], attributes.StrideH,
            attributes.StrideW, attributes.DilationH, attributes.DilationW, attributes.Padding.Top,
            attributes.Padding.Left);
    }

    /// <summary>The image and the input coordinates under the kernel's first tap for an output pixel, counted over all
    /// images.</summary>
    public (int Batch, int Top, int Left) Origin(int pixel)
    {
        int ox = pixel % OutW;
        int oy = pixel / OutW % OutH;
        return (pixel / (OutW * OutH), (oy * StrideH) - PadTop, (ox * StrideW) - PadLeft);
    }

    /// <summary>Taps of an output pixel that lie inside the image, with the input pixel each reads.</summary>
    public IEnumerable<(int Tap, int InputPixel)> Taps(int pixel)
    {
        (int n, int top, int left) = Origin(pixel);
        for (int ky = 0; ky < KernelH; ky++)
        {
            int iy = top + (ky * DilationH);
            if (iy < 0 || iy >= InH)
                continue;

            for (int kx = 0; kx < KernelW; kx++)
            {
                int ix = left + (kx * DilationW);
                if (ix >= 0 && ix < InW)
                    yield return ((ky * KernelW) + kx, (((n * InH) + iy) * InW) + ix);
            }
        }
    }
}
