using System.Numerics;
using System.Numerics.Tensors;
namespace McuAi.ModelConverter.Training;

/// <summary>Moving elements without changing them.</summary>
public static class Shapes
{
    /// <summary>Dimensions in another order: dimension i of the result is dimension order[i] of x.</summary>
    public static Tensor<T> Transpose<T>(this Tape<T> tape, Tensor<T> x, params int[] order)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rank = x.Shape.Length;
        if (!order.Order().SequenceEqual(Enumerable.Range(0, rank)))
            throw new ArgumentException($"[{string.Join(", ", order)}] is no order of the dimensions of {x}.");
        int[] shape = [.. order.Select(axis => x.Shape[axis])];
        int[] strides = [.. order.Select(axis => Dimensions.Product(x.Shape.AsSpan(axis + 1)))];
        return Gather(tape, x, shape, index =>
        {
            int place = 0;
            for (int axis = rank - 1; axis >= 0; axis--)
            {
                place += index % shape[axis] * strides[axis];
                index /= shape[axis];
            }

            return place;
        });
    }

    /// <summary>Elements first to first + count of one dimension.</summary>
    public static Tensor<T> Slice<T>(this Tape<T> tape, Tensor<T> x, int axis, int first, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (first < 0 || count <= 0 || first + count > x.Shape[axis])
            throw new ArgumentException($"Elements {first} to {first + count} of dimension {axis} are not all in {x}.");
        int inner = Dimensions.Product(x.Shape.AsSpan(axis + 1));
        int[] shape = [.. x.Shape];
        shape[axis] = count;
        return Gather(tape, x, shape, index => (((index / (count * inner) * x.Shape[axis]) + first) * inner) + (index % (count * inner)));
    }

    /// <summary>Tensors one after another along a dimension in which alone they may differ.</summary>
    public static Tensor<T> Concatenate<T>(this Tape<T> tape, int axis, params Tensor<T>[] parts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] shape = [.. parts[0].Shape];
        shape[axis] = parts.Sum(part => part.Shape[axis]);
        int outer = Dimensions.Product(shape.AsSpan(0, axis)), inner = Dimensions.Product(shape.AsSpan(axis + 1));
        Tensor<T> y = tape.New(parts.Any(part => part.NeedsGradient), shape);
        ForParts((part, i, count, place) => part.Array.AsSpan(i * count, count).CopyTo(y.Data[place..]));
        tape.Record(y, () => ForParts((part, i, count, place) =>
        {
            if (part.NeedsGradient)
                TensorPrimitives.Add<T>(tape.Gradient(part).AsSpan(i * count, count),
                    tape.Gradient(y).AsSpan(place, count), tape.Gradient(part).AsSpan(i * count, count));
        }));
        return y;

        void ForParts(Action<Tensor<T>, int, int, int> body)
        {
            int before = 0;
            foreach (Tensor<T> part in parts)
            {
                int count = part.Shape[axis] * inner;
                for (int i = 0; i < outer; i++)
                    body(part, i, count, (i * shape[axis] * inner) + before);
                before += count;
            }
        }
    }

    private static Tensor<T> Gather<T>(Tape<T> tape, Tensor<T> x, int[] shape, Func<int, int> place)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> y = tape.New(x.NeedsGradient, shape);
        for (int i = 0; i < y.Count; i++)
            y.Array[i] = x.Array[place(i)];
        tape.Record(y, () =>
        {
            (T[] dx, T[] dy) = (tape.Gradient(x), tape.Gradient(y));
            for (int i = 0; i < dy.Length; i++)
                dx[place(i)] += dy[i];
        });
        return y;
    }
}
