using System.Numerics;
using System.Numerics.Tensors;
using McuAi.ModelConverter.Reference;

namespace McuAi.ModelConverter.Training;

/// <summary>Pooling of images [N, H, W, C].</summary>
public static class Pooling
{
    /// <summary>The mean of each channel over the whole image: [N, C].</summary>
    public static Tensor<T> GlobalAverage<T>(this Tape<T> tape, Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int images = x.Shape[0], channels = x.Channels, pixels = x.Rows / images;
        Tensor<T> y = tape.New(x.NeedsGradient, images, channels);
        y.Data.Clear();
        T share = T.One / T.CreateChecked(pixels);
        for (int row = 0; row < x.Rows; row++)
        {
            Span<T> to = y.Data.Slice(row / pixels * channels, channels);
            TensorPrimitives.Add<T>(to, x.Data.Slice(row * channels, channels), to);
        }

        TensorPrimitives.Multiply<T>(y.Data, share, y.Data);
        tape.Record(y, () =>
        {
            (T[] dx, T[] dy) = (tape.Gradient(x, out bool isNew), tape.Gradient(y));
            for (int row = 0; row < x.Rows; row++)
            {
                Span<T> to = dx.AsSpan(row * channels, channels);
                ReadOnlySpan<T> from = dy.AsSpan(row / pixels * channels, channels);
                if (isNew)
                    TensorPrimitives.Multiply(from, share, to);
                else
                    TensorPrimitives.FusedMultiplyAdd(from, share, to, to);
            }
        });
        return y;
    }

    /// <summary>The mean over some dimensions, of which one element each is left.</summary>
    public static Tensor<T> Mean<T>(this Tape<T> tape, Tensor<T> x, params int[] axes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] shape = [.. x.Shape.Select((size, axis) => axes.Contains(axis) ? 1 : size)];
        int[] strides = Strides.Broadcast(shape, x.Shape);
        Tensor<T> y = tape.New(x.NeedsGradient, shape);
        T share = T.CreateChecked((double)y.Count / x.Count);
        y.Data.Clear();
        var walk = new Strides.Walk(x.Shape, strides, strides);
        for (int i = 0; walk.Next(); i++)
            y.Array[walk.First] += x.Array[i];
        TensorPrimitives.Multiply<T>(y.Data, share, y.Data);
        tape.Record(y, () =>
        {
            (T[] dx, T[] dy) = (tape.Gradient(x), tape.Gradient(y));
            var walk = new Strides.Walk(x.Shape, strides, strides);
            for (int i = 0; walk.Next(); i++)
                dx[i] += share * dy[walk.First];
        });
        return y;
    }

    /// <summary>The mean over each window; padding does not count, unless <paramref name="countPadding"/>.</summary>
    public static Tensor<T> AveragePool<T>(this Tape<T> tape, Tensor<T> x, Windows windows, bool countPadding = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var images = new PaddedImages<T>(tape, x, windows);
        (int[] corners, int[] taps, int channels) = (images.Shape.Corners(images.Images), images.Shape.Taps(), x.Channels);
        Tensor<T> y = tape.New(x.NeedsGradient, images.Images, images.Shape.OutH, images.Shape.OutW, channels);
        T[] shares = [.. Counts(x, windows, images.Shape).Select(count =>
            T.One / T.CreateChecked(countPadding ? windows.Taps : count))];
        y.Data.Clear();
        for (int pixel = 0; pixel < corners.Length; pixel++)
        {
            Span<T> to = y.Data.Slice(pixel * channels, channels);
            foreach (int tap in taps)
                TensorPrimitives.Add<T>(to, images.Data.AsSpan(corners[pixel] + tap, channels), to);
            TensorPrimitives.Multiply<T>(to, shares[pixel % shares.Length], to);
        }

        tape.Record(y, () =>
        {
            (T[] dx, T[] dy) = (images.Gradient(tape), tape.Gradient(y));
            for (int pixel = 0; pixel < corners.Length; pixel++)
                foreach (int tap in taps)
                {
                    Span<T> to = dx.AsSpan(corners[pixel] + tap, channels);
                    TensorPrimitives.FusedMultiplyAdd<T>(dy.AsSpan(pixel * channels, channels),
                        shares[pixel % shares.Length], to, to);
                }

            images.AddGradient(tape, dx);
        });
        return y;
    }

    /// <summary>The greatest element of each window; the first one where several are equal.</summary>
    public static Tensor<T> MaxPool<T>(this Tape<T> tape, Tensor<T> x, Windows windows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var images = new PaddedImages<T>(tape, x, windows, T.NegativeInfinity);
        (int[] corners, int[] taps, int channels) = (images.Shape.Corners(images.Images), images.Shape.Taps(), x.Channels);
        Tensor<T> y = tape.New(x.NeedsGradient, images.Images, images.Shape.OutH, images.Shape.OutW, channels);
        int[] greatest = new int[y.Count];
        for (int i = 0; i < y.Count; i++)
        {
            greatest[i] = corners[i / channels] + taps[0] + (i % channels);
            foreach (int tap in taps)
            {
                int place = corners[i / channels] + tap + (i % channels);
                if (images.Data[place] > images.Data[greatest[i]])
                    greatest[i] = place;
            }

            y.Data[i] = images.Data[greatest[i]];
        }

        tape.Record(y, () =>
        {
            (T[] dx, T[] dy) = (images.Gradient(tape), tape.Gradient(y));
            for (int i = 0; i < dy.Length; i++)
                dx[greatest[i]] += dy[i];
            images.AddGradient(tape, dx);
        });
        return y;
    }

    /// <summary>Taps inside the image for each output pixel of one image.</summary>
    private static IEnumerable<int> Counts<T>(Tensor<T> x, Windows w, PaddedShape images)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < images.OutH; row++)
            for (int column = 0; column < images.OutW; column++)
                yield return Inside((row * w.StrideH) - w.Top, w.KernelH, w.DilationH, x.Shape[1]) *
                    Inside((column * w.StrideW) - w.Left, w.KernelW, w.DilationW, x.Shape[2]);
    }

    private static int Inside(int start, int kernel, int dilation, int size)
    {
        int count = 0;
        for (int tap = 0; tap < kernel; tap++)
            if (start + (tap * dilation) >= 0 && start + (tap * dilation) < size)
                count++;
        return count;
    }
}
