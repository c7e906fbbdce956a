using System.Numerics;
using System.Numerics.Tensors;
namespace McuAi.ModelConverter.Training;

/// <summary>2-D convolution without im2col: windows are read where they lie.</summary>
public static class Convolution
{
    /// <summary>Pixels of which the gradients of windows are kept before they are added to the image's.</summary>
    private const int Block = 32;

    /// <summary>x [N, H, W, C] with weights [KH, KW, C, O] gives [N, OH, OW, O].</summary>
    public static Tensor<T> Conv2D<T>(this Tape<T> tape, Tensor<T> x, Tensor<T> w, Windows windows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (w.Shape.Length != 4 || w.Shape[0] != windows.KernelH || w.Shape[1] != windows.KernelW ||
            w.Shape[2] != x.Channels)
            throw new ArgumentException($"Weights of {w} do not fit images of {x} and a kernel of " +
                $"{windows.KernelH}x{windows.KernelW}.");
        int depth = windows.Taps * x.Channels, width = w.Shape[3];
        if (windows.IsPointwise)
            return tape.Linear(x, tape.Reshape(w, depth, width));

        var images = new PaddedImages<T>(tape, x, windows);
        var corners = new Places(images.Shape.Corners(images.Images));
        var steps = new Places(images.Shape.Steps());
        int pixels = images.Images * images.Shape.Pixels;
        Tensor<T> y = tape.New(x.NeedsGradient || w.NeedsGradient, images.Images, images.Shape.OutH, images.Shape.OutW, width);
        Products.Rows(images.Data, corners, steps, pixels, depth, w.Array, y.Array, width, false);
        tape.Record(y, () =>
        {
            if (w.NeedsGradient)
                Products.Depth(tape, images.Data, steps, corners, depth, pixels, tape.Gradient(y), tape.Gradient(w), width);
            if (x.NeedsGradient)
                BackwardToImages(tape, images, corners, images.Shape.Taps(), y, Products.Transposed(tape, w.Data, depth, width));
        });
        return y;
    }

    /// <summary>x [N, T, C] with weights [K, C, O] gives [N, OT, O].</summary>
    /// <param name="before">Zeros before the first step; K - 1 (times the dilation) for a causal convolution.</param>
    /// <param name="after">Zeros after the last one.</param>
    public static Tensor<T> Conv1D<T>(this Tape<T> tape, Tensor<T> x, Tensor<T> w, int stride = 1, int dilation = 1,
        int before = 0, int after = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Shape.Length != 3 || w.Shape.Length != 3)
            throw new ArgumentException($"Sequences are [N, T, C] and their weights [K, C, O], not {x} and {w}.");
        Tensor<T> y = tape.Conv2D(tape.Reshape(x, x.Shape[0], 1, x.Shape[1], x.Shape[2]), tape.Reshape(w, [1, .. w.Shape]),
            new Windows(1, w.Shape[0], 1, stride, 1, dilation, 0, before, 0, after));
        return tape.Reshape(y, y.Shape[0], y.Shape[2], y.Shape[3]);
    }

    /// <summary>Adds to the images' gradient: for blocks of pixels the gradients of their windows are computed, then
    /// added where the windows lie.</summary>
    private static void BackwardToImages<T>(Tape<T> tape, PaddedImages<T> images, Places corners, int[] taps, Tensor<T> y,
        T[] transposed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int width = y.Channels, channels = images.Shape.Channels, depth = taps.Length * channels;
        T[] dy = tape.Gradient(y);
        T[] dx = images.Gradient(tape);
        Chunks.For(images.Images, 1, (long)images.Shape.Pixels * depth * width, (first, last) =>
        {
            T[] block = new T[Block * depth];
            for (int start = first * images.Shape.Pixels; start < last * images.Shape.Pixels; start += Block)
            {
                int count = Math.Min(Block, (last * images.Shape.Pixels) - start);
                MatrixKernel.Multiply(dy, new Pitch(start * width, width), new Pitch(0, 1), 0, count, ..width, transposed, 0,
                    block, 0, depth, false);
                for (int pixel = 0; pixel < count; pixel++)
                {
                    int corner = corners.At(start + pixel);
                    for (int tap = 0; tap < taps.Length; tap++)
                    {
                        Span<T> place = dx.AsSpan(corner + taps[tap], channels);
                        TensorPrimitives.Add<T>(place, block.AsSpan((pixel * depth) + (tap * channels), channels), place);
                    }
                }
            }
        });
        images.AddGradient(tape, dx);
    }
}
