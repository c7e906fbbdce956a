using System.Numerics;
namespace McuAi.ModelConverter.Training;

/// <summary>Records operations while they compute, and differentiates a loss by going back over the record (reverse-mode
/// automatic differentiation). A tape owns every tensor that its operations make; <see cref="Reset"/> takes their memory
/// back, so that a step of training allocates nothing once the first one is done.</summary>
/// <remarks>Operations are extension methods in Operations/: each computes its result, and records one action that adds
/// to the gradients of its inputs.</remarks>
public sealed class Tape<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<(Tensor<T> Output, Action Backward)> _record = [];
    private readonly List<Tensor<T>> _tensors = [];
    private readonly List<T[]> _scratch = [];
    private readonly Dictionary<int, Stack<T[]>> _free = [];

    /// <summary>Whether layers behave as in training (batch statistics, dropout) and operations are recorded.</summary>
    public bool IsTraining { get; set; } = true;

    /// <summary>A tensor for an operation's result. Its elements are not initialised.</summary>
    public Tensor<T> New(bool needsGradient, params int[] shape)
    {
        var tensor = new Tensor<T>(Rent(Dimensions.Product(shape)), shape) { NeedsGradient = needsGradient && IsTraining };
        _tensors.Add(tensor);
        return tensor;
    }

    /// <summary>Memory until <see cref="Reset"/>; not initialised.</summary>
    public T[] Scratch(int count)
    {
        T[] array = Rent(count);
        _scratch.Add(array);
        return array;
    }

    /// <summary>Another shape of the same elements.</summary>
    public Tensor<T> Reshape(Tensor<T> x, params int[] shape)
    {
        ArgumentNullException.ThrowIfNull(x);
        var y = new Tensor<T>(x.Array, shape) { NeedsGradient = x.NeedsGradient };
        // The gradient is shared too, so there is nothing to do on the way back.
        if (x.NeedsGradient)
            y.GradientOrNull = Gradient(x);
        return y;
    }

    /// <summary>Records how <paramref name="output"/>'s gradient flows to the inputs of its operation.</summary>
    public void Record(Tensor<T> output, Action backward)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (output.NeedsGradient)
            _record.Add((output, backward));
    }

    /// <summary>The gradient of a tensor, in this tape's memory where the tape owns the tensor.</summary>
    public T[] Gradient(Tensor<T> tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.GradientOrNull is null)
        {
            T[] gradient = Rent(tensor.Count);
            gradient.AsSpan().Clear();
            tensor.GradientOrNull = gradient;
        }

        return tensor.GradientOrNull!;
    }

    /// <summary>Differentiates <paramref name="loss"/>, a tensor of one element, by every tensor that needs a gradient.
    /// </summary>
    public void Backward(Tensor<T> loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (loss.Count != 1 || !loss.NeedsGradient)
            throw new ArgumentException("A loss is one number that depends on something that needs a gradient.");
        Gradient(loss)[0] = T.One;
        for (int i = _record.Count - 1; i >= 0; i--)
            if (_record[i].Output.HasGradient)
                _record[i].Backward();
    }

    /// <summary>Forgets the record and takes back the memory of all tensors made by operations.</summary>
    public void Reset()
    {
        _record.Clear();
        foreach (Tensor<T> tensor in _tensors)
        {
            Return(tensor.Array);
            if (tensor.GradientOrNull is { } gradient)
                Return(gradient);
        }

        _tensors.Clear();
        foreach (T[] array in _scratch)
            Return(array);
        _scratch.Clear();
    }

    private T[] Rent(int count) => _free.TryGetValue(count, out Stack<T[]>? stack) && stack.TryPop(out T[]? array)
        ? array
        : GC.AllocateUninitializedArray<T>(count);

    private void Return(T[] array)
    {
        if (!_free.TryGetValue(array.Length, out Stack<T[]>? stack))
            _free.Add(array.Length, stack = new Stack<T[]>());
        stack.Push(array);
    }
}
