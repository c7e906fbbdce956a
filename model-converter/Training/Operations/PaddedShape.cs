using System.Numerics;
using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Training;

/// <summary>An image [H, W, C] with padding around it, and where in it the windows and taps of an operation lie.</summary>
internal sealed class PaddedShape
{
    private readonly Windows _windows;
    private readonly int _plainHeight, _plainWidth;

    public PaddedShape(int height, int width, int channels, Windows windows)
    {
        (_plainHeight, _plainWidth, _windows, Channels) = (height, width, windows, channels);
        (Height, Width) = (height + windows.Top + windows.Bottom, width + windows.Left + windows.Right);
        (OutH, OutW) = (windows.OutH(height), windows.OutW(width));
    }

    public int Channels { get; }

    public int Height { get; }

    public int Width { get; }

    public int OutH { get; }

    public int OutW { get; }

    public int Pixels => OutH * OutW;

    /// <summary>Elements of an image with its padding.</summary>
    public int Size => Height * Width * Channels;

    /// <summary>Elements of an image without it.</summary>
    public int PlainSize => _plainHeight * _plainWidth * Channels;

    public bool HasPadding => Size != PlainSize;

    private int Row => Width * Channels;

    /// <summary>Offset of the first tap of every window of some images.</summary>
    public int[] Corners(int images)
    {
        int[] corners = new int[images * Pixels];
        int index = 0;
        for (int image = 0; image < images; image++)
            for (int y = 0; y < OutH; y++)
                for (int x = 0; x < OutW; x++)
                    corners[index++] = (image * Size) + (y * _windows.StrideH * Row) + (x * _windows.StrideW * Channels);
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

    /// <summary>Copies an image into the middle of a padded one.</summary>
    public void Pad<T>(ReadOnlySpan<T> image, Span<T> padded)
    {
        int count = _plainWidth * Channels;
        for (int row = 0; row < _plainHeight; row++)
            image.Slice(row * count, count).CopyTo(padded[Start(row)..]);
    }

    /// <summary>Adds the middle of a padded image to an image, or assigns it.</summary>
    public void AddUnpadded<T>(ReadOnlySpan<T> padded, Span<T> image, bool assigns) where T : unmanaged, INumberBase<T>
    {
        int count = _plainWidth * Channels;
        for (int row = 0; row < _plainHeight; row++)
        {
            ReadOnlySpan<T> from = padded.Slice(Start(row), count);
            Span<T> to = image.Slice(row * count, count);
            if (assigns)
                from.CopyTo(to);
            else
                TensorPrimitives.Add(to, from, to);
        }
    }

    private int Start(int row) => ((row + _windows.Top) * Row) + (_windows.Left * Channels);
}
