using System.Numerics;
using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Training;

/// <summary>Operations on each element by itself.</summary>
public static class Elementwise
{
    /// <summary>Elements that one core works on at least.</summary>
    internal const int Grain = 4096;

    /// <summary>a + b of equal shapes.</summary>
    public static Tensor<T> Add<T>(this Tape<T> tape, Tensor<T> a, Tensor<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireSame(a, b);
        Tensor<T> y = tape.New(a.NeedsGradient || b.NeedsGradient, a.Shape);
        Chunks.For(y.Count, Grain, 1, (first, last) =>
            TensorPrimitives.Add<T>(a.Data[first..last], b.Data[first..last], y.Data[first..last]));
        tape.Record(y, () =>
        {
            AddTo(tape, a, tape.Gradient(y));
            AddTo(tape, b, tape.Gradient(y));
        });
        return y;
    }

    /// <summary>a b of equal shapes, element by element.</summary>
    public static Tensor<T> Multiply<T>(this Tape<T> tape, Tensor<T> a, Tensor<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireSame(a, b);
        Tensor<T> y = tape.New(a.NeedsGradient || b.NeedsGradient, a.Shape);
        TensorPrimitives.Multiply<T>(a.Data, b.Data, y.Data);
        tape.Record(y, () =>
        {
            AddProduct(tape, a, tape.Gradient(y), b.Data);
            AddProduct(tape, b, tape.Gradient(y), a.Data);
        });
        return y;
    }

    /// <summary>factor x + term.</summary>
    public static Tensor<T> Scale<T>(this Tape<T> tape, Tensor<T> x, T factor, T term = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> y = tape.New(x.NeedsGradient, x.Shape);
        TensorPrimitives.Multiply<T>(x.Data, factor, y.Data);
        TensorPrimitives.Add<T>(y.Data, term, y.Data);
        tape.Record(y, () =>
        {
            T[] dx = tape.Gradient(x);
            TensorPrimitives.FusedMultiplyAdd<T>(tape.Gradient(y), factor, dx, dx);
        });
        return y;
    }

    /// <summary>x [..., C] plus a vector [C].</summary>
    public static Tensor<T> AddVector<T>(this Tape<T> tape, Tensor<T> x, Tensor<T> vector)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int channels = RequireVector(x, vector);
        Tensor<T> y = tape.New(x.NeedsGradient || vector.NeedsGradient, x.Shape);
        for (int i = 0; i < y.Count; i += channels)
            TensorPrimitives.Add<T>(x.Data.Slice(i, channels), vector.Data, y.Data.Slice(i, channels));
        tape.Record(y, () =>
        {
            T[] dy = tape.Gradient(y);
            AddTo(tape, x, dy);
            if (vector.NeedsGradient)
                for (int i = 0; i < dy.Length; i += channels)
                    TensorPrimitives.Add<T>(tape.Gradient(vector), dy.AsSpan(i, channels), tape.Gradient(vector));
        });
        return y;
    }

    /// <summary>x [..., C] times a vector [C].</summary>
    public static Tensor<T> MultiplyVector<T>(this Tape<T> tape, Tensor<T> x, Tensor<T> vector)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int channels = RequireVector(x, vector);
        Tensor<T> y = tape.New(x.NeedsGradient || vector.NeedsGradient, x.Shape);
        for (int i = 0; i < y.Count; i += channels)
            TensorPrimitives.Multiply<T>(x.Data.Slice(i, channels), vector.Data, y.Data.Slice(i, channels));
        tape.Record(y, () =>
        {
            T[] dy = tape.Gradient(y);
            for (int i = 0; i < dy.Length; i += channels)
            {
                if (x.NeedsGradient)
                    TensorPrimitives.FusedMultiplyAdd<T>(dy.AsSpan(i, channels), vector.Data,
                        tape.Gradient(x).AsSpan(i, channels), tape.Gradient(x).AsSpan(i, channels));
                if (vector.NeedsGradient)
                    TensorPrimitives.FusedMultiplyAdd<T>(dy.AsSpan(i, channels), x.Data.Slice(i, channels),
                        tape.Gradient(vector), tape.Gradient(vector));
            }
        });
        return y;
    }

    /// <summary>dx += dy.</summary>
    internal static void AddTo<T>(Tape<T> tape, Tensor<T> x, T[] dy) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!x.NeedsGradient)
            return;
        T[] dx = tape.Gradient(x, out bool isNew);
        Chunks.For(dx.Length, Grain, 1, (first, last) =>
        {
            Span<T> to = dx.AsSpan(first, last - first);
            ReadOnlySpan<T> from = dy.AsSpan(first, last - first);
            if (isNew)
                from.CopyTo(to);
            else
                TensorPrimitives.Add(to, from, to);
        });
    }

    /// <summary>dx += dy factor.</summary>
    private static void AddProduct<T>(Tape<T> tape, Tensor<T> x, T[] dy, ReadOnlySpan<T> factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.NeedsGradient)
            TensorPrimitives.FusedMultiplyAdd<T>(dy, factor, tape.Gradient(x), tape.Gradient(x));
    }

    internal static void RequireSame<T>(Tensor<T> a, Tensor<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!a.Shape.AsSpan().SequenceEqual(b.Shape))
            throw new ArgumentException($"Shapes {a} and {b} are to be equal.");
    }

    private static int RequireVector<T>(Tensor<T> x, Tensor<T> vector) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        vector.Count == x.Channels
            ? x.Channels
            : throw new ArgumentException($"A vector of {vector.Count} does not fit the channels of {x}.");
}
