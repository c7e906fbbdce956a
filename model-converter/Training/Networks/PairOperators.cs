using System.Numerics;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Training;

/// <summary>Operators of two inputs, of which either may be repeated along dimensions.</summary>
internal static class PairOperators<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Null where the node is another operator.</summary>
    /// <param name="operand">Of an activation its value with the batch before it, of a constant just its value.</param>
    public static Tensor<T>? TryExecute(Tape<T> tape, Node node, Func<Tensor, Tensor<T>> operand)
    {
        if (node.Kind is not (OperatorKind.Add or OperatorKind.Sub or OperatorKind.Mul or OperatorKind.Div or
            OperatorKind.Minimum or OperatorKind.Maximum))
            return null;
        Tensor<T> a = operand(node.Input(0)), b = operand(node.Input(1));
        if (WithVector(tape, node, a, b) is { } quick)
            return quick;
        int batch = node.Input(0).IsConstant ? b.Shape[0] : a.Shape[0];
        (a, b) = (Repeated(node.Input(0), a), Repeated(node.Input(1), b));
        return node.Kind switch
        {
            OperatorKind.Add => tape.Add(a, b),
            OperatorKind.Sub => tape.Subtract(a, b),
            OperatorKind.Mul => tape.Multiply(a, b),
            OperatorKind.Div => tape.Divide(a, b),
            OperatorKind.Minimum => tape.Minimum(a, b),
            _ => tape.Maximum(a, b),
        };

        // Shapes are aligned at their last dimensions, so the batch has to be before the longer one's.
        Tensor<T> Repeated(Tensor tensor, Tensor<T> value)
        {
            int missing = node.Output.Rank - tensor.Rank;
            int[] own = [tensor.IsConstant ? 1 : batch, .. Enumerable.Repeat(1, missing), .. tensor.Shape];
            return tape.Expand(tape.Reshape(value, own), [batch, .. node.Output.Shape]);
        }
    }

    /// <summary>What occurs most: an activation and a constant for each channel.</summary>
    private static Tensor<T>? WithVector(Tape<T> tape, Node node, Tensor<T> a, Tensor<T> b)
    {
        (Tensor x, Tensor vector) = (node.Input(0), node.Input(1));
        if (node.Kind is OperatorKind.Add or OperatorKind.Mul && x.IsConstant)
            (x, vector, a, b) = (vector, x, b, a);
        bool fits = vector.IsConstant && !x.IsConstant && x.Shape.SequenceEqual(node.Output.Shape) &&
            vector.Elements == x.Shape[^1] && (vector.Rank == 0 || vector.Shape[^1] == x.Shape[^1]);
        return (node.Kind, fits) switch
        {
            (OperatorKind.Add, true) => tape.AddVector(a, b),
            (OperatorKind.Mul, true) => tape.MultiplyVector(a, b),
            _ => null,
        };
    }
}
