namespace McuAi.ModelConverter.Import.Tflite;

/// <summary>Python's <c>x[b:e:s, ..., None, i]</c> as STRIDED_SLICE stores it: begins, ends and strides, and a bit of
/// each mask for every entry.</summary>
internal sealed class StridedSliceSpec
{
    private const int EntryLimit = 16;

    private readonly OperatorImport _op;
    private readonly long[] _begin;
    private readonly long[] _end;
    private readonly long[] _stride;
    private readonly int _beginMask;
    private readonly int _endMask;
    private readonly int _ellipsisMask;
    private readonly int _newAxisMask;
    private readonly int _shrinkMask;

    public StridedSliceSpec(OperatorImport op)
    {
        _op = op;
        _begin = op.Integers(1, "begin", EntryLimit);
        _end = op.Integers(2, "end", EntryLimit);
        _stride = op.Integers(3, "strides", EntryLimit);
        if (_begin.Length != _end.Length || _begin.Length != _stride.Length)
        {
            throw op.Error($"has {_begin.Length} begins, {_end.Length} ends and {_stride.Length} strides.");
        }

        FlatBufferTable options = op.Options;
        (_beginMask, _endMask, _ellipsisMask) = (options.Int32(0), options.Int32(1), options.Int32(2));
        (_newAxisMask, _shrinkMask) = (options.Int32(3), options.Int32(4));
        for (int i = 0; i < _begin.Length; i++)
        {
            _begin[i] = Math.Clamp(_begin[i], int.MinValue, int.MaxValue);
            _end[i] = Math.Clamp(_end[i], int.MinValue, int.MaxValue) + (options.Bool(5) ? _begin[i] : 0);
            _stride[i] = Math.Clamp(_stride[i], int.MinValue, int.MaxValue);
        }
    }

    /// <summary>Narrows <paramref name="region"/> of a tensor of shape <paramref name="shape"/> and returns the
    /// output's shape, with new axes added and shrunk axes dropped.</summary>
    public int[] Apply(int[] shape, Region region)
    {
        List<int> result = [];
        int axis = 0;
        for (int i = 0; i < _begin.Length; i++)
        {
            if (Bit(_ellipsisMask, i))
            {
                int stop = Math.Min(shape.Length - AxesAfter(i), shape.Length);
                for (; axis < stop; axis++)
                {
                    result.Add(shape[axis]);
                }
            }
            else if (Bit(_newAxisMask, i))
            {
                result.Add(1);
            }
            else
            {
                TakeAxis(i, axis, shape, region, result);
                axis++;
            }
        }

        result.AddRange(shape.Skip(axis));
        return [.. result];
    }

    /// <summary>Axes of the input that the entries behind <paramref name="entry"/> speak of.</summary>
    private int AxesAfter(int entry)
    {
        int count = 0;
        for (int i = entry + 1; i < _begin.Length; i++)
        {
            count += Bit(_newAxisMask, i) ? 0 : 1;
        }

        return count;
    }

    private void TakeAxis(int entry, int axis, int[] shape, Region region, List<int> result)
    {
        if (axis >= shape.Length || _stride[entry] == 0)
        {
            throw _op.Error($"slices axis {axis} of {shape.Length} with a stride of {_stride[entry]}.");
        }

        long stride = _stride[entry];
        bool shrink = Bit(_shrinkMask, entry);
        long begin = Start(entry, shape[axis], stride, clamp: !shrink);
        long size = 1;
        if (!shrink)
        {
            long span = Stop(entry, shape[axis], stride) - begin;
            size = span * Math.Sign(stride) <= 0 ? 0 : (Math.Abs(span) + Math.Abs(stride) - 1) / Math.Abs(stride);
        }

        if (size == 0 || begin < 0 || begin >= shape[axis])
        {
            throw _op.Error($"takes nothing from axis {axis}, which has {shape[axis]} elements.");
        }

        region.Begin[axis] = (int)begin;
        region.Stride[axis] = shrink ? 1 : (int)stride;
        region.Size[axis] = (int)size;
        if (!shrink)
        {
            result.Add((int)size);
        }
    }

    private long Start(int entry, int dimension, long stride, bool clamp)
    {
        if (Bit(_beginMask, entry))
        {
            return stride > 0 ? 0 : dimension - 1;
        }

        long begin = _begin[entry] < 0 ? _begin[entry] + dimension : _begin[entry];
        return clamp ? Clamp(begin, dimension, stride) : begin;
    }

    private long Stop(int entry, int dimension, long stride)
    {
        if (Bit(_endMask, entry))
        {
            return stride > 0 ? dimension : -1;
        }

        return Clamp(_end[entry] < 0 ? _end[entry] + dimension : _end[entry], dimension, stride);
    }

    private static long Clamp(long index, int dimension, long stride) =>
        stride > 0 ? Math.Clamp(index, 0, dimension) : Math.Clamp(index, -1, dimension - 1);

    private static bool Bit(int mask, int index) => ((mask >> index) & 1) != 0;
}
