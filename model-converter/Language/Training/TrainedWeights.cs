using System.Numerics;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>A matrix, several of one size, or a vector that training changes.</summary>
public sealed class TrainedWeights<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private T[]? _rounded;

    internal TrainedWeights(int index, string name, float[] values, int[] shape)
    {
        Index = index;
        T[] data = typeof(T) == typeof(float) ? (T[])(object)values.Clone() : Array.ConvertAll(values, T.CreateChecked);
        Parameter = new Parameter<T>(name, new Tensor<T>(data, shape) { NeedsGradient = true }, shape.Length > 1);
    }

    public string Name => Parameter.Name;

    /// <summary>[rows, columns]; [count, rows, columns] of several matrices; [elements] of a vector.</summary>
    public int[] Shape => Parameter.Value.Shape;

    public Parameter<T> Parameter { get; }

    /// <summary>How they are rounded; null: not at all.</summary>
    public GroupQuantization<T>? Quantization { get; private set; }

    /// <summary>The place among all of a model.</summary>
    internal int Index { get; }

    /// <summary>What the model computes with: the parameter itself, or rounded.</summary>
    internal T[] Effective => _rounded ?? Parameter.Value.Array;

    internal Span<T> Data => Parameter.Value.Data;

    internal void Quantize(MatrixFormat precision)
    {
        Quantization = new GroupQuantization<T>(Name, Parameter.Value, precision);
        _rounded = new T[Parameter.Value.Count];
    }

    /// <summary>Rounds anew, after the parameter has changed.</summary>
    internal void Round()
    {
        if (_rounded is not null)
            Quantization!.Round(_rounded);
    }

    internal float[] ToFloats() => typeof(T) == typeof(float)
        ? (float[])((float[])(object)Effective).Clone()
        : Array.ConvertAll(Effective, float.CreateChecked);
}

/// <summary>Tensors of all weights of a model, with gradients of their own: of one of the parts that a batch is cut
/// into.</summary>
internal sealed class WeightTensors<T>(IReadOnlyList<TrainedWeights<T>> weights, bool needGradients)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T>[] _tensors =
        [.. weights.Select(each => new Tensor<T>(each.Effective, each.Shape) { NeedsGradient = needGradients })];

    public Tensor<T> this[TrainedWeights<T> weights] => _tensors[weights.Index];

    public void Clear()
    {
        foreach (Tensor<T> tensor in _tensors)
            tensor.Gradient.Clear();
    }
}
