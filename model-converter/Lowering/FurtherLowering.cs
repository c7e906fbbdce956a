using System.Runtime.InteropServices;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Quantizing;

namespace McuAi.ModelConverter.Lowering;

/// <summary>Operators beyond the first; their methods are in files by group.</summary>
public sealed partial class GraphLowering
{
    private const string Supported = "Conv2D, DepthwiseConv2D, TransposeConv, FullyConnected, BatchMatMul, Add, Sub, " +
        "Mul, Minimum, Maximum, AveragePool2D, MaxPool2D, Mean, Softmax, Relu, Relu6, ReluN1To1, LeakyRelu, Logistic, " +
        "Tanh, HardSwish, Function, Concat, Split, Slice, Pad, Reshape, Transpose, ResizeNearest, Quantize, Cast, Svdf and Lstm";

    private void LowerOther(Node node)
    {
        Action<Node> lower = node.Kind switch
        {
            OperatorKind.Mul => LowerMul,
            OperatorKind.Minimum or OperatorKind.Maximum => LowerExtremum,
            _ when ElementwiseTables.Covers(node.Kind) => LowerTable,
            OperatorKind.Quantize => LowerQuantize,
            OperatorKind.Cast => LowerCast,
            OperatorKind.Concat => LowerConcat,
            OperatorKind.Split => LowerSplit,
            OperatorKind.Slice => LowerSlice,
            OperatorKind.Pad => LowerPad,
            OperatorKind.Transpose => LowerTranspose,
            OperatorKind.ResizeNearest => LowerResize,
            OperatorKind.Mean => LowerMean,
            OperatorKind.BatchMatMul => LowerBatchMatMul,
            OperatorKind.TransposeConv => LowerTransposeConv,
            OperatorKind.Svdf => LowerSvdf,
            OperatorKind.Lstm => LowerLstm,
            _ => throw new ModelException($"{node.Name}: the core has no operator {node.Kind} for integer tensors; it " +
                $"has {Supported}."),
        };
        lower(node);
    }

    /// <summary>An operand in the scale and type of <paramref name="like"/>: as it is, or behind a requantization.
    /// Operators that move or compare elements need one scale.</summary>
    private PackTensor Rescaled(Node node, Tensor operand, Tensor like)
    {
        PackTensor x = Operand(operand);
        if (operand.Type == like.Type && SameScale(operand, like))
            return x;

        var rescaled = new PackTensor($"{operand.Name} (rescaled)", like.Type, x.Shape, TensorPlace.Arena)
        {
            Scale = Quantized.Of(like).Scale,
            ZeroPoint = Quantized.Of(like).ZeroPoint,
        };
        _model.Tensors.Add(rescaled);
        var target = new Tensor(rescaled.Name, like.Type, operand.Shape) { Quantization = like.Quantization };
        var quantize = new Node(OperatorKind.Quantize, node.Name, [operand], [target], OperatorAttributes.None);
        EmitRequantize(RequantizeParameters.From(quantize), x, rescaled);
        return rescaled;
    }

    /// <summary>Plain integers without quantization have the same scale as any other tensor: there is nothing to
    /// convert.</summary>
    private static bool SameScale(Tensor a, Tensor b) => a.Quantization is not { } from || b.Quantization is not { } to ||
        (from.Scale.Equals(to.Scale) && from.ZeroPoint == to.ZeroPoint);

    private void EmitRequantize(RequantizeParameters p, PackTensor x, PackTensor y) =>
        Emit(Opcode.Requantize, [x], [y], [p.InputZeroPoint, p.OutputZeroPoint, p.Multiplier, p.Shift]);

    /// <summary>A constant that the operator needs beside the model's own.</summary>
    private PackTensor NewConstant<T>(string name, DataType type, int[] shape, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var constant = new PackTensor(name, type, shape, TensorPlace.Shard)
        {
            Blob = MemoryMarshal.AsBytes(values).ToArray(),
        };
        _model.Tensors.Add(constant);
        return constant;
    }

    /// <summary>The tensor under another shape of as many elements.</summary>
    private PackTensor Shaped(PackTensor tensor, int[] shape)
    {
        if (tensor.Shape.SequenceEqual(shape))
            return tensor;

        var view = new PackTensor(tensor.Name + " (view)", tensor.Type, shape, tensor.Place)
        {
            Scale = tensor.Scale,
            ZeroPoint = tensor.ZeroPoint,
            ViewOf = tensor.ViewOf ?? tensor,
            Blob = tensor.Blob,
        };
        _model.Tensors.Add(view);
        return view;
    }

    /// <summary>Values per axis for the four axes of the core, <paramref name="missing"/> for axes in front; those of
    /// dropped leading axes of one element go.</summary>
    private static int[] FourAxes(int[] values, int missing) => values.Length >= 4
        ? values[^4..]
        : [.. Enumerable.Repeat(missing, 4 - values.Length), .. values];

    /// <summary>The number of an axis among the core's four.</summary>
    private static int FourAxis(Node node, int axis, int rank)
    {
        int aligned = (axis < 0 ? axis + rank : axis) + 4 - rank;
        return aligned >= 0
            ? aligned
            : throw new ModelException($"{node.Name} works along axis {axis} of {rank}; the core handles the last four.");
    }
}
