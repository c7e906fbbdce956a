namespace McuAi.ModelConverter.Passes;

/// <summary>Permutations of axes: axis i of the result is axis <c>p[i]</c> of the input.</summary>
internal static class Axes
{
    public static bool IsIdentity(int[] permutation) => !permutation.Where((axis, i) => axis != i).Any();

    public static int[] Inverse(int[] permutation)
    {
        var inverse = new int[permutation.Length];
        for (int i = 0; i < permutation.Length; i++)
            inverse[permutation[i]] = i;

        return inverse;
    }

    /// <summary><paramref name="values"/> by axis of the input, as values by axis of the result.</summary>
    public static int[] Permute(int[] values, int[] permutation) => [.. permutation.Select(axis => values[axis])];

    /// <summary>True if only axes of size 1 change their place: no element moves.</summary>
    public static bool KeepsOrder(int[] shape, int[] permutation)
    {
        int[] moved = [.. permutation.Where(axis => shape[axis] != 1)];
        return moved.SequenceEqual(moved.Order());
    }

    /// <summary>A shape aligned at its last axis, with leading ones.</summary>
    public static int[] Extend(int[] shape, int rank) => [.. Enumerable.Repeat(1, rank - shape.Length), .. shape];
}
