using System.Buffers;
using System.Numerics;

namespace McuAi.ModelConverter.Training;

/// <summary>Convolution of each channel by itself. Images are padded one by one in memory that stays in the cache.
/// </summary>
public static class DepthwiseConvolution
{
    /// <summary>x [N, H, W, C] with weights [KH, KW, C] gives [N, OH, OW, C].</summary>
    public static Tensor<T> DepthwiseConv2D<T>(this Tape<T> tape, Tensor<T> x, Tensor<T> w, Windows windows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (w.Shape.Length != 3 || w.Shape[0] != windows.KernelH || w.Shape[1] != windows.KernelW ||
            w.Shape[2] != x.Channels)
            throw new ArgumentException($"Depthwise weights of {w} do not fit images of {x} and a kernel of " +
                $"{windows.KernelH}x{windows.KernelW}.");
        PaddedShape shape = PaddedImages<T>.ShapeOf(x, windows);
        (int[] corners, int[] taps, int images) = (shape.Corners(1), shape.Taps(), x.Shape[0]);
        Tensor<T> y = tape.New(x.NeedsGradient || w.NeedsGradient, images, shape.OutH, shape.OutW, x.Channels);
        Chunks.For(images, 1, (long)shape.Pixels * w.Count, (first, last) =>
        {
            using var padded = new Padded<T>(shape);
            for (int image = first; image < last; image++)
                DepthwiseKernel.Products<T>(padded.Of(x.Array, image), corners, taps, w.Array,
                    Image(y.Array, image, images), x.Channels);
        });
        tape.Record(y, () =>
        {
            T[] dy = tape.Gradient(y);
            if (w.NeedsGradient)
                BackwardToWeights(tape, x, dy, shape, tape.Gradient(w));
            if (x.NeedsGradient && windows.Reversed is { } reversed)
                BackwardByProducts(tape, x, y, w.Array, reversed);
            else if (x.NeedsGradient)
                BackwardByTaps(tape, x, dy, w.Array, shape);
        });
        return y;
    }

    /// <summary>Sums over images, in parts side by side, then in order.</summary>
    private static void BackwardToWeights<T>(Tape<T> tape, Tensor<T> x, T[] dy, PaddedShape shape, T[] dw)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int[] corners, int[] taps, int images) = (shape.Corners(1), shape.Taps(), x.Shape[0]);
        T[] parts = tape.Scratch(Chunks.Parts * dw.Length);
        parts.AsSpan().Clear();
        Chunks.ForParts(images, (long)shape.Pixels * dw.Length, (part, first, last) =>
        {
            using var padded = new Padded<T>(shape);
            for (int image = first; image < last; image++)
                DepthwiseKernel.AddTapSums<T>(padded.Of(x.Array, image), corners, taps, Image(dy, image, images),
                    parts.AsSpan(part * dw.Length, dw.Length), x.Channels);
        });
        Chunks.AddParts(parts, dw);
    }

    /// <summary>The gradient of images as a convolution of dy with the taps in reverse.</summary>
    private static void BackwardByProducts<T>(Tape<T> tape, Tensor<T> x, Tensor<T> y, T[] w, Windows reversed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        PaddedShape shape = PaddedImages<T>.ShapeOf(y, reversed);
        (int[] corners, int[] taps, int images) = (shape.Corners(1), shape.Taps(), x.Shape[0]);
        T[] dy = tape.Gradient(y);
        T[] dx = tape.Gradient(x, out bool isNew);
        Array.Reverse(taps);
        Chunks.For(images, 1, (long)shape.Pixels * w.Length, (first, last) =>
        {
            using var padded = new Padded<T>(shape);
            T[] added = isNew ? [] : new T[dx.Length / images];
            for (int image = first; image < last; image++)
            {
                Span<T> place = Image(dx, image, images);
                DepthwiseKernel.Products(padded.Of(dy, image), corners, taps, w, isNew ? place : added, x.Channels);
                if (!isNew)
                    System.Numerics.Tensors.TensorPrimitives.Add<T>(place, added, place);
            }
        });
    }

    /// <summary>The gradient of images, each dy added where its window's taps are.</summary>
    private static void BackwardByTaps<T>(Tape<T> tape, Tensor<T> x, T[] dy, T[] w, PaddedShape shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int[] corners, int[] taps, int images) = (shape.Corners(1), shape.Taps(), x.Shape[0]);
        T[] dx = tape.Gradient(x, out bool isNew);
        Chunks.For(images, 1, (long)shape.Pixels * w.Length, (first, last) =>
        {
            T[] padded = new T[shape.Size];
            for (int image = first; image < last; image++)
            {
                padded.AsSpan().Clear();
                DepthwiseKernel.AddToTaps(Image(dy, image, images), corners, taps, w, padded, x.Channels);
                shape.AddUnpadded(padded, Image(dx, image, images), isNew);
            }
        });
    }

    private static Span<T> Image<T>(T[] batch, int image, int images)
    {
        int size = batch.Length / images;
        return batch.AsSpan(image * size, size);
    }

    /// <summary>Memory for one image and its padding.</summary>
    private readonly struct Padded<T> : IDisposable where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly PaddedShape _shape;
        private readonly T[] _memory;

        public Padded(PaddedShape shape)
        {
            _shape = shape;
            _memory = shape.HasPadding ? ArrayPool<T>.Shared.Rent(shape.Size) : [];
            _memory.AsSpan().Clear();
        }

        /// <summary>An image of a batch, padded.</summary>
        public ReadOnlySpan<T> Of(T[] batch, int image)
        {
            ReadOnlySpan<T> plain = batch.AsSpan(image * _shape.PlainSize, _shape.PlainSize);
            if (!_shape.HasPadding)
                return plain;
            _shape.Pad(plain, _memory);
            return _memory.AsSpan(0, _shape.Size);
        }

        public void Dispose()
        {
            if (_shape.HasPadding)
                ArrayPool<T>.Shared.Return(_memory);
        }
    }
}
