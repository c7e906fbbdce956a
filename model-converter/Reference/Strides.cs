using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Reference;

/// <summary>Row-major strides, in elements, and walks over strided blocks: the basis of every operator that only moves
/// or broadcasts elements.</summary>
internal static class Strides
{
    public static int[] Of(ReadOnlySpan<int> shape)
    {
        var strides = new int[shape.Length];
        int running = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = running;
            running *= shape[axis];
        }

        return strides;
    }

    /// <summary>Strides by which a tensor of <paramref name="shape"/> is read over the indices of
    /// <paramref name="output"/>: 0 along axes that are broadcast; shapes are aligned at their last axes.</summary>
    public static int[] Broadcast(ReadOnlySpan<int> shape, ReadOnlySpan<int> output)
    {
        int[] own = Of(shape);
        var strides = new int[output.Length];
        int missing = output.Length - shape.Length;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            if (missing + axis >= 0)
                strides[missing + axis] = shape[axis] == 1 ? 0 : own[axis];
        }

        return strides;
    }

    /// <summary>y = function(a, b) elementwise for a node of two inputs, which are broadcast.</summary>
    public static void Combine<T>(Node node, T[] a, T[] b, T[] y, Func<T, T, T> function)
    {
        int[] shape = node.Output.Shape;
        var walk = new Walk(shape, Broadcast(node.Input(0).Shape, shape), Broadcast(node.Input(1).Shape, shape));
        for (int i = 0; walk.Next(); i++)
            y[i] = function(a[walk.First], b[walk.Second]);
    }

    /// <summary>Copies the block of <paramref name="extents"/> elements from <paramref name="source"/> to
    /// <paramref name="target"/>, each addressed by its own offset and strides.</summary>
    public static void Copy<T>(ReadOnlySpan<T> source, int sourceOffset, ReadOnlySpan<int> sourceStrides,
        Span<T> target, int targetOffset, ReadOnlySpan<int> targetStrides, ReadOnlySpan<int> extents)
    {
        var walk = new Walk(extents, sourceStrides, targetStrides);
        while (walk.Next())
            target[targetOffset + walk.Second] = source[sourceOffset + walk.First];
    }

    /// <summary>Visits all indices of a block in row-major order, keeping two offsets that advance by their own
    /// strides.</summary>
    public ref struct Walk(ReadOnlySpan<int> extents, ReadOnlySpan<int> firstStrides, ReadOnlySpan<int> secondStrides)
    {
        private readonly ReadOnlySpan<int> extents = extents;
        private readonly ReadOnlySpan<int> firstStrides = firstStrides;
        private readonly ReadOnlySpan<int> secondStrides = secondStrides;
        private readonly int[] index = new int[extents.Length];
        private bool started;

        public int First { get; private set; }

        public int Second { get; private set; }

        public bool Next()
        {
            if (!started)
            {
                started = true;
                return !extents.Contains(0);
            }

            for (int axis = extents.Length - 1; axis >= 0; axis--)
            {
                First += firstStrides[axis];
                Second += secondStrides[axis];
                if (++index[axis] < extents[axis])
                    return true;

                First -= extents[axis] * firstStrides[axis];
                Second -= extents[axis] * secondStrides[axis];
                index[axis] = 0;
            }

            return false;
        }
    }
}
