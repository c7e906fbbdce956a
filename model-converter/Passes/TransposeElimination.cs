using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Passes;

/// <summary>Moves transposes (and reshapes) towards the outputs until they meet their inverses, so that a network
/// imported from a channels-first format keeps one at its input and one at an output that is an image. A transpose that
/// only moves axes of size 1 becomes a reshape; one before a flattened FullyConnected goes into its weights.</summary>
public sealed class TransposeElimination
{
    private readonly GraphEditor editor;
    private readonly TransposeSinking transposes;
    private readonly ReshapeSinking reshapes;
    private readonly FlattenFolding flattening;
    private readonly Queue<Node> work = [];
    private bool makeReshapes;

    private readonly bool pastDequantize;

    private TransposeElimination(ModelGraph graph, ConstantBudget budget, bool pastDequantize)
    {
        this.pastDequantize = pastDequantize;
        editor = new GraphEditor(graph);
        transposes = new TransposeSinking(editor, budget, work.Enqueue);
        reshapes = new ReshapeSinking(editor, work.Enqueue);
        flattening = new FlattenFolding(editor, budget, work.Enqueue);
    }

    /// <param name="pastDequantize">Also moves them from integers to real numbers: needed before the two are fused
    /// away, not wanted at the end, where they are left at the outputs.</param>
    public static void Run(ModelGraph graph, ConstantBudget budget, bool pastDequantize)
    {
        var elimination = new TransposeElimination(graph, budget, pastDequantize);
        elimination.Settle();
        // Only now: as reshapes, these transposes would not cancel against those that move larger axes.
        elimination.makeReshapes = true;
        elimination.Settle();
        elimination.editor.Commit();
    }

    private void Settle()
    {
        Node[] nodes = editor.Nodes;
        // Every step moves something towards an output, so this ends; the limit only guards against absurd graphs.
        int limit = (200 * nodes.Length) + 1000;
        foreach (Node node in nodes)
        {
            if (node.Kind is OperatorKind.Transpose or OperatorKind.Reshape)
                work.Enqueue(node);
        }

        while (limit-- > 0 && work.TryDequeue(out Node? node))
        {
            if (node.Kind is OperatorKind.Transpose or OperatorKind.Reshape && editor.Contains(node))
                Visit(node);
        }

        work.Clear();
    }

    private void Visit(Node node)
    {
        if (Bypass(node) || Merge(node))
            return;

        if (makeReshapes && node.Kind == OperatorKind.Transpose
            && Axes.KeepsOrder(node.Input(0).Shape, node.Get<TransposeAttributes>().Permutation))
        {
            node.Kind = OperatorKind.Reshape;
            node.Attributes = OperatorAttributes.None;
        }

        foreach (Node consumer in editor.Consumers(node.Output))
        {
            // An earlier step may have changed this consumer already.
            if (!editor.Contains(consumer) || !consumer.Inputs.Contains(node.Output))
                continue;

            if (consumer.Kind == node.Kind)
                work.Enqueue(consumer);
            else if (consumer.Kind == OperatorKind.Dequantize && !pastDequantize)
                continue;
            else if (node.Kind == OperatorKind.Reshape)
                reshapes.TrySink(node, consumer);
            else if (!flattening.TryFold(node, consumer))
                transposes.TrySink(node, consumer);
        }

        if (node.Kind == OperatorKind.Reshape && editor.Producer(node.Input(0), OperatorKind.Transpose) is { } before)
            work.Enqueue(before);

        if (editor.Consumers(node.Output).Length == 0 && !editor.IsOutput(node.Output))
            editor.Remove(node);
    }

    /// <summary>Drops a node that changes nothing, or that another one does already.</summary>
    private bool Bypass(Node node)
    {
        Tensor x = node.Input(0);
        bool identity = node.Kind == OperatorKind.Transpose
            ? Axes.IsIdentity(node.Get<TransposeAttributes>().Permutation)
            : x.Shape.SequenceEqual(node.Output.Shape);
        Tensor? same = identity ? x
            : editor.Consumers(x).FirstOrDefault(other => other != node && Equal(node, other))?.Output;
        if (same is null || (editor.IsOutput(node.Output) && !editor.CanBeOutput(same)))
            return false;

        Node[] consumers = editor.Consumers(node.Output);
        editor.ReplaceUses(node.Output, same);
        editor.Remove(node);
        foreach (Node consumer in consumers)
            work.Enqueue(consumer);

        if (editor.Producer(same) is { } producer)
            work.Enqueue(producer);

        return true;
    }

    private static bool Equal(Node node, Node other) => node.Kind == other.Kind
        && node.Output.Shape.SequenceEqual(other.Output.Shape)
        && (node.Kind == OperatorKind.Reshape || node.Get<TransposeAttributes>().Permutation
            .SequenceEqual(other.Get<TransposeAttributes>().Permutation));

    /// <summary>Two nodes of the same kind in a row become one.</summary>
    private bool Merge(Node node)
    {
        if (editor.Producer(node.Input(0), node.Kind) is not { } first)
            return false;

        if (node.Kind == OperatorKind.Transpose)
        {
            int[] inner = first.Get<TransposeAttributes>().Permutation;
            node.Attributes = new TransposeAttributes(
                [.. node.Get<TransposeAttributes>().Permutation.Select(axis => inner[axis])]);
        }

        editor.SetInput(node, 0, first.Input(0));
        if (editor.Consumers(first.Output).Length == 0 && !editor.IsOutput(first.Output))
            editor.Remove(first);

        work.Enqueue(node);
        return true;
    }
}
