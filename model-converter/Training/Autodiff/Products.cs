using System.Numerics;

namespace McuAi.ModelConverter.Training;

/// <summary>What matrix products and convolutions share: products on all cores.</summary>
internal static class Products
{
    /// <summary>C (+)= A B over <paramref name="count"/> rows.</summary>
    public static void Rows<T, TRows, TSteps>(T[] a, TRows rows, TSteps steps, int count, int depth, T[] b, T[] c, int width,
        bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRows : struct, IOffsets
        where TSteps : struct, IOffsets =>
        Chunks.For(count, MatrixKernel.RowBlock, (long)depth * width, (first, last) => MatrixKernel.Multiply(
            a, rows, steps, first, last, ..depth, b, 0, c, 0, width, accumulate));

    /// <summary>C += A B where the depth is long and C is small, as for the gradient of weights: parts of the depth are
    /// summed side by side, then in order.</summary>
    public static void Depth<T, TRows, TSteps>(Tape<T> tape, T[] a, TRows rows, TSteps steps, int count, int depth, T[] b,
        T[] c, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRows : struct, IOffsets
        where TSteps : struct, IOffsets
    {
        T[] parts = tape.Scratch(Chunks.Parts * count * width);
        Chunks.ForParts(depth, (long)count * width, (part, first, last) => MatrixKernel.Multiply(
            a, rows, steps, 0, count, first..last, b, 0, parts, part * count * width, width, false));
        Chunks.AddParts(parts, c);
    }

    /// <summary>[rows, columns] transposed.</summary>
    public static T[] Transposed<T>(Tape<T> tape, ReadOnlySpan<T> matrix, int rows, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] transposed = tape.Scratch(rows * columns);
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
                transposed[(column * rows) + row] = matrix[(row * columns) + column];
        return transposed;
    }
}
