using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Passes;

/// <summary>x * relu6(x + 3) / 6, as exporters write it in two or more nodes, becomes HardSwish.</summary>
public static class HardSwishFusion
{
    private const float Tolerance = 1e-5f;

    public static void Run(ModelGraph graph)
    {
        var editor = new GraphEditor(graph);
        foreach (Node node in editor.Nodes)
        {
            if (node.Kind == OperatorKind.Mul && node.Attributes.Activation() == FusedActivation.None
                && Argument(editor, node) is { } x)
            {
                node.Kind = OperatorKind.HardSwish;
                node.Attributes = OperatorAttributes.None;
                editor.SetInput(node, 1, null);
                editor.SetInput(node, 0, x);
                node.Inputs.RemoveAt(1);
            }
        }

        editor.Commit();
    }

    /// <summary>x if <paramref name="product"/> is x * (relu6(x + 3) / 6) or (x * relu6(x + 3)) / 6.</summary>
    private static Tensor? Argument(GraphEditor editor, Node product)
    {
        for (int side = 0; side < 2; side++)
        {
            Tensor x = product.Input(side);
            Tensor gate = product.Input(1 - side);
            if (Without(editor, gate, OperatorKind.Mul, 1f / 6) is { } clipped && IsGate(editor, clipped, x))
                return x;

            if (editor.Producer(gate, OperatorKind.Function) is { } function && function.Input(0) == x
                && IsHardSigmoid(function.Get<FunctionAttributes>()))
                return x;
        }

        if (Constant(product, 1f / 6) is not { } scaled || editor.Producer(scaled, OperatorKind.Mul) is not { } inner)
            return null;

        for (int side = 0; side < 2; side++)
        {
            if (IsGate(editor, inner.Input(1 - side), inner.Input(side)))
                return inner.Input(side);
        }

        return null;
    }

    /// <summary>relu6(x + 3) / 6 as one operator.</summary>
    private static bool IsHardSigmoid(FunctionAttributes function) => function.Function == RealFunction.HardSigmoid
        && Math.Abs(function.Alpha - (1f / 6)) < Tolerance && Math.Abs(function.Beta - 0.5f) < Tolerance;

    private static bool IsGate(GraphEditor editor, Tensor gate, Tensor x) =>
        editor.Producer(gate, OperatorKind.Relu6) is { } clip
        && Without(editor, clip.Input(0), OperatorKind.Add, 3) == x;

    /// <summary>The other operand of the node that writes <paramref name="tensor"/>, if one is the given
    /// constant.</summary>
    private static Tensor? Without(GraphEditor editor, Tensor tensor, OperatorKind kind, float value) =>
        editor.Producer(tensor, kind) is { } node ? Constant(node, value) : null;

    private static Tensor? Constant(Node node, float value)
    {
        for (int side = 0; side < 2; side++)
        {
            if (node.Input(side) is { IsConstant: true, Elements: 1, Type: DataType.Float32 } constant
                && Math.Abs(constant.As<float>()[0] - value) < Tolerance)
            {
                return node.Input(1 - side);
            }
        }

        return null;
    }
}
