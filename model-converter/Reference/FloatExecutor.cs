using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Reference;

/// <summary>Executes a graph in real numbers (float32). Constants of a quantized graph are dequantized, Quantize nodes
/// round to what their output can represent, and other quantized activations saturate but do not round: the result is
/// what the integer arithmetic approximates. An instance keeps the states of the model from one inference to the
/// next.</summary>
public sealed class FloatExecutor
{
    private const int CellState = 19;

    private readonly ModelGraph graph;
    private readonly Dictionary<Tensor, float[]> constants = [];
    private readonly Dictionary<Tensor, float[]> states = [];
    private Dictionary<Tensor, float[]> values = [];

    public FloatExecutor(ModelGraph graph)
    {
        this.graph = graph;
        foreach (Tensor tensor in graph.Nodes.SelectMany(node => node.Inputs).OfType<Tensor>())
        {
            if (tensor.IsConstant)
                constants.TryAdd(tensor, RealValues.OfConstant(tensor));
            else if (tensor.IsState)
                states.TryAdd(tensor, new float[tensor.Elements]);
        }
    }

    /// <summary>One inference on fresh states. <paramref name="inputs"/> and results are real values, one array for
    /// each input and output of the graph.</summary>
    public static float[][] Run(ModelGraph graph, IReadOnlyList<float[]> inputs) =>
        new FloatExecutor(graph).Run(inputs);

    /// <summary>One inference on fresh states that shows each input and activation to
    /// <paramref name="observer"/>.</summary>
    public static float[][] Run(ModelGraph graph, IReadOnlyList<float[]> inputs, Action<Tensor, float[]> observer) =>
        new FloatExecutor(graph).Run(inputs, observer);

    /// <summary>The next inference. <paramref name="observer"/> also sees the cells of LSTMs, of all steps.</summary>
    public float[][] Run(IReadOnlyList<float[]> inputs, Action<Tensor, float[]>? observer = null)
    {
        if (inputs.Count != graph.Inputs.Count)
            throw new ModelException($"The model has {graph.Inputs.Count} inputs, but {inputs.Count} were given.");

        values = [];
        for (int i = 0; i < inputs.Count; i++)
        {
            Tensor tensor = graph.Inputs[i];
            if (inputs[i].Length != tensor.Elements)
                throw new ModelException($"Input {tensor} takes {tensor.Elements} values, not {inputs[i].Length}.");

            values[tensor] = inputs[i];
            observer?.Invoke(tensor, inputs[i]);
        }

        foreach (Node node in graph.Nodes)
        {
            float[][] outputs = [.. node.Outputs.Select(tensor => new float[tensor.Elements])];
            Execute(node, outputs, observer);
            for (int i = 0; i < outputs.Length; i++)
            {
                RealValues.Saturate(node.Outputs[i], outputs[i]);
                values[node.Outputs[i]] = outputs[i];
                observer?.Invoke(node.Outputs[i], outputs[i]);
            }
        }

        return [.. graph.Outputs.Select(Value)];
    }

    private float[] Value(Tensor tensor)
    {
        if (values.TryGetValue(tensor, out float[]? value) || constants.TryGetValue(tensor, out value) ||
            states.TryGetValue(tensor, out value))
        {
            return value;
        }

        return tensor.IsConstant
            ? RealValues.OfConstant(tensor)
            : throw new ModelException($"Tensor {tensor} is used before it is computed.");
    }

    private float[] X(Node node, int index) => Value(node.Input(index));

    private float[]? Optional(Node node, int index) => node.OptionalInput(index) is { } tensor ? Value(tensor) : null;

    private void Execute(Node node, float[][] outputs, Action<Tensor, float[]>? observer)
    {
        float[] y = outputs[0];
        switch (node.Kind)
        {
            case OperatorKind.Conv2D:
            case OperatorKind.DepthwiseConv2D:
            case OperatorKind.TransposeConv:
                Convolution.Sums(node, X(node, 0), X(node, 1), Optional(node, 2), y);
                FloatElementwise.Clamp(y, node.Get<ConvAttributes>().Activation);
                break;
            case OperatorKind.FullyConnected:
                Convolution.Sums(node, X(node, 0), X(node, 1), Optional(node, 2), y);
                FloatElementwise.Clamp(y, node.Get<ActivationAttributes>().Activation);
                break;
            case OperatorKind.BatchMatMul:
                MatrixProduct.Multiply(node, X(node, 0), X(node, 1), y);
                break;
            case OperatorKind.AveragePool2D:
            case OperatorKind.MaxPool2D:
                FloatPooling.Pool(node, X(node, 0), y);
                break;
            case OperatorKind.Mean:
                FloatPooling.Mean(node, X(node, 0), y);
                break;
            case OperatorKind.Svdf:
                FloatRecurrent.Svdf(node, X(node, 0), X(node, 1), X(node, 2), Optional(node, 3), X(node, 4), y);
                break;
            case OperatorKind.Lstm:
                float[] cells = FloatRecurrent.Lstm(node, index => Optional(node, index), outputs);
                if (node.OptionalInput(CellState) is { IsState: true } cell)
                    observer?.Invoke(cell, cells);
                break;
            case OperatorKind.Gru:
                FloatRecurrent.Gru(node, index => Optional(node, index), outputs);
                break;
            default:
                if (!Move(node, outputs) && !FloatElementwise.TryExecute(node, index => X(node, index), y))
                    throw new ModelException($"{node.Name}: the float reference has no operator {node.Kind}.");
                break;
        }
    }

    private bool Move(Node node, float[][] outputs)
    {
        float[] y = outputs[0];
        switch (node.Kind)
        {
            case OperatorKind.Concat:
                DataMovement.Concat(node, [.. node.Inputs.Select((_, i) => X(node, i))], y);
                FloatElementwise.Clamp(y, node.Get<ConcatAttributes>().Activation);
                return true;
            case OperatorKind.Split:
                DataMovement.Split(node, X(node, 0), outputs);
                return true;
            case OperatorKind.Slice:
                DataMovement.Slice(node, X(node, 0), y);
                return true;
            case OperatorKind.Pad:
                DataMovement.Pad(node, X(node, 0), y, (float)node.Get<PadAttributes>().Value);
                return true;
            case OperatorKind.Transpose:
                DataMovement.Transpose(node, X(node, 0), y);
                return true;
            case OperatorKind.ResizeNearest:
                DataMovement.ResizeNearest(node, X(node, 0), y);
                return true;
            case OperatorKind.Reshape:
            case OperatorKind.Dequantize:
                X(node, 0).CopyTo(y, 0);
                return true;
            case OperatorKind.Quantize:
                RealValues.FakeQuantize(node.Output, X(node, 0), y);
                return true;
            default:
                return false;
        }
    }
}
