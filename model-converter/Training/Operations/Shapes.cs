using System.Numerics;
using System.Numerics.Tensors;
using McuAi.ModelConverter.Reference;

namespace McuAi.ModelConverter.Training;

/// <summary>Moving elements without changing them.</summary>
public static class Shapes
{
    /// <summary>Dimensions in another order: dimension i of the result is dimension order[i] of x.</summary>
    public static Tensor<T> Transpose<T>(this Tape<T> tape, Tensor<T> x, params int[] order)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!order.Order().SequenceEqual(Enumerable.Range(0, x.Shape.Length)))
            throw new ArgumentException($"[{string.Join(", ", order)}] is no order of the dimensions of {x}.");
        int[] strides = Strides.Of(x.Shape);
        return Walk(tape, x, [.. order.Select(axis => x.Shape[axis])], 0, [.. order.Select(axis => strides[axis])]);
    }

    /// <summary>Elements first to first + count of one dimension.</summary>
    public static Tensor<T> Slice<T>(this Tape<T> tape, Tensor<T> x, int axis, int first, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int[] begin, int[] steps, int[] shape) = (new int[x.Shape.Length], new int[x.Shape.Length], [.. x.Shape]);
        Array.Fill(steps, 1);
        (begin[axis], shape[axis]) = (first, count);
        return tape.Slice(x, begin, steps, shape);
    }

    /// <summary>Of each dimension the elements begin, begin + step and so on, as many as <paramref name="shape"/> says.
    /// Steps may be negative.</summary>
    public static Tensor<T> Slice<T>(this Tape<T> tape, Tensor<T> x, int[] begin, int[] steps, int[] shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] strides = Strides.Of(x.Shape);
        int offset = 0;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            int last = begin[axis] + ((shape[axis] - 1) * steps[axis]);
            if (shape[axis] <= 0 || Math.Min(begin[axis], last) < 0 || Math.Max(begin[axis], last) >= x.Shape[axis])
                throw new ArgumentException($"Elements {begin[axis]} to {last} of dimension {axis} are not all in {x}.");
            offset += begin[axis] * strides[axis];
        }

        return Walk(tape, x, shape, offset, [.. strides.Zip(steps, (stride, step) => stride * step)]);
    }

    /// <summary>x repeated along dimensions that it lacks or has only one element of, as operators of two inputs do.
    /// </summary>
    public static Tensor<T> Expand<T>(this Tape<T> tape, Tensor<T> x, params int[] shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int missing = shape.Length - x.Shape.Length;
        if (missing < 0 || !x.Shape.Select((size, axis) => size == 1 || size == shape[missing + axis]).All(fits => fits))
            throw new ArgumentException($"{x} cannot be repeated to fill [{string.Join(", ", shape)}].");
        return x.Shape.AsSpan().SequenceEqual(shape) ? x : Walk(tape, x, shape, 0, Strides.Broadcast(x.Shape, shape));
    }

    /// <summary>Slices of one dimension, in any order and any number of times.</summary>
    public static Tensor<T> Take<T>(this Tape<T> tape, Tensor<T> x, int axis, params int[] indices)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int size = x.Shape[axis], inner = Dimensions.Product(x.Shape.AsSpan(axis + 1)), outer = x.Count / (size * inner);
        int wrong = Array.FindIndex(indices, index => index < 0 || index >= size);
        if (wrong >= 0)
            throw new ArgumentException($"Dimension {axis} of {x} has no element {indices[wrong]}.");
        int[] shape = [.. x.Shape];
        shape[axis] = indices.Length;
        Tensor<T> y = tape.New(x.NeedsGradient, shape);
        for (int i = 0; i < outer * indices.Length; i++)
            x.Data.Slice(From(i), inner).CopyTo(y.Data[(i * inner)..]);
        tape.Record(y, () =>
        {
            (T[] dx, T[] dy) = (tape.Gradient(x), tape.Gradient(y));
            for (int i = 0; i < outer * indices.Length; i++)
                TensorPrimitives.Add<T>(dx.AsSpan(From(i), inner), dy.AsSpan(i * inner, inner), dx.AsSpan(From(i), inner));
        });
        return y;

        int From(int i) => ((i / indices.Length * size) + indices[i % indices.Length]) * inner;
    }

    /// <summary>Rows of a table [V, D], such as the vectors that stand for symbols: [number of symbols, D].</summary>
    public static Tensor<T> Embedding<T>(this Tape<T> tape, Tensor<T> table, params int[] symbols)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => tape.Take(table, 0, symbols);

    /// <summary>x with elements of a constant value before and after those of each dimension.</summary>
    public static Tensor<T> Pad<T>(this Tape<T> tape, Tensor<T> x, int[] before, int[] after, T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] shape = [.. x.Shape.Select((size, axis) => before[axis] + size + after[axis])];
        int[] strides = Strides.Of(shape);
        int offset = before.Zip(strides, (count, stride) => count * stride).Sum();
        Tensor<T> y = tape.New(x.NeedsGradient, shape);
        y.Data.Fill(value);
        Strides.Copy<T>(x.Data, 0, Strides.Of(x.Shape), y.Data, offset, strides, x.Shape);
        tape.Record(y, () =>
        {
            (T[] dx, T[] dy) = (tape.Gradient(x), tape.Gradient(y));
            var walk = new Strides.Walk(x.Shape, strides, strides);
            for (int i = 0; walk.Next(); i++)
                dx[i] += dy[offset + walk.First];
        });
        return y;
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

    /// <summary>The elements of x that strides over a shape lead to.</summary>
    private static Tensor<T> Walk<T>(Tape<T> tape, Tensor<T> x, int[] shape, int offset, int[] strides)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> y = tape.New(x.NeedsGradient, shape);
        var walk = new Strides.Walk(shape, strides, strides);
        for (int i = 0; walk.Next(); i++)
            y.Array[i] = x.Array[offset + walk.First];
        tape.Record(y, () =>
        {
            (T[] dx, T[] dy) = (tape.Gradient(x), tape.Gradient(y));
            var walk = new Strides.Walk(shape, strides, strides);
            for (int i = 0; walk.Next(); i++)
                dx[offset + walk.First] += dy[i];
        });
        return y;
    }
}
