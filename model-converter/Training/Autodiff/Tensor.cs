using System.Numerics;
namespace McuAi.ModelConverter.Training;

/// <summary>An array of numbers with a shape, outermost dimension first, and room for its gradient. Images are
/// [N, H, W, C], the last dimension being contiguous.</summary>
/// <typeparam name="T">float for training; double where gradients are checked against finite differences, by the very
/// same code.</typeparam>
public sealed class Tensor<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _data;
    private readonly GradientPlace<T> _gradient;

    /// <summary>Wraps <paramref name="data"/> without copying it.</summary>
    /// <exception cref="ArgumentException">The shape has another number of elements.</exception>
    public Tensor(T[] data, params int[] shape)
        : this(data, new GradientPlace<T>(), shape)
    {
    }

    /// <summary>Another shape of a tensor whose gradient is shared.</summary>
    internal Tensor(T[] data, GradientPlace<T> gradient, int[] shape)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (Dimensions.Product(shape) != data.Length)
            throw new ArgumentException($"A shape of [{string.Join(", ", shape)}] does not hold {data.Length} elements.");
        (_data, _gradient) = (data, gradient);
        Shape = shape;
    }

    public int[] Shape { get; }

    public int Count => _data.Length;

    /// <summary>Size of the last dimension.</summary>
    public int Channels => Shape[^1];

    /// <summary>Product of all dimensions but the last.</summary>
    public int Rows => Count / Channels;

    /// <summary>Whether the loss is to be differentiated by this tensor.</summary>
    public bool NeedsGradient { get; init; }

    public Span<T> Data => _data;

    internal T[] Array => _data;

    /// <summary>The derivative of the loss by each element; zeros at first. Operations add to it.</summary>
    public Span<T> Gradient => GradientArray;

    internal T[] GradientArray => _gradient.Array ??= new T[_data.Length];

    internal GradientPlace<T> GradientPlace => _gradient;

    public override string ToString() => $"[{string.Join(", ", Shape)}]";
}

/// <summary>Where the gradient of a tensor, and of all its shapes, is; null until something flows back to it.</summary>
internal sealed class GradientPlace<T>
{
    public T[]? Array { get; set; }
}

internal static class Dimensions
{
    /// <summary>Elements of a tensor of these dimensions.</summary>
    public static int Product(params ReadOnlySpan<int> shape)
    {
        int product = 1;
        foreach (int dimension in shape)
            product = checked(product * dimension);
        return product;
    }
}
