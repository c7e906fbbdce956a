using System.Runtime.InteropServices;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Reference;

namespace McuAi.ModelConverter.Passes;

/// <summary>Computes nodes whose inputs are all constant. A constant with a quantization stands for real numbers:
/// moving its elements keeps it as it is, arithmetic dequantizes it first.</summary>
public static class ConstantFolding
{
    /// <summary>Folds all that can be folded; nodes are in an order of execution.</summary>
    public static void Run(ModelGraph graph, ConstantBudget budget) =>
        graph.Nodes.RemoveAll(node => !node.Outputs.Any(graph.Outputs.Contains) && TryFold(node, budget));

    /// <summary>Sets the outputs' data if the inputs are constants; false if they aren't or the operator has no
    /// constant form.</summary>
    public static bool TryFold(Node node, ConstantBudget budget)
    {
        if (node.Inputs.Count == 0 || node.Inputs.Any(input => input is { IsConstant: false }))
            return false;

        foreach (Tensor output in node.Outputs)
            budget.Spend((long)output.Elements * output.Type.HostBytes(), output.Name);

        if (Moves(node.Kind))
            return TryMove(node);

        return node.Output.Type switch
        {
            DataType.Float32 => TryReal(node),
            DataType.Int64 or DataType.Int32 or DataType.Bool => TryInteger(node),
            _ => false,
        };
    }

    /// <summary>Axis i of the result is axis <c>permutation[i]</c> of the constant.</summary>
    public static Tensor Permute(Tensor constant, int[] permutation, ConstantBudget budget)
    {
        var result = new Tensor(constant.Name, constant.Type, [.. permutation.Select(axis => constant.Shape[axis])]);
        var node = new Node(OperatorKind.Transpose, constant.Name, [constant], [result],
            new TransposeAttributes(permutation));
        if (!TryFold(node, budget))
            throw new ModelException($"Constant {constant} could not be transposed.");

        return result;
    }

    /// <summary>The same elements in another shape.</summary>
    public static Tensor Reshape(Tensor constant, params int[] shape) => new(constant.Name, constant.Type, shape)
    {
        Data = constant.Data,
        Quantization = Reshaped(constant, shape, out _),
    };

    /// <summary>A float32 constant with the real values of <paramref name="constant"/>.</summary>
    public static Tensor Real(Tensor constant, ConstantBudget budget)
    {
        if (constant.Type == DataType.Float32)
            return constant;

        budget.Spend(4L * constant.Elements, constant.Name);
        return Tensor.Constant<float>(constant.Name, DataType.Float32, constant.Shape, RealValues.OfConstant(constant));
    }

    private static bool Moves(OperatorKind kind) => kind is OperatorKind.Reshape or OperatorKind.Transpose
        or OperatorKind.Concat or OperatorKind.Split or OperatorKind.Slice or OperatorKind.Pad;

    private static bool TryMove(Node node)
    {
        Tensor input = node.Input(0);
        if (node.Inputs.Any(other => !SameQuantization(other!.Quantization, input.Quantization)
            || other.Type != input.Type))
            return false;

        if (!TryMoveQuantization(node, input))
            return false;

        switch (input.Type.HostBytes())
        {
            case 1:
                Move<byte>(node);
                break;
            case 2:
                Move<short>(node);
                break;
            case 4:
                Move<int>(node);
                break;
            default:
                Move<long>(node);
                break;
        }

        return true;
    }

    private static bool TryMoveQuantization(Node node, Tensor input)
    {
        Quantization? moved = input.Quantization;
        if (moved is { IsPerAxis: true })
        {
            if (node.Kind == OperatorKind.Transpose)
                moved = moved with { Axis = Array.IndexOf(node.Get<TransposeAttributes>().Permutation, moved.Axis) };
            else if (node.Kind != OperatorKind.Reshape)
                return false;
            else if ((moved = Reshaped(input, node.Output.Shape, out bool possible)) is null || !possible)
                return false;
        }

        foreach (Tensor output in node.Outputs)
        {
            output.Quantization = moved;
            output.Type = input.Type;
        }

        return true;
    }

    /// <summary>The quantization after a reshape: a per-axis one survives if its axis does.</summary>
    private static Quantization? Reshaped(Tensor constant, int[] shape, out bool possible)
    {
        possible = true;
        if (constant.Quantization is not { IsPerAxis: true } quantization)
            return constant.Quantization;

        int inner = constant.Shape.Skip(quantization.Axis + 1).Aggregate(1, (product, size) => product * size);
        int after = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            if (after == inner && shape[axis] == constant.Shape[quantization.Axis])
                return quantization with { Axis = axis };

            after *= shape[axis];
        }

        possible = false;
        return null;
    }

    private static void Move<T>(Node node) where T : unmanaged
    {
        T[][] inputs = [.. node.Inputs.Select(input => input!.As<T>().ToArray())];
        T[][] outputs = [.. node.Outputs.Select(output => new T[output.Elements])];
        switch (node.Kind)
        {
            case OperatorKind.Reshape:
                outputs[0] = inputs[0];
                break;
            case OperatorKind.Transpose:
                DataMovement.Transpose(node, inputs[0], outputs[0]);
                break;
            case OperatorKind.Concat:
                DataMovement.Concat(node, inputs, outputs[0]);
                break;
            case OperatorKind.Split:
                DataMovement.Split(node, inputs[0], outputs);
                break;
            case OperatorKind.Slice:
                DataMovement.Slice(node, inputs[0], outputs[0]);
                break;
            default:
                DataMovement.Pad(node, inputs[0], outputs[0], PadElement<T>(node));
                break;
        }

        for (int i = 0; i < outputs.Length; i++)
            node.Outputs[i].Data = MemoryMarshal.AsBytes(outputs[i].AsSpan()).ToArray();
    }

    private static T PadElement<T>(Node node) where T : unmanaged
    {
        Tensor input = node.Input(0);
        double value = node.Get<PadAttributes>().Value;
        if (input.Quantization is { } quantization)
            value = Math.Round(value / quantization.Scale) + quantization.ZeroPoint;

        Span<byte> element = stackalloc byte[8];
        if (input.Type == DataType.Float32)
            MemoryMarshal.Write(element, (float)value);
        else
            MemoryMarshal.Write(element, (long)value);

        return MemoryMarshal.Read<T>(element);
    }

    private static bool TryReal(Node node)
    {
        var graph = new ModelGraph(node.Name);
        graph.Nodes.Add(node);
        graph.Outputs.AddRange(node.Outputs);
        float[][] values = FloatExecutor.Run(graph, []);
        for (int i = 0; i < values.Length; i++)
            node.Outputs[i].Data = MemoryMarshal.AsBytes(values[i].AsSpan()).ToArray();

        return true;
    }

    /// <summary>Arithmetic on shapes, exact in 64 bits.</summary>
    private static bool TryInteger(Node node)
    {
        Func<long, long, long>? function = node.Kind switch
        {
            OperatorKind.Add => (a, b) => a + b,
            OperatorKind.Sub => (a, b) => a - b,
            OperatorKind.Mul => (a, b) => a * b,
            OperatorKind.Div => (a, b) => b is 0 or -1 ? (b == 0 ? 0 : -a) : a / b,
            OperatorKind.Minimum => Math.Min,
            OperatorKind.Maximum => Math.Max,
            OperatorKind.Cast => (a, _) => a,
            _ => null,
        };
        if (function is null)
            return false;

        Tensor y = node.Output;
        Tensor x = node.Input(0);
        Tensor other = node.OptionalInput(1) ?? x;
        var walk = new Strides.Walk(y.Shape, Strides.Broadcast(x.Shape, y.Shape),
            Strides.Broadcast(other.Shape, y.Shape));
        var values = new long[y.Elements];
        for (int i = 0; walk.Next(); i++)
            values[i] = function(Integer(x, walk.First), Integer(other, walk.Second));

        y.Data = y.Type switch
        {
            DataType.Int64 => MemoryMarshal.AsBytes(values.AsSpan()).ToArray(),
            DataType.Int32 => MemoryMarshal.AsBytes(Array.ConvertAll(values, value => (int)value).AsSpan()).ToArray(),
            _ => Array.ConvertAll(values, value => value != 0 ? (byte)1 : (byte)0),
        };
        return true;
    }

    private static long Integer(Tensor tensor, int index) => tensor.Type == DataType.Float32
        ? (long)tensor.As<float>()[index]
        : RealValues.Integer(tensor.Type, tensor.Data, index);

    private static bool SameQuantization(Quantization? a, Quantization? b) => ReferenceEquals(a, b)
        || (a is not null && b is not null && a.Axis == b.Axis && a.Scales.SequenceEqual(b.Scales)
            && a.ZeroPoints.SequenceEqual(b.ZeroPoints));
}
