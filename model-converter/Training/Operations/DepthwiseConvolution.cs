using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace McuAi.ModelConverter.Training;

/// <summary>Convolution of each channel by itself, a vector of channels at a time.</summary>
public static class DepthwiseConvolution
{
    /// <summary>Pixels or taps that share a load.</summary>
    private const int Block = 4;

    /// <summary>x [N, H, W, C] with weights [KH, KW, C] gives [N, OH, OW, C].</summary>
    public static Tensor<T> DepthwiseConv2D<T>(this Tape<T> tape, Tensor<T> x, Tensor<T> w, Windows windows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (w.Shape.Length != 3 || w.Shape[0] != windows.KernelH || w.Shape[1] != windows.KernelW ||
            w.Shape[2] != x.Channels)
            throw new ArgumentException($"Depthwise weights of {w} do not fit images of {x} and a kernel of " +
                $"{windows.KernelH}x{windows.KernelW}.");
        var images = new PaddedImages<T>(tape, x, windows);
        int[] corners = images.Corners();
        int[] taps = images.Taps();
        Tensor<T> y = tape.New(x.NeedsGradient || w.NeedsGradient, images.Images, images.OutH, images.OutW, x.Channels);
        Chunks.For(images.Images, 1, (long)images.Pixels * w.Count, (first, last) =>
            Forward(images.Data, corners, taps, first * images.Pixels, last * images.Pixels, w.Array, y.Array, x.Channels));
        tape.Record(y, () =>
        {
            T[] dy = tape.Gradient(y);
            if (w.NeedsGradient)
                BackwardToWeights(tape, images, corners, taps, dy, tape.Gradient(w));
            if (x.NeedsGradient)
            {
                T[] dx = images.Gradient(tape);
                Chunks.For(images.Images, 1, (long)images.Pixels * w.Count, (first, last) => BackwardToImages(
                    dx, corners, taps, first * images.Pixels, last * images.Pixels, w.Array, dy, images.Channels));
                images.AddGradient(tape, dx);
            }
        });
        return y;
    }

    private static void Forward<T>(T[] x, int[] corners, int[] taps, int first, int last, T[] w, T[] y, int channels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int lanes = Vector<T>.Count;
        ref T x0 = ref MemoryMarshal.GetArrayDataReference(x);
        ref T w0 = ref MemoryMarshal.GetArrayDataReference(w);
        ref T y0 = ref MemoryMarshal.GetArrayDataReference(y);
        int pixel = first;
        for (; pixel + Block <= last; pixel += Block)
        {
            int channel = 0;
            for (; channel + lanes <= channels; channel += lanes)
            {
                Vector<T> s0 = default, s1 = default, s2 = default, s3 = default;
                ref T p0 = ref Unsafe.Add(ref x0, corners[pixel] + channel);
                ref T p1 = ref Unsafe.Add(ref x0, corners[pixel + 1] + channel);
                ref T p2 = ref Unsafe.Add(ref x0, corners[pixel + 2] + channel);
                ref T p3 = ref Unsafe.Add(ref x0, corners[pixel + 3] + channel);
                for (int k = 0; k < taps.Length; k++)
                {
                    int tap = taps[k];
                    Vector<T> weight = Vector.LoadUnsafe(ref Unsafe.Add(ref w0, (k * channels) + channel));
                    s0 = Lanes.MultiplyAdd(Vector.LoadUnsafe(ref Unsafe.Add(ref p0, tap)), weight, s0);
                    s1 = Lanes.MultiplyAdd(Vector.LoadUnsafe(ref Unsafe.Add(ref p1, tap)), weight, s1);
                    s2 = Lanes.MultiplyAdd(Vector.LoadUnsafe(ref Unsafe.Add(ref p2, tap)), weight, s2);
                    s3 = Lanes.MultiplyAdd(Vector.LoadUnsafe(ref Unsafe.Add(ref p3, tap)), weight, s3);
                }

                ref T to = ref Unsafe.Add(ref y0, (pixel * channels) + channel);
                s0.StoreUnsafe(ref to);
                s1.StoreUnsafe(ref Unsafe.Add(ref to, channels));
                s2.StoreUnsafe(ref Unsafe.Add(ref to, 2 * channels));
                s3.StoreUnsafe(ref Unsafe.Add(ref to, 3 * channels));
            }

            for (int i = pixel; i < pixel + Block; i++)
                ForwardPixel(x, corners[i], taps, w, y, i, channel, channels);
        }

        for (; pixel < last; pixel++)
            ForwardPixel(x, corners[pixel], taps, w, y, pixel, 0, channels);
    }

    private static void ForwardPixel<T>(T[] x, int corner, int[] taps, T[] w, T[] y, int pixel, int from, int channels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int channel = from; channel < channels; channel++)
        {
            T sum = default;
            for (int k = 0; k < taps.Length; k++)
                sum = T.FusedMultiplyAdd(x[corner + taps[k] + channel], w[(k * channels) + channel], sum);
            y[(pixel * channels) + channel] = sum;
        }
    }

    private static void BackwardToImages<T>(T[] dx, int[] corners, int[] taps, int first, int last, T[] w, T[] dy,
        int channels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int pixel = first; pixel < last; pixel++)
        {
            ReadOnlySpan<T> from = dy.AsSpan(pixel * channels, channels);
            for (int k = 0; k < taps.Length; k++)
            {
                Span<T> place = dx.AsSpan(corners[pixel] + taps[k], channels);
                MultiplyAdd(from, w.AsSpan(k * channels, channels), place);
            }
        }
    }

    /// <summary>Sums over pixels, in parts side by side, then in order.</summary>
    private static void BackwardToWeights<T>(Tape<T> tape, PaddedImages<T> images, int[] corners, int[] taps, T[] dy, T[] dw)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int channels = images.Channels;
        T[] parts = tape.Scratch(Chunks.Parts * dw.Length);
        parts.AsSpan().Clear();
        Chunks.ForParts(corners.Length, dw.Length, (part, first, last) =>
        {
            Span<T> sums = parts.AsSpan(part * dw.Length, dw.Length);
            // Blocks of pixels stay in the first-level cache while all taps go over them.
            for (int begin = first; begin < last; begin += 16)
                for (int k = 0; k < taps.Length; k++)
                    AddProducts(images.Data, corners.AsSpan(begin, Math.Min(16, last - begin)), taps[k], dy,
                        begin * channels, sums.Slice(k * channels, channels));
        });
        for (int part = 0; part < Chunks.Parts; part++)
            TensorPrimitives.Add<T>(dw, parts.AsSpan(part * dw.Length, dw.Length), dw);
    }

    /// <summary>sums[c] += sum over pixels of x[corner + tap + c] dy[pixel, c].</summary>
    private static void AddProducts<T>(T[] x, ReadOnlySpan<int> corners, int tap, T[] dy, int dyStart, Span<T> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int lanes = Vector<T>.Count, channel = 0, channels = sums.Length;
        for (; channel + lanes <= channels; channel += lanes)
        {
            var sum = new Vector<T>(sums[channel..]);
            for (int i = 0; i < corners.Length; i++)
                sum = Lanes.MultiplyAdd(
                    Vector.LoadUnsafe(ref x[corners[i] + tap + channel]),
                    Vector.LoadUnsafe(ref dy[dyStart + (i * channels) + channel]), sum);
            sum.CopyTo(sums[channel..]);
        }

        for (; channel < channels; channel++)
            for (int i = 0; i < corners.Length; i++)
                sums[channel] = T.FusedMultiplyAdd(x[corners[i] + tap + channel], dy[dyStart + (i * channels) + channel],
                    sums[channel]);
    }

    /// <summary>sum += a b, elementwise.</summary>
    private static void MultiplyAdd<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int lanes = Vector<T>.Count, i = 0;
        for (; i + lanes <= sum.Length; i += lanes)
            Lanes.MultiplyAdd(new Vector<T>(a[i..]), new Vector<T>(b[i..]), new Vector<T>(sum[i..])).CopyTo(sum[i..]);
        for (; i < sum.Length; i++)
            sum[i] = T.FusedMultiplyAdd(a[i], b[i], sum[i]);
    }
}
