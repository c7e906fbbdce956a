using McuAi.ModelConverter.Graph;

namespace McuAi.Tests.Import;

/// <summary>A random <c>x[...]</c> in Python's notation with the elements it selects, found by walking indices the way
/// Python's range does.</summary>
internal sealed class RandomSlice
{
    private readonly List<int[]> _picked = [];
    private readonly int[] _shape;

    public RandomSlice(Random random, int[] shape)
    {
        _shape = shape;
        List<int> begin = [], end = [], stride = [], output = [];
        int ellipsisAt = random.Next(3) == 0 ? random.Next(shape.Length + 1) : -1;
        int ellipsisAxes = ellipsisAt < 0 ? 0 : random.Next(shape.Length - ellipsisAt + 1);
        for (int axis = 0; axis <= shape.Length; axis++)
        {
            if (axis == ellipsisAt)
            {
                EllipsisMask |= 1 << begin.Count;
                Entry(begin, end, stride, 0, 0, 1);
                for (; ellipsisAxes > 0; ellipsisAxes--, axis++)
                {
                    Whole(axis, output);
                }
            }

            if (random.Next(6) == 0)
            {
                NewAxisMask |= 1 << begin.Count;
                Entry(begin, end, stride, 0, 0, 1);
                output.Add(1);
            }

            if (axis < shape.Length)
            {
                Axis(random, axis, begin, end, stride, output);
            }
        }

        (Begin, End, Stride, OutputShape) = ([.. begin], [.. end], [.. stride], [.. output]);
    }

    public int[] Begin { get; }

    public int[] End { get; }

    public int[] Stride { get; }

    public int[] OutputShape { get; }

    public int BeginMask { get; private set; }

    public int EndMask { get; private set; }

    public int EllipsisMask { get; private set; }

    public int NewAxisMask { get; private set; }

    public int ShrinkMask { get; private set; }

    public bool IsEmpty => _picked.Exists(indices => indices.Length == 0);

    /// <summary>Positions of the selected elements in the flat input, in order.</summary>
    public int[] Elements() => Walk(_picked, _shape);

    /// <summary>What a slice node selects of <paramref name="numbers"/>.</summary>
    public static int[] Select(Node node, int[] numbers)
    {
        if (node.Kind != OperatorKind.Slice)
        {
            return numbers;
        }

        SliceAttributes attributes = node.Get<SliceAttributes>();
        List<int[]> picked = [.. node.Output.Shape.Select((size, axis) => Enumerable.Range(0, size)
            .Select(i => attributes.Begin[axis] + (i * attributes.Stride[axis])).ToArray())];
        return Walk(picked, node.Input(0).Shape);
    }

    public override string ToString() =>
        $"[{string.Join(',', _shape)}] from {string.Join(',', Begin)} to {string.Join(',', End)} by "
        + $"{string.Join(',', Stride)} masks {BeginMask} {EndMask} {EllipsisMask} {NewAxisMask} {ShrinkMask}";

    private static int[] Walk(List<int[]> picked, int[] shape)
    {
        List<int> positions = [0];
        for (int axis = 0; axis < shape.Length; axis++)
        {
            positions = [.. from position in positions from index in picked[axis]
                select (position * shape[axis]) + index];
        }

        return [.. positions];
    }

    private static void Entry(List<int> begin, List<int> end, List<int> stride, int b, int e, int s)
    {
        begin.Add(b);
        end.Add(e);
        stride.Add(s);
    }

    private void Whole(int axis, List<int> output)
    {
        _picked.Add([.. Enumerable.Range(0, _shape[axis])]);
        output.Add(_shape[axis]);
    }

    private void Axis(Random random, int axis, List<int> begin, List<int> end, List<int> stride, List<int> output)
    {
        int size = _shape[axis];
        int entry = begin.Count;
        if (random.Next(4) == 0)
        {
            int index = random.Next(size);
            ShrinkMask |= 1 << entry;
            Entry(begin, end, stride, random.Next(2) == 0 ? index : index - size, index + 1, 1);
            _picked.Add([index]);
            return;
        }

        int step = random.Next(3) == 0 ? -1 - random.Next(3) : 1 + random.Next(3);
        (int from, int to) = (random.Next(-size - 2, size + 3), random.Next(-size - 2, size + 3));
        (int? start, int? stop) = (from, to);
        if (random.Next(2) == 0)
        {
            (BeginMask, start) = (BeginMask | (1 << entry), null);
        }

        if (random.Next(2) == 0)
        {
            (EndMask, stop) = (EndMask | (1 << entry), null);
        }

        Entry(begin, end, stride, from, to, step);
        _picked.Add([.. Range(size, start, stop, step)]);
        output.Add(_picked[^1].Length);
    }

    /// <summary>The indices of x[start:stop:step], stepping through all positions that a list could have.</summary>
    private static IEnumerable<int> Range(int size, int? start, int? stop, int step)
    {
        int first = start ?? (step > 0 ? 0 : size - 1);
        first = start < 0 ? first + size : first;
        first = step > 0 ? Math.Max(first, 0) : Math.Min(first, size - 1);
        int last = stop is null ? (step > 0 ? size : -1) : stop.Value < 0 ? stop.Value + size : stop.Value;
        for (int i = first; step > 0 ? i < last && i < size : i > last && i >= 0; i += step)
        {
            yield return i;
        }
    }
}
