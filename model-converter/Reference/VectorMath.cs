using System.Numerics;
using System.Runtime.InteropServices;

namespace McuAi.ModelConverter.Reference;

/// <summary>The inner loops of every layer, for float and int (which wraps).</summary>
internal static class VectorMath
{
    public static T Dot<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b) where T : unmanaged, INumber<T>
    {
        ReadOnlySpan<Vector<T>> va = MemoryMarshal.Cast<T, Vector<T>>(a);
        ReadOnlySpan<Vector<T>> vb = MemoryMarshal.Cast<T, Vector<T>>(b[..a.Length]);
        Vector<T> sums = Vector<T>.Zero;
        for (int i = 0; i < va.Length; i++)
            sums += va[i] * vb[i];

        T sum = Vector.Sum(sums);
        for (int i = va.Length * Vector<T>.Count; i < a.Length; i++)
            sum += a[i] * b[i];

        return sum;
    }

    /// <summary>sum[i] += a[i] * b[i]</summary>
    public static void MultiplyAdd<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> sum)
        where T : unmanaged, INumber<T>
    {
        ReadOnlySpan<Vector<T>> va = MemoryMarshal.Cast<T, Vector<T>>(a);
        ReadOnlySpan<Vector<T>> vb = MemoryMarshal.Cast<T, Vector<T>>(b[..a.Length]);
        Span<Vector<T>> vs = MemoryMarshal.Cast<T, Vector<T>>(sum[..a.Length]);
        for (int i = 0; i < va.Length; i++)
            vs[i] += va[i] * vb[i];

        for (int i = va.Length * Vector<T>.Count; i < a.Length; i++)
            sum[i] += a[i] * b[i];
    }
}
