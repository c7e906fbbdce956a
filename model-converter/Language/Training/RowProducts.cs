using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>Products of rows with rows: the gradient of a matrix by the rows of both of its sides, which lie along the
/// tokens.
/// </summary>
internal static class RowProducts
{
    private const int Block = 4;

    /// <summary>c[rows(m) + columns(n)] += sum over t of a[m, t] b[n, t].</summary>
    /// <param name="a">[count, depth] from <paramref name="aStart"/> on.</param>
    /// <param name="b">[width, depth] from <paramref name="bStart"/> on.</param>
    public static void Add<T, TRows, TColumns>(T[] a, int aStart, int count, T[] b, int bStart, int width, int depth, T[] c,
        TRows rows, TColumns columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRows : struct, IOffsets
        where TColumns : struct, IOffsets
    {
        ref T aFirst = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(a), aStart);
        ref T bFirst = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(b), bStart);
        for (int m = 0; m < count; m += Block)
            for (int n = 0; n < width; n += Block)
            {
                ref T aBlock = ref Unsafe.Add(ref aFirst, m * depth);
                ref T bBlock = ref Unsafe.Add(ref bFirst, n * depth);
                if (m + Block <= count && n + Block <= width)
                    Sixteen(ref aBlock, ref bBlock, depth, c, rows, columns, m, n);
                else
                    Rest(ref aBlock, ref bBlock, depth, c, rows, columns, m, Math.Min(Block, count - m), n,
                        Math.Min(Block, width - n));
            }
    }

    /// <summary>Four rows by four, sixteen sums in registers.</summary>
    private static void Sixteen<T, TRows, TColumns>(ref T a, ref T b, int depth, T[] c, TRows rows, TColumns columns,
        int m, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRows : struct, IOffsets
        where TColumns : struct, IOffsets
    {
        Vector<T> s00 = default, s01 = default, s02 = default, s03 = default, s10 = default, s11 = default, s12 = default;
        Vector<T> s13 = default, s20 = default, s21 = default, s22 = default, s23 = default, s30 = default, s31 = default;
        Vector<T> s32 = default, s33 = default;
        int t = 0;
        for (; t + Vector<T>.Count <= depth; t += Vector<T>.Count)
        {
            Vector<T> b0 = Load(ref b, t), b1 = Load(ref b, depth + t), b2 = Load(ref b, (2 * depth) + t);
            Vector<T> b3 = Load(ref b, (3 * depth) + t);
            Vector<T> x = Load(ref a, t);
            (s00, s01) = (Lanes.MultiplyAdd(x, b0, s00), Lanes.MultiplyAdd(x, b1, s01));
            (s02, s03) = (Lanes.MultiplyAdd(x, b2, s02), Lanes.MultiplyAdd(x, b3, s03));
            x = Load(ref a, depth + t);
            (s10, s11) = (Lanes.MultiplyAdd(x, b0, s10), Lanes.MultiplyAdd(x, b1, s11));
            (s12, s13) = (Lanes.MultiplyAdd(x, b2, s12), Lanes.MultiplyAdd(x, b3, s13));
            x = Load(ref a, (2 * depth) + t);
            (s20, s21) = (Lanes.MultiplyAdd(x, b0, s20), Lanes.MultiplyAdd(x, b1, s21));
            (s22, s23) = (Lanes.MultiplyAdd(x, b2, s22), Lanes.MultiplyAdd(x, b3, s23));
            x = Load(ref a, (3 * depth) + t);
            (s30, s31) = (Lanes.MultiplyAdd(x, b0, s30), Lanes.MultiplyAdd(x, b1, s31));
            (s32, s33) = (Lanes.MultiplyAdd(x, b2, s32), Lanes.MultiplyAdd(x, b3, s33));
        }

        Put(0, s00, s01, s02, s03);
        Put(1, s10, s11, s12, s13);
        Put(2, s20, s21, s22, s23);
        Put(3, s30, s31, s32, s33);
        if (t < depth)
            Tail(ref a, ref b, t, depth, c, rows, columns, m, Block, n, Block);

        void Put(int row, Vector<T> v0, Vector<T> v1, Vector<T> v2, Vector<T> v3)
        {
            int at = rows.At(m + row);
            c[at + columns.At(n)] += Vector.Sum(v0);
            c[at + columns.At(n + 1)] += Vector.Sum(v1);
            c[at + columns.At(n + 2)] += Vector.Sum(v2);
            c[at + columns.At(n + 3)] += Vector.Sum(v3);
        }
    }

    private static void Rest<T, TRows, TColumns>(ref T a, ref T b, int depth, T[] c, TRows rows, TColumns columns, int m,
        int height, int n, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRows : struct, IOffsets
        where TColumns : struct, IOffsets
    {
        int whole = depth / Vector<T>.Count * Vector<T>.Count;
        for (int i = 0; i < height; i++)
            for (int j = 0; j < width; j++)
            {
                Vector<T> sum = default;
                for (int t = 0; t < whole; t += Vector<T>.Count)
                    sum = Lanes.MultiplyAdd(Load(ref a, (i * depth) + t), Load(ref b, (j * depth) + t), sum);
                c[rows.At(m + i) + columns.At(n + j)] += Vector.Sum(sum);
            }

        Tail(ref a, ref b, whole, depth, c, rows, columns, m, height, n, width);
    }

    /// <summary>The last elements of rows, fewer than a vector.</summary>
    private static void Tail<T, TRows, TColumns>(ref T a, ref T b, int first, int depth, T[] c, TRows rows, TColumns columns,
        int m, int height, int n, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRows : struct, IOffsets
        where TColumns : struct, IOffsets
    {
        for (int i = 0; i < height; i++)
            for (int j = 0; j < width; j++)
                for (int t = first; t < depth; t++)
                    c[rows.At(m + i) + columns.At(n + j)] += Unsafe.Add(ref a, (i * depth) + t)
                        * Unsafe.Add(ref b, (j * depth) + t);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> Load<T>(ref T from, int offset) where T : unmanaged =>
        Vector.LoadUnsafe(ref Unsafe.Add(ref from, offset));
}
