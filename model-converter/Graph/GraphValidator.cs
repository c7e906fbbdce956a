namespace McuAi.ModelConverter.Graph;

/// <summary>Checks what every pass and executor relies upon. Importers call it on the graphs they made.</summary>
public static class GraphValidator
{
    /// <summary>Nodes are in an order in which they can run: every input is a model input, a constant, a state or the
    /// output of an earlier node, and no tensor has two producers. Shapes are positive, constants have the bytes of
    /// their shape, and quantizations a scale for each slice.</summary>
    /// <exception cref="ModelException">Names the first tensor or node where that does not hold.</exception>
    public static void Validate(ModelGraph graph)
    {
        if (graph.Inputs.Count == 0 || graph.Outputs.Count == 0)
        {
            throw new ModelException($"{graph.Name} has {graph.Inputs.Count} inputs and {graph.Outputs.Count} outputs; "
                + "a model needs both.");
        }

        HashSet<Tensor> ready = [];
        HashSet<Tensor> constants = [];
        foreach (Tensor input in graph.Inputs)
        {
            Define(input, "the model's inputs", ready);
        }

        foreach (Node node in graph.Nodes)
        {
            CheckInputs(node, ready, constants);
            foreach (Tensor output in node.Outputs)
            {
                Define(output, node.Name, ready);
            }
        }

        foreach (Tensor output in graph.Outputs)
        {
            if (!output.IsConstant && !ready.Contains(output))
            {
                throw new ModelException($"No operator computes the model's output {output.Name}.");
            }
        }
    }

    private static void CheckInputs(Node node, HashSet<Tensor> ready, HashSet<Tensor> constants)
    {
        if (node.Outputs.Count == 0)
        {
            throw new ModelException($"The node {node.Name} has no output.");
        }

        foreach (Tensor? input in node.Inputs)
        {
            if (input is null || ready.Contains(input))
            {
                continue;
            }

            if (!input.IsConstant && !input.IsState)
            {
                throw new ModelException($"The node {node.Name} reads {input.Name} before any operator computes it.");
            }

            if (constants.Add(input))
            {
                Check(input);
            }
        }
    }

    private static void Define(Tensor tensor, string by, HashSet<Tensor> ready)
    {
        if (tensor.IsConstant || tensor.IsState)
        {
            throw new ModelException($"{tensor.Name} is written by {by}, and it is a "
                + $"{(tensor.IsConstant ? "constant" : "state")}.");
        }

        if (!ready.Add(tensor))
        {
            throw new ModelException($"{tensor.Name} is written again by {by}; each tensor has one producer.");
        }

        Check(tensor);
    }

    private static void Check(Tensor tensor)
    {
        long elements = 1;
        foreach (int dimension in tensor.Shape)
        {
            elements = dimension > 0 ? elements * dimension : -1;
            if (elements is <= 0 or > int.MaxValue)
            {
                throw new ModelException($"{tensor.Name} has the shape [{string.Join(", ", tensor.Shape)}], which is "
                    + "not positive or too large.");
            }
        }

        if (tensor.Data is { } data && data.LongLength != elements * tensor.Type.HostBytes())
        {
            throw new ModelException($"The constant {tensor.Name} has {data.Length} bytes for {elements} elements of "
                + $"type {tensor.Type}.");
        }

        if (tensor.Quantization is { } quantization)
        {
            CheckQuantization(tensor, quantization);
        }
    }

    private static void CheckQuantization(Tensor tensor, Quantization quantization)
    {
        int scales = quantization.Scales.Length;
        bool perTensor = scales == 1;
        bool perAxis = quantization.Axis >= 0 && quantization.Axis < tensor.Rank
            && tensor.Shape[quantization.Axis] == scales;
        if ((!perTensor && !perAxis) || (quantization.ZeroPoints.Length > 1 && quantization.ZeroPoints.Length != scales))
        {
            throw new ModelException($"{tensor.Name} has {scales} scales and {quantization.ZeroPoints.Length} zero "
                + $"points along axis {quantization.Axis} of its shape [{string.Join(", ", tensor.Shape)}].");
        }
    }
}
