using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace McuAi.ModelConverter.Training;

/// <summary>The inner loops of depthwise convolution over one padded image, a vector of channels at a time. Where the
/// pixels, taps or channels are no multiple of a block, the last block overlaps the one before, and computes the same
/// again.</summary>
internal static class DepthwiseKernel
{
    /// <summary>Pixels or taps that share a load.</summary>
    private const int Block = 4;

    /// <summary>y[p, c] = sum over taps of x[corner p + tap, c] w[tap, c].</summary>
    public static void Products<T>(ReadOnlySpan<T> x, int[] corners, int[] taps, ReadOnlySpan<T> w, Span<T> y, int channels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int lanes = Vector<T>.Count;
        if (channels < lanes)
        {
            FewChannels(x, corners, taps, w, y, channels);
            return;
        }

        ref T x0 = ref MemoryMarshal.GetReference(x);
        ref T w0 = ref MemoryMarshal.GetReference(w);
        ref T y0 = ref MemoryMarshal.GetReference(y);
        for (int pixel = 0; pixel < corners.Length; pixel += Block)
        {
            int p0 = Math.Max(0, Math.Min(pixel, corners.Length - Block)), p1 = Next(p0), p2 = Next(p1), p3 = Next(p2);
            for (int next = 0; next < channels; next += lanes)
            {
                int c = Math.Min(next, channels - lanes);
                ref T a0 = ref Unsafe.Add(ref x0, corners[p0] + c);
                ref T a1 = ref Unsafe.Add(ref x0, corners[p1] + c);
                ref T a2 = ref Unsafe.Add(ref x0, corners[p2] + c);
                ref T a3 = ref Unsafe.Add(ref x0, corners[p3] + c);
                Vector<T> s0 = default, s1 = default, s2 = default, s3 = default;
                for (int k = 0; k < taps.Length; k++)
                {
                    int tap = taps[k];
                    Vector<T> weight = Vector.LoadUnsafe(ref Unsafe.Add(ref w0, (k * channels) + c));
                    s0 = Lanes.MultiplyAdd(Vector.LoadUnsafe(ref Unsafe.Add(ref a0, tap)), weight, s0);
                    s1 = Lanes.MultiplyAdd(Vector.LoadUnsafe(ref Unsafe.Add(ref a1, tap)), weight, s1);
                    s2 = Lanes.MultiplyAdd(Vector.LoadUnsafe(ref Unsafe.Add(ref a2, tap)), weight, s2);
                    s3 = Lanes.MultiplyAdd(Vector.LoadUnsafe(ref Unsafe.Add(ref a3, tap)), weight, s3);
                }

                s0.StoreUnsafe(ref Unsafe.Add(ref y0, (p0 * channels) + c));
                s1.StoreUnsafe(ref Unsafe.Add(ref y0, (p1 * channels) + c));
                s2.StoreUnsafe(ref Unsafe.Add(ref y0, (p2 * channels) + c));
                s3.StoreUnsafe(ref Unsafe.Add(ref y0, (p3 * channels) + c));
            }
        }

        int Next(int p) => Math.Min(p + 1, corners.Length - 1);
    }

    /// <summary>sums[tap, c] += sum over pixels of x[corner p + tap, c] dy[p, c].</summary>
    public static void AddTapSums<T>(ReadOnlySpan<T> x, int[] corners, int[] taps, ReadOnlySpan<T> dy, Span<T> sums,
        int channels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int lanes = Vector<T>.Count, whole = channels - (channels % lanes);
        for (int k = 0; k < taps.Length; k += Block)
        {
            int k1 = Math.Min(k + 1, taps.Length - 1), k2 = Math.Min(k + 2, taps.Length - 1);
            int k3 = Math.Min(k + 3, taps.Length - 1);
            for (int c = 0; c < whole; c += lanes)
                AddFourTapSums(x[c..], corners, (taps[k], taps[k1], taps[k2], taps[k3]), dy[c..],
                    ref sums[(k * channels) + c], ref sums[(k1 * channels) + c], ref sums[(k2 * channels) + c],
                    ref sums[(k3 * channels) + c], channels);
        }

        for (int k = 0; k < taps.Length; k++)
            for (int c = whole; c < channels; c++)
                for (int p = 0; p < corners.Length; p++)
                    sums[(k * channels) + c] = T.FusedMultiplyAdd(x[corners[p] + taps[k] + c], dy[(p * channels) + c],
                        sums[(k * channels) + c]);
    }

    private static void AddFourTapSums<T>(ReadOnlySpan<T> x, int[] corners, (int A, int B, int C, int D) taps,
        ReadOnlySpan<T> dy, ref T sum0, ref T sum1, ref T sum2, ref T sum3, int channels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector<T> s0 = Vector.LoadUnsafe(ref sum0), s1 = Vector.LoadUnsafe(ref sum1);
        Vector<T> s2 = Vector.LoadUnsafe(ref sum2), s3 = Vector.LoadUnsafe(ref sum3);
        ref T x0 = ref MemoryMarshal.GetReference(x);
        ref T dy0 = ref MemoryMarshal.GetReference(dy);
        for (int p = 0; p < corners.Length; p++)
        {
            ref T corner = ref Unsafe.Add(ref x0, corners[p]);
            Vector<T> d = Vector.LoadUnsafe(ref Unsafe.Add(ref dy0, p * channels));
            s0 = Lanes.MultiplyAdd(Vector.LoadUnsafe(ref Unsafe.Add(ref corner, taps.A)), d, s0);
            s1 = Lanes.MultiplyAdd(Vector.LoadUnsafe(ref Unsafe.Add(ref corner, taps.B)), d, s1);
            s2 = Lanes.MultiplyAdd(Vector.LoadUnsafe(ref Unsafe.Add(ref corner, taps.C)), d, s2);
            s3 = Lanes.MultiplyAdd(Vector.LoadUnsafe(ref Unsafe.Add(ref corner, taps.D)), d, s3);
        }

        s0.StoreUnsafe(ref sum0);
        s1.StoreUnsafe(ref sum1);
        s2.StoreUnsafe(ref sum2);
        s3.StoreUnsafe(ref sum3);
    }

    /// <summary>dx[corner p + tap, c] += dy[p, c] w[tap, c].</summary>
    public static void AddToTaps<T>(ReadOnlySpan<T> dy, int[] corners, int[] taps, ReadOnlySpan<T> w, Span<T> dx,
        int channels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int lanes = Vector<T>.Count, whole = channels - (channels % lanes);
        for (int p = 0; p < corners.Length; p++)
        {
            ReadOnlySpan<T> from = dy.Slice(p * channels, channels);
            for (int k = 0; k < taps.Length; k++)
            {
                Span<T> to = dx.Slice(corners[p] + taps[k], channels);
                ReadOnlySpan<T> weights = w.Slice(k * channels, channels);
                int c = 0;
                for (; c < whole; c += lanes)
                    Lanes.MultiplyAdd(new Vector<T>(from[c..]), new Vector<T>(weights[c..]), new Vector<T>(to[c..]))
                        .CopyTo(to[c..]);
                for (; c < channels; c++)
                    to[c] = T.FusedMultiplyAdd(from[c], weights[c], to[c]);
            }
        }
    }

    private static void FewChannels<T>(ReadOnlySpan<T> x, int[] corners, int[] taps, ReadOnlySpan<T> w, Span<T> y,
        int channels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int p = 0; p < corners.Length; p++)
            for (int c = 0; c < channels; c++)
            {
                T sum = default;
                for (int k = 0; k < taps.Length; k++)
                    sum = T.FusedMultiplyAdd(x[corners[p] + taps[k] + c], w[(k * channels) + c], sum);
                y[(p * channels) + c] = sum;
            }
    }
}
