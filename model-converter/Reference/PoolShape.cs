using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Reference;

/// <summary>Geometry of pooling over NHWC images.</summary>
internal readonly record struct PoolShape(int Batch, int InH, int InW, int Channels, int OutH, int OutW, int KernelH,
    int KernelW, int StrideH, int StrideW, int PadTop, int PadLeft, bool CountPadding)
{
    public static PoolShape Of(Node node)
    {
        var attributes = node.Get<PoolAttributes>();
        int[] x = node.Input(0).Shape;
        int[] y = node.Output.Shape;
        bool whole = attributes.KernelH == 0;
        return new PoolShape(x[0], x[1], x[2], x[3], y[1], y[2], whole ? x[1] : attributes.KernelH,
            whole ? x[2] : attributes.KernelW, whole ? 1 : attributes.StrideH, whole ? 1 : attributes.StrideW,
            attributes.Padding.Top, attributes.Padding.Left, attributes.CountPadding);
    }

    /// <summary>Input pixels inside the image that an output pixel, counted over all images, pools.</summary>
    public IEnumerable<int> Window(int pixel)
    {
        int n = pixel / (OutW * OutH);
        int top = (pixel / OutW % OutH * StrideH) - PadTop;
        int left = (pixel % OutW * StrideW) - PadLeft;
        for (int iy = Math.Max(top, 0); iy < Math.Min(top + KernelH, InH); iy++)
        {
            for (int ix = Math.Max(left, 0); ix < Math.Min(left + KernelW, InW); ix++)
                yield return (((n * InH) + iy) * InW) + ix;
        }
    }
}
