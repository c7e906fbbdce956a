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

    /// <summary>Memory until <see cref="Reset"/>, or on the way back until the operation's end; not initialised.</summary>
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
        // The gradient is shared too, so there is nothing to do on the way back.
        return new Tensor<T>(x.Array, x.GradientPlace, shape) { NeedsGradient = x.NeedsGradient };
    }

    /// <summary>Records how <paramref name="output"/>'s gradient flows to the inputs of its operation.</summary>
    public void Record(Tensor<T> output, Action backward)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (output.NeedsGradient)
            _record.Add((output, backward));
    }

    /// <summary>The gradient of a tensor, to be read or added to.</summary>
    public T[] Gradient(Tensor<T> tensor)
    {
        T[] gradient = Gradient(tensor, out bool isNew);
        if (isNew)
            gradient.AsSpan().Clear();
        return gradient;
    }

    /// <summary>The gradient of a tensor. What flows back to it first finds it new, not initialised, and assigns; the
    /// others add. Most tensors are used once, and are spared a pass of zeros.</summary>
    internal T[] Gradient(Tensor<T> tensor, out bool isNew)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        isNew = tensor.GradientPlace.Array is null;
        return tensor.GradientPlace.Array ??= Rent(tensor.Count);
    }

    /// <summary>Differentiates <paramref name="loss"/>, a tensor of one element, by every tensor that needs a gradient.
    /// The gradients of what operations made are gone afterwards: their memory, still in the cache, serves the next ones
    /// on the way back.</summary>
    public void Backward(Tensor<T> loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (loss.Count != 1 || !loss.NeedsGradient)
            throw new ArgumentException("A loss is one number that depends on something that needs a gradient.");
        Gradient(loss)[0] = T.One;
        for (int i = _record.Count - 1; i >= 0; i--)
        {
            (Tensor<T> output, Action backward) = _record[i];
            if (output.GradientPlace.Array is null)
                continue;
            int scratch = _scratch.Count;
            backward();
            ReturnGradient(output);
            ReturnScratch(scratch);
        }

        _record.Clear();
    }

    /// <summary>Forgets the record and takes back the memory of all tensors made by operations.</summary>
    public void Reset()
    {
        _record.Clear();
        foreach (Tensor<T> tensor in _tensors)
        {
            Return(tensor.Array);
            ReturnGradient(tensor);
        }

        _tensors.Clear();
        ReturnScratch(0);
    }

    private void ReturnGradient(Tensor<T> tensor)
    {
        if (tensor.GradientPlace.Array is not { } gradient)
            return;
        Return(gradient);
        tensor.GradientPlace.Array = null;
    }

    private void ReturnScratch(int first)
    {
        for (int i = first; i < _scratch.Count; i++)
            Return(_scratch[i]);
        _scratch.RemoveRange(first, _scratch.Count - first);
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
