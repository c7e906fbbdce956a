using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Passes;

/// <summary>Relu and Relu6 become part of the sum or product that they follow.</summary>
public static class ActivationFusion
{
    public static void Run(ModelGraph graph)
    {
        var editor = new GraphEditor(graph);
        foreach (Node node in editor.Nodes)
        {
            if (node.Kind is not (OperatorKind.Relu or OperatorKind.Relu6))
                continue;

            Tensor x = node.Input(0);
            FusedActivation activation = node.Kind == OperatorKind.Relu ? FusedActivation.Relu : FusedActivation.Relu6;
            if (x.Type != DataType.Float32 || editor.Producer(x) is not { } producer || editor.OnlyConsumer(x) != node
                || !Fuses(producer.Kind) || producer.Attributes.Activation() != FusedActivation.None)
            {
                continue;
            }

            producer.Attributes = producer.Attributes.With(activation)!;
            Tensor y = node.Output;
            editor.Remove(node);
            editor.SetOutput(producer, 0, y);
        }

        editor.Commit();
    }

    private static bool Fuses(OperatorKind kind) => OperatorTraits.IsLinear(kind) || kind is OperatorKind.Add
        or OperatorKind.Sub or OperatorKind.Mul;
}
