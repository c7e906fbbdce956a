using System.Numerics;
using System.Numerics.Tensors;
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

/// <summary>The input of a windowed operation with its padding of zeros, and where in it windows and taps lie.</summary>
internal sealed class PaddedImages<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T> _x;
    private readonly Windows _windows;

    public PaddedImages(Tape<T> tape, Tensor<T> x, Windows windows, T padding = default)
    {
        if (x.Shape.Length != 4)
            throw new ArgumentException($"Images are [N, H, W, C], not {x}.");
        (_x, _windows) = (x, windows);
        (Images, Channels) = (x.Shape[0], x.Shape[3]);
        (Height, Width) = (x.Shape[1] + windows.Top + windows.Bottom, x.Shape[2] + windows.Left + windows.Right);
        (OutH, OutW) = (windows.OutH(x.Shape[1]), windows.OutW(x.Shape[2]));
        Data = HasPadding ? Pad(tape, padding) : x.Array;
    }

    public int Images { get; }

    public int Channels { get; }

    public int Height { get; }

    public int Width { get; }

    public int OutH { get; }

    public int OutW { get; }

    public int Pixels => OutH * OutW;

    public int ImageSize => Height * Width * Channels;

    public T[] Data { get; }

    private bool HasPadding => (Height, Width) != (_x.Shape[1], _x.Shape[2]);

    private int Row => Width * Channels;

    /// <summary>Offset of the first tap of every window of the batch.</summary>
    public int[] Corners()
    {
        int[] corners = new int[Images * Pixels];
        int index = 0;
        for (int image = 0; image < Images; image++)
            for (int y = 0; y < OutH; y++)
                for (int x = 0; x < OutW; x++)
                    corners[index++] = (image * ImageSize) + (y * _windows.StrideH * Row) + (x * _windows.StrideW * Channels);
        return corners;
    }

    /// <summary>Offset of every element of a window from its corner, in the order of the weights [KH, KW, C].</summary>
    public int[] Steps()
    {
        int[] taps = Taps();
        int[] steps = new int[taps.Length * Channels];
        for (int i = 0; i < steps.Length; i++)
            steps[i] = taps[i / Channels] + (i % Channels);
        return steps;
    }

    /// <summary>Offset of every pixel of a window from its corner.</summary>
    public int[] Taps()
    {
        int[] taps = new int[_windows.Taps];
        for (int i = 0; i < taps.Length; i++)
            taps[i] = (i / _windows.KernelW * _windows.DilationH * Row) + (i % _windows.KernelW * _windows.DilationW * Channels);
        return taps;
    }

    /// <summary>The gradient of the padded images, to be added to by an operation on its way back.</summary>
    public T[] Gradient(Tape<T> tape)
    {
        if (!HasPadding)
            return tape.Gradient(_x);
        T[] gradient = tape.Scratch(Data.Length);
        gradient.AsSpan().Clear();
        return gradient;
    }

    /// <summary>Adds what is not padding to the gradient of the images.</summary>
    public void AddGradient(Tape<T> tape, T[] gradient)
    {
        if (!HasPadding)
            return;
        T[] dx = tape.Gradient(_x);
        ForRows((padded, plain, count) => TensorPrimitives.Add<T>(dx.AsSpan(plain, count), gradient.AsSpan(padded, count),
            dx.AsSpan(plain, count)));
    }

    private T[] Pad(Tape<T> tape, T padding)
    {
        T[] data = tape.Scratch(Images * ImageSize);
        data.AsSpan().Fill(padding);
        T[] x = _x.Array;
        ForRows((padded, plain, count) => x.AsSpan(plain, count).CopyTo(data.AsSpan(padded, count)));
        return data;
    }

    private void ForRows(Action<int, int, int> body)
    {
        int height = _x.Shape[1], count = _x.Shape[2] * Channels;
        for (int row = 0; row < Images * height; row++)
        {
            int line = (row / height * Height) + (row % height) + _windows.Top;
            body((line * Row) + (_windows.Left * Channels), row * count, count);
        }
    }
}
