using System.Runtime.InteropServices;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Tflite;

/// <summary>One operator while it is translated: its tensors, options and the graph that its nodes go to.</summary>
internal sealed class OperatorImport(string name, FlatBufferTable options, int[] inputs, int[] outputs,
    TfliteTensors tensors, ModelGraph graph, ImportBudget budget)
{
    /// <summary>What writers store for an optional input that is absent.</summary>
    private const int Absent = -1;

    /// <summary>The operator's BuiltinOptions; without fields when the file has none.</summary>
    public FlatBufferTable Options => options;

    public ImportBudget Budget => budget;

    public int InputCount => inputs.Length;

    public int OutputCount => outputs.Length;

    public void CheckCounts(int leastInputs, int mostInputs, int outputCount = 1)
    {
        if (inputs.Length < leastInputs || inputs.Length > mostInputs || outputs.Length != outputCount)
        {
            throw Error($"has {inputs.Length} inputs and {outputs.Length} outputs, where {leastInputs} to {mostInputs} "
                + $"and {outputCount} belong.");
        }
    }

    public Tensor? OptionalInput(int index) =>
        index < inputs.Length && inputs[index] != Absent ? tensors.Get(inputs[index], name) : null;

    /// <summary>A required input. Only recurrent operators read variables, and those use <see cref="State"/>.
    /// </summary>
    public Tensor Input(int index)
    {
        Tensor tensor = OptionalInput(index) ?? throw Error($"lacks its input {index}.");
        return tensor.IsState ? throw Error($"reads the variable {tensor.Name}, which it cannot.") : tensor;
    }

    public Tensor State(int index)
    {
        Tensor tensor = OptionalInput(index) ?? throw Error($"lacks its state, input {index}.");
        return tensor.IsState ? tensor : throw Error($"keeps its state in {tensor.Name}, which is not a variable.");
    }

    public Tensor Output(int index = 0) => tensors.Get(outputs[index], name);

    /// <summary>The elements of an integer constant that is a parameter (axes, sizes, paddings), at most
    /// <paramref name="most"/>.</summary>
    public long[] Integers(int index, string what, int most)
    {
        if (index < inputs.Length && inputs[index] != Absent && tensors.IsEmpty(inputs[index], name))
        {
            return [];
        }

        Tensor tensor = Input(index);
        if (tensor.Data is null || tensor.Elements > most)
        {
            throw Error($"needs its {what} as a constant of at most {most} numbers, which {tensor.Name} is not.");
        }

        return tensor.Type switch
        {
            DataType.Int32 => Array.ConvertAll(tensor.As<int>().ToArray(), value => (long)value),
            DataType.Int64 => tensor.As<long>().ToArray(),
            DataType.Int16 => Array.ConvertAll(tensor.As<short>().ToArray(), value => (long)value),
            _ => throw Error($"has its {what} as {tensor.Type}; int32 or int64 belongs there."),
        };
    }

    /// <summary>A constant that is the shape of a tensor.</summary>
    public int[] Dimensions(int index, string what, int rank) =>
        Array.ConvertAll(Integers(index, what, rank), dimension => (int)Math.Clamp(dimension, -1, int.MaxValue));

    /// <summary>A single axis, counted from the end when negative.</summary>
    public int Axis(long axis, int rank) => axis >= -rank && axis < rank
        ? (int)(axis < 0 ? axis + rank : axis)
        : throw Error($"has axis {axis} of a tensor with {rank} dimensions.");

    public FusedActivation Activation(int field) => options.Int8(field) switch
    {
        0 => FusedActivation.None,
        1 => FusedActivation.Relu,
        2 => FusedActivation.ReluN1To1,
        3 => FusedActivation.Relu6,
        4 => throw Error("has a fused TANH, which is not supported; convert it as an operator of its own."),
        var other => throw Error($"has the unknown fused activation {other}."),
    };

    /// <summary>A size, stride or dilation of a window.</summary>
    public int Positive(int value, string what) => value is > 0 and <= 1 << 16
        ? value
        : throw Error($"has a {what} of {value}; it has to be 1 to 65536.");

    public void CheckRank(Tensor tensor, int rank, string what)
    {
        if (tensor.Rank != rank)
        {
            throw Error($"has {tensor.Rank} dimensions in its {what} {tensor.Name}, where {rank} belong.");
        }
    }

    public void CheckShape(Tensor tensor, ReadOnlySpan<int> expected, string what)
    {
        if (!expected.SequenceEqual(tensor.Shape))
        {
            throw Error($"has the {what} {tensor.Name} of shape [{string.Join(", ", tensor.Shape)}], where "
                + $"[{string.Join(", ", expected.ToArray())}] belongs.");
        }
    }

    public void CheckType(Tensor tensor, DataType type, string what)
    {
        if (tensor.Type != type)
        {
            throw Error($"has the {what} {tensor.Name} of type {tensor.Type}, where {type} belongs.");
        }
    }

    /// <summary>Checks that arithmetic on a tensor is defined: it is float or integer numbers with known scale.
    /// </summary>
    public void CheckNumeric(Tensor tensor)
    {
        if (tensor.Type is DataType.Bool)
        {
            throw Error($"computes on {tensor.Name}, which is of type Bool.");
        }

        if (tensor.Quantization is null
            && tensor.Type is DataType.Int8 or DataType.UInt8 or DataType.Int16 or DataType.Int4 or DataType.Int2)
        {
            throw Error($"computes on {tensor.Name}, which is {tensor.Type} without a quantization scale.");
        }

        if (tensor is { IsConstant: false, Quantization.IsPerAxis: true })
        {
            throw Error($"computes on {tensor.Name}, an activation with a scale per channel.");
        }
    }

    public void Emit(OperatorKind kind, Tensor?[] from, Tensor[] to, OperatorAttributes attributes)
    {
        budget.Charge(256 + (16 * (from.Length + to.Length)));
        graph.Nodes.Add(new Node(kind, name, from, to, attributes));
    }

    public void Emit(OperatorKind kind, Tensor from, Tensor to, OperatorAttributes attributes) =>
        Emit(kind, [from], [to], attributes);

    /// <summary>A tensor between two nodes that one operator of the file becomes.</summary>
    public Tensor Intermediate(Tensor like, string suffix, params int[] shape)
    {
        budget.Charge(256 + (2 * like.Name.Length));
        return new Tensor($"{like.Name}/{suffix}", like.Type, shape) { Quantization = like.Quantization };
    }

    /// <summary>Gives an output its elements now, so that no operator has to compute it on the device.</summary>
    public void Fold(Tensor output, byte[] data)
    {
        if (output.IsState || output.IsConstant || data.LongLength != Bytes(output))
        {
            throw Error($"has a constant of {data.Length} bytes for its output {output.Name}, which does not fit.");
        }

        output.Data = data;
    }

    public void Fold<T>(Tensor output, T[] values) where T : unmanaged =>
        Fold(output, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    /// <summary>Memory for a constant output, within what the file may take.</summary>
    public byte[] Allocate(Tensor output)
    {
        budget.Charge(Bytes(output));
        return new byte[Bytes(output)];
    }

    public ModelException Error(string problem) => new($"{char.ToUpperInvariant(name[0])}{name[1..]} {problem}");

    private static long Bytes(Tensor tensor) => (long)tensor.Elements * tensor.Type.HostBytes();
}
