using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace McuAi.ModelConverter.Training;

/// <summary>Offsets of rows or columns in an array.</summary>
internal interface IOffsets
{
    int At(int index);
}

/// <summary>Offsets at a fixed distance.</summary>
internal readonly struct Pitch(int start, int pitch) : IOffsets
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int At(int index) => start + (index * pitch);
}

/// <summary>Offsets from a table, such as the corners of a convolution's windows or the taps of one.</summary>
internal readonly struct Places(int[] table) : IOffsets
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int At(int index) => Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(table), index);
}

/// <summary>The one product that matrix products and convolutions rest on: C[m, n] (+)= sum over k of A[m, k] B[k, n],
/// where element (m, k) of A lies at the sum of two offsets. A convolution is a product whose rows are the corners of
/// windows and whose steps are taps, so that no window is ever copied.</summary>
internal static class MatrixKernel
{
    /// <summary>Bytes of B in one pass, so that they stay in the first-level cache while rows of A go by.</summary>
    private const int DepthBytes = 16 << 10;

    /// <summary>Rows of A that stay in the cache while columns of B go by.</summary>
    private const int RowsAtOnce = 64;

    /// <summary>Rows that a kernel works on at once.</summary>
    public const int RowBlock = 4;

    /// <param name="rows">Offsets of rows first to last of A.</param>
    /// <param name="steps">Offsets of the depth within a row of A.</param>
    /// <param name="depth">The part of the depth to sum over; row k of B is at k * width.</param>
    /// <param name="b">[depth, width], contiguous.</param>
    /// <param name="c">Row m of the result is at m * width.</param>
    /// <param name="accumulate">Whether to add to what is in c.</param>
    public static void Multiply<T, TRows, TSteps>(T[] a, TRows rows, TSteps steps, int first, int last, Range depth, T[] b,
        int bStart, T[] c, int cStart, int width, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRows : struct, IOffsets
        where TSteps : struct, IOffsets
    {
        if (!accumulate)
            c.AsSpan(cStart + (first * width), (last - first) * width).Clear();
        int block = Math.Max(32, DepthBytes / (width * Unsafe.SizeOf<T>()));
        for (int row = first; row < last; row += RowsAtOnce)
            for (int begin = depth.Start.Value; begin < depth.End.Value; begin += block)
                Block(a, rows, steps, row, Math.Min(last, row + RowsAtOnce), begin,
                    Math.Min(depth.End.Value, begin + block), b, bStart, c, cStart, width);
    }

    /// <summary>All columns of some rows and a part of the depth.</summary>
    private static void Block<T, TRows, TSteps>(T[] a, TRows rows, TSteps steps, int first, int last, int begin, int end,
        T[] b, int bStart, T[] c, int cStart, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRows : struct, IOffsets
        where TSteps : struct, IOffsets
    {
        int lanes = Vector<T>.Count, column = 0;
        for (; column + (2 * lanes) <= width; column += 2 * lanes)
            Columns<T, TRows, TSteps, Two>(a, rows, steps, first, last, begin, end, b, bStart, c, cStart, width, column);
        for (; column + lanes <= width; column += lanes)
            Columns<T, TRows, TSteps, One>(a, rows, steps, first, last, begin, end, b, bStart, c, cStart, width, column);
        if (column < width)
            Rest(a, rows, steps, first, last, begin, end, b, bStart, c, cStart, width, column);
    }

    private interface IVectors;

    private struct One : IVectors;

    private struct Two : IVectors;

    /// <summary>One or two vectors of columns, all rows.</summary>
    private static void Columns<T, TRows, TSteps, TVectors>(T[] a, TRows rows, TSteps steps, int first, int last, int begin,
        int end, T[] b, int bStart, T[] c, int cStart, int width, int column)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRows : struct, IOffsets
        where TSteps : struct, IOffsets
        where TVectors : struct, IVectors
    {
        ref T bColumn = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(b), bStart + column);
        ref T cColumn = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(c), cStart + column);
        ref T aStart = ref MemoryMarshal.GetArrayDataReference(a);
        int m = first;
        for (; m + RowBlock <= last; m += RowBlock)
            FourRows<T, TSteps, TVectors>(
                ref Unsafe.Add(ref aStart, rows.At(m)), ref Unsafe.Add(ref aStart, rows.At(m + 1)),
                ref Unsafe.Add(ref aStart, rows.At(m + 2)), ref Unsafe.Add(ref aStart, rows.At(m + 3)),
                steps, begin, end, ref bColumn, ref Unsafe.Add(ref cColumn, m * width), width);
        for (; m < last; m++)
            OneRow<T, TSteps, TVectors>(ref Unsafe.Add(ref aStart, rows.At(m)), steps, begin, end, ref bColumn,
                ref Unsafe.Add(ref cColumn, m * width), width);
    }

    /// <summary>Eight sums in registers: as many as two multiply-adds per cycle with a latency of four need.</summary>
    private static void FourRows<T, TSteps, TVectors>(ref T a0, ref T a1, ref T a2, ref T a3, TSteps steps, int begin,
        int end, ref T b, ref T c, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TSteps : struct, IOffsets
        where TVectors : struct, IVectors
    {
        bool two = typeof(TVectors) == typeof(Two);
        int lanes = Vector<T>.Count;
        ref T c1 = ref Unsafe.Add(ref c, width);
        ref T c2 = ref Unsafe.Add(ref c1, width);
        ref T c3 = ref Unsafe.Add(ref c2, width);
        Vector<T> s00 = Load(ref c), s10 = Load(ref c1), s20 = Load(ref c2), s30 = Load(ref c3);
        Vector<T> s01 = default, s11 = default, s21 = default, s31 = default;
        if (two)
        {
            s01 = Load(ref Unsafe.Add(ref c, lanes));
            s11 = Load(ref Unsafe.Add(ref c1, lanes));
            s21 = Load(ref Unsafe.Add(ref c2, lanes));
            s31 = Load(ref Unsafe.Add(ref c3, lanes));
        }

        for (int k = begin; k < end; k++)
        {
            ref T bk = ref Unsafe.Add(ref b, k * width);
            int step = steps.At(k);
            Vector<T> b0 = Load(ref bk);
            Vector<T> x0 = Broadcast(ref a0, step), x1 = Broadcast(ref a1, step);
            Vector<T> x2 = Broadcast(ref a2, step), x3 = Broadcast(ref a3, step);
            s00 = Lanes.MultiplyAdd(x0, b0, s00);
            s10 = Lanes.MultiplyAdd(x1, b0, s10);
            s20 = Lanes.MultiplyAdd(x2, b0, s20);
            s30 = Lanes.MultiplyAdd(x3, b0, s30);
            if (two)
            {
                Vector<T> b1 = Load(ref Unsafe.Add(ref bk, lanes));
                s01 = Lanes.MultiplyAdd(x0, b1, s01);
                s11 = Lanes.MultiplyAdd(x1, b1, s11);
                s21 = Lanes.MultiplyAdd(x2, b1, s21);
                s31 = Lanes.MultiplyAdd(x3, b1, s31);
            }
        }

        Store(s00, ref c);
        Store(s10, ref c1);
        Store(s20, ref c2);
        Store(s30, ref c3);
        if (two)
        {
            Store(s01, ref Unsafe.Add(ref c, lanes));
            Store(s11, ref Unsafe.Add(ref c1, lanes));
            Store(s21, ref Unsafe.Add(ref c2, lanes));
            Store(s31, ref Unsafe.Add(ref c3, lanes));
        }
    }

    private static void OneRow<T, TSteps, TVectors>(ref T a, TSteps steps, int begin, int end, ref T b, ref T c, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TSteps : struct, IOffsets
        where TVectors : struct, IVectors
    {
        bool two = typeof(TVectors) == typeof(Two);
        int lanes = Vector<T>.Count;
        Vector<T> s0 = Load(ref c), s1 = two ? Load(ref Unsafe.Add(ref c, lanes)) : default;
        for (int k = begin; k < end; k++)
        {
            ref T bk = ref Unsafe.Add(ref b, k * width);
            Vector<T> x = Broadcast(ref a, steps.At(k));
            s0 = Lanes.MultiplyAdd(x, Load(ref bk), s0);
            if (two)
                s1 = Lanes.MultiplyAdd(x, Load(ref Unsafe.Add(ref bk, lanes)), s1);
        }

        Store(s0, ref c);
        if (two)
            Store(s1, ref Unsafe.Add(ref c, lanes));
    }

    /// <summary>The last columns, fewer than a vector.</summary>
    private static void Rest<T, TRows, TSteps>(T[] a, TRows rows, TSteps steps, int first, int last, int begin, int end, T[] b,
        int bStart, T[] c, int cStart, int width, int column)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRows : struct, IOffsets
        where TSteps : struct, IOffsets
    {
        for (int m = first; m < last; m++)
        {
            int row = rows.At(m);
            Span<T> sums = c.AsSpan(cStart + (m * width) + column, width - column);
            for (int k = begin; k < end; k++)
            {
                T x = a[row + steps.At(k)];
                ReadOnlySpan<T> bk = b.AsSpan(bStart + (k * width) + column, sums.Length);
                for (int n = 0; n < sums.Length; n++)
                    sums[n] = T.FusedMultiplyAdd(x, bk[n], sums[n]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> Load<T>(ref T from) where T : unmanaged => Vector.LoadUnsafe(ref from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T>(Vector<T> value, ref T to) where T : unmanaged => value.StoreUnsafe(ref to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> Broadcast<T>(ref T from, int offset) where T : unmanaged =>
        new(Unsafe.Add(ref from, offset));
}
