namespace McuAi.ModelConverter.Training;

/// <summary>How a kernel moves over an image. Padding is per side; <see cref="Same"/> and <see cref="Valid"/> make the
/// usual ones.</summary>
public readonly record struct Windows(int KernelH, int KernelW, int StrideH, int StrideW, int DilationH, int DilationW,
    int Top, int Left, int Bottom, int Right)
{
    /// <summary>Windows inside the image only.</summary>
    public static Windows Valid(int kernelH, int kernelW, int strideH = 1, int strideW = 1) =>
        new(kernelH, kernelW, strideH, strideW, 1, 1, 0, 0, 0, 0);

    /// <summary>ceil(size / stride) windows, the padding divided as TensorFlow does: the odd one is at the end.</summary>
    public static Windows Same(int height, int width, int kernelH, int kernelW, int strideH = 1, int strideW = 1,
        int dilationH = 1, int dilationW = 1)
    {
        int vertical = Padding(height, kernelH, strideH, dilationH);
        int horizontal = Padding(width, kernelW, strideW, dilationW);
        return new Windows(kernelH, kernelW, strideH, strideW, dilationH, dilationW, vertical / 2, horizontal / 2,
            vertical - (vertical / 2), horizontal - (horizontal / 2));
    }

    public int OutH(int height) => Out(height + Top + Bottom, KernelH, StrideH, DilationH);

    public int OutW(int width) => Out(width + Left + Right, KernelW, StrideW, DilationW);

    public int Taps => KernelH * KernelW;

    /// <summary>Windows over the results of these ones, with a stride of 1, that see of them what an input of these ones
    /// was seen by: a convolution's gradient is a convolution with the taps in reverse. Null where there are none.</summary>
    internal Windows? Reversed
    {
        get
        {
            (int h, int w) = ((KernelH - 1) * DilationH, (KernelW - 1) * DilationW);
            bool fits = StrideH == 1 && StrideW == 1 && Math.Max(Top, Bottom) <= h && Math.Max(Left, Right) <= w;
            return fits ? this with { Top = h - Top, Bottom = h - Bottom, Left = w - Left, Right = w - Right } : null;
        }
    }

    internal bool IsPointwise => this is { Taps: 1, StrideH: 1, StrideW: 1, Top: 0, Left: 0, Bottom: 0, Right: 0 };

    private static int Padding(int size, int kernel, int stride, int dilation) =>
        Math.Max(0, ((((size + stride - 1) / stride) - 1) * stride) + ((kernel - 1) * dilation) + 1 - size);

    private static int Out(int padded, int kernel, int stride, int dilation)
    {
        int rest = padded - ((kernel - 1) * dilation) - 1;
        return rest >= 0
            ? (rest / stride) + 1
            : throw new ArgumentException($"A kernel of {kernel} is larger than its padded input of {padded}.");
    }
}
