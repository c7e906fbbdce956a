using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace McuAi.ModelConverter.Reference;

/// <summary>The inner loops of every layer, for float and int (which wraps). The vectors have one length on every machine:
/// sums of floats round alike, and a model is calibrated alike.</summary>
internal static class VectorMath
{
    public static T Dot<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b) where T : unmanaged, INumber<T>
    {
        ReadOnlySpan<Vector256<T>> va = MemoryMarshal.Cast<T, Vector256<T>>(a);
        ReadOnlySpan<Vector256<T>> vb = MemoryMarshal.Cast<T, Vector256<T>>(b[..a.Length]);
        Vector256<T> sums = Vector256<T>.Zero;
        for (int i = 0; i < va.Length; i++)
            sums += va[i] * vb[i];

        T sum = Vector256.Sum(sums);
        for (int i = va.Length * Vector256<T>.Count; i < a.Length; i++)
            sum += a[i] * b[i];

        return sum;
    }

    /// <summary>sum[i] += a[i] * b[i]</summary>
    public static void MultiplyAdd<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> sum)
        where T : unmanaged, INumber<T>
    {
        ReadOnlySpan<Vector256<T>> va = MemoryMarshal.Cast<T, Vector256<T>>(a);
        ReadOnlySpan<Vector256<T>> vb = MemoryMarshal.Cast<T, Vector256<T>>(b[..a.Length]);
        Span<Vector256<T>> vs = MemoryMarshal.Cast<T, Vector256<T>>(sum[..a.Length]);
        for (int i = 0; i < va.Length; i++)
            vs[i] += va[i] * vb[i];

        for (int i = va.Length * Vector256<T>.Count; i < a.Length; i++)
            sum[i] += a[i] * b[i];
    }
}
