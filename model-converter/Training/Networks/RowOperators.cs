using System.Numerics;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Reference;

namespace McuAi.ModelConverter.Training;

/// <summary>Operators without weights: functions of elements and rows, products of activations, and movements.</summary>
internal static class RowOperators<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Null where the node is another operator. Activations have the batch before their own dimensions.</summary>
    public static Tensor<T>? TryExecute(Tape<T> tape, Node node, Func<Tensor, Tensor<T>> get)
    {
        Tensor<T> x = get(node.Input(0));
        return node.Kind switch
        {
            OperatorKind.Relu => tape.Relu(x),
            OperatorKind.Relu6 => tape.Relu(x, T.CreateChecked(6)),
            OperatorKind.ReluN1To1 => tape.Clamp(x, -T.One, T.One),
            OperatorKind.LeakyRelu => tape.LeakyRelu(x, T.CreateChecked(node.Get<LeakyReluAttributes>().Alpha)),
            OperatorKind.Logistic => tape.Sigmoid(x),
            OperatorKind.Tanh => tape.Tanh(x),
            OperatorKind.HardSwish => tape.HardSwish(x),
            OperatorKind.Function => tape.Function(x, node.Get<FunctionAttributes>()),
            OperatorKind.Softmax => tape.Softmax(node.Get<SoftmaxAttributes>().Beta is var beta && beta == 1
                ? x
                : tape.Scale(x, T.CreateChecked(beta))),
            OperatorKind.Mean => tape.Mean(x, [.. node.Get<ReduceAttributes>().Axes
                .Select(axis => NetworkRun<T>.AxisOf(axis, node.Input(0)))]),
            OperatorKind.BatchMatMul => Product(tape, node, x, get(node.Input(1))),
            OperatorKind.Concat => tape.Concatenate(NetworkRun<T>.AxisOf(node.Get<ConcatAttributes>().Axis, node.Output),
                [.. node.Inputs.Select(input => get(input!))]),
            _ => TryMove(tape, node, x),
        };
    }

    private static Tensor<T>? TryMove(Tape<T> tape, Node node, Tensor<T> x)
    {
        switch (node.Kind)
        {
            case OperatorKind.Reshape:
                return x;
            case OperatorKind.Transpose:
                return tape.Transpose(x, [0, .. node.Get<TransposeAttributes>().Permutation.Select(axis => axis + 1)]);
            case OperatorKind.Slice:
                SliceAttributes slice = node.Get<SliceAttributes>();
                return tape.Slice(x, [0, .. slice.Begin], [1, .. slice.Stride], [x.Shape[0], .. node.Output.Shape]);
            case OperatorKind.Pad:
                PadAttributes pad = node.Get<PadAttributes>();
                return tape.Pad(x, [0, .. pad.Before], [0, .. pad.After], T.CreateChecked(pad.Value));
            case OperatorKind.ResizeNearest:
                ResizeAttributes resize = node.Get<ResizeAttributes>();
                int[] from = node.Input(0).Shape, to = node.Output.Shape;
                int[] rows = resize.Rows ?? DataMovement.NearestIndices(from[1], to[1], resize);
                int[] columns = resize.Columns ?? DataMovement.NearestIndices(from[2], to[2], resize);
                return tape.Take(tape.Take(x, 2, rows), 3, columns);
            default:
                return null;
        }
    }

    /// <summary>Products of matrices, however many dimensions are before theirs.</summary>
    private static Tensor<T> Product(Tape<T> tape, Node node, Tensor<T> a, Tensor<T> b)
    {
        MatMulAttributes attributes = node.Get<MatMulAttributes>();
        a = Matrices(node.Input(0), a);
        b = Matrices(node.Input(1), b);
        return tape.BatchProduct(attributes.TransposeA ? tape.Transpose(a, 0, 2, 1) : a,
            attributes.TransposeB ? tape.Transpose(b, 0, 2, 1) : b);

        Tensor<T> Matrices(Tensor tensor, Tensor<T> value)
        {
            int batch = value.Shape[0];
            int[] outer = node.Output.Shape[..^2], matrix = tensor.Shape[^2..];
            int[] own = [batch, .. Enumerable.Repeat(1, node.Output.Rank - tensor.Rank), .. tensor.Shape];
            Tensor<T> all = tape.Expand(tape.Reshape(value, own), [batch, .. outer, .. matrix]);
            return tape.Reshape(all, batch * Dimensions.Product(outer), matrix[0], matrix[1]);
        }
    }
}
