using System.Runtime.InteropServices;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Quantizing;

namespace McuAi.ModelConverter.Reference;

/// <summary>The reference of docs/arithmetic.md: executes a fully quantized graph to the bytes that TensorFlow Lite
/// Micro gives. Plain loops over 32-bit integers; only Quantize nodes after float inputs and Dequantize nodes before
/// float outputs compute in float32. An instance keeps the states of the model from one inference to the
/// next.</summary>
public sealed class IntegerExecutor
{
    private readonly ModelGraph graph;
    private readonly Dictionary<Tensor, int[]> constants = [];
    private readonly Dictionary<Tensor, int[]> states = [];
    private readonly Dictionary<Node, sbyte[]> tables = [];
    private Dictionary<Tensor, int[]> values = [];
    private Dictionary<Tensor, float[]> reals = [];

    public IntegerExecutor(ModelGraph graph)
    {
        this.graph = graph;
        foreach (Tensor tensor in graph.Nodes.SelectMany(node => node.Inputs).OfType<Tensor>())
        {
            if (tensor.IsConstant && tensor.Type != DataType.Float32)
                constants.TryAdd(tensor, IntegerTensors.Read(tensor, tensor.Data));
            else if (tensor.IsState && states.TryAdd(tensor, new int[tensor.Elements]))
                Array.Fill(states[tensor], tensor.Quantization?.ZeroPoint ?? 0);
        }
    }

    /// <summary>One inference on fresh states; outputs are taken to be int8.</summary>
    /// <param name="graph">Fully quantized.</param>
    /// <param name="inputs">The bytes of each input, little-endian, in the input's own type.</param>
    public static sbyte[][] Run(ModelGraph graph, IReadOnlyList<byte[]> inputs) =>
        [.. new IntegerExecutor(graph).Run(inputs).Select(bytes => MemoryMarshal.Cast<byte, sbyte>(bytes).ToArray())];

    /// <summary>The next inference: bytes of each output in its own type. <paramref name="observer"/> is shown the
    /// integers of each activation.</summary>
    public byte[][] Run(IReadOnlyList<byte[]> inputs, Action<Tensor, int[]>? observer = null)
    {
        if (inputs.Count != graph.Inputs.Count)
            throw new ModelException($"The model has {graph.Inputs.Count} inputs, but {inputs.Count} were given.");

        values = [];
        reals = [];
        for (int i = 0; i < inputs.Count; i++)
        {
            Tensor tensor = graph.Inputs[i];
            int bytes = tensor.Elements * tensor.Type.HostBytes();
            if (inputs[i].Length != bytes)
                throw new ModelException($"Input {tensor} takes {bytes} bytes, not {inputs[i].Length}.");

            if (tensor.Type == DataType.Float32)
                reals[tensor] = MemoryMarshal.Cast<byte, float>(inputs[i]).ToArray();
            else
                values[tensor] = IntegerTensors.Read(tensor, inputs[i]);
        }

        foreach (Node node in graph.Nodes)
        {
            Execute(node);
            foreach (Tensor output in node.Outputs)
            {
                if (values.TryGetValue(output, out int[]? integers))
                    observer?.Invoke(output, integers);
            }
        }

        return [.. graph.Outputs.Select(tensor => reals.TryGetValue(tensor, out float[]? real)
            ? MemoryMarshal.AsBytes<float>(real).ToArray()
            : IntegerTensors.Write(tensor, Value(tensor)))];
    }

    private int[] Value(Tensor tensor) =>
        values.TryGetValue(tensor, out int[]? value) || constants.TryGetValue(tensor, out value) ||
        states.TryGetValue(tensor, out value)
            ? value
            : throw new ModelException($"Tensor {tensor} is not quantized or is used before it is computed.");

    private int[] X(Node node, int index) => Value(node.Input(index));

    private int[]? Optional(Node node, int index) => node.OptionalInput(index) is { } tensor ? Value(tensor) : null;

    private void Execute(Node node)
    {
        if (node.Kind == OperatorKind.Dequantize)
        {
            reals[node.Output] = RealValues.OfIntegers(node.Input(0), X(node, 0));
            return;
        }

        int[][] outputs = [.. node.Outputs.Select(tensor => new int[tensor.Elements])];
        if (node.Kind == OperatorKind.Quantize && reals.TryGetValue(node.Input(0), out float[]? real))
            IntegerElementwise.Quantize(node, real, outputs[0]);
        else if (ElementwiseTables.Covers(node.Kind))
            IntegerElementwise.Look(Table(node), X(node, 0), outputs[0]);
        else if (!Compute(node, outputs) && !Move(node, outputs))
            throw new ModelException($"{node.Name}: {node.Kind} has no integer arithmetic.");

        for (int i = 0; i < outputs.Length; i++)
            values[node.Outputs[i]] = outputs[i];
    }

    private sbyte[] Table(Node node)
    {
        if (!tables.TryGetValue(node, out sbyte[]? table))
            tables[node] = table = ElementwiseTables.Table(node);

        return table;
    }

    private bool Compute(Node node, int[][] outputs)
    {
        int[] y = outputs[0];
        switch (node.Kind)
        {
            case OperatorKind.Conv2D:
            case OperatorKind.DepthwiseConv2D:
            case OperatorKind.TransposeConv:
            case OperatorKind.FullyConnected:
                IntegerMatrix.Layer(node, X(node, 0), X(node, 1), Optional(node, 2), y);
                return true;
            case OperatorKind.BatchMatMul:
                IntegerMatrix.BatchMatMul(node, X(node, 0), X(node, 1), y);
                return true;
            case OperatorKind.AveragePool2D:
            case OperatorKind.MaxPool2D:
                IntegerPooling.Pool(node, X(node, 0), y);
                return true;
            case OperatorKind.Mean:
                IntegerPooling.Mean(node, X(node, 0), y);
                return true;
            case OperatorKind.Softmax:
                IntegerSoftmax.Apply(SoftmaxParameters.From(node), X(node, 0), y);
                return true;
            case OperatorKind.Svdf:
                IntegerRecurrent.Svdf(node, X(node, 0), X(node, 1), X(node, 2), Optional(node, 3), X(node, 4), y);
                return true;
            case OperatorKind.Lstm:
                new IntegerLstm(node, index => X(node, index)).Run(y);
                return true;
            case OperatorKind.Quantize:
                IntegerElementwise.Requantize(RequantizeParameters.From(node), X(node, 0), y);
                return true;
            default:
                return IntegerElementwise.TryCombine(node, index => X(node, index), y);
        }
    }

    private bool Move(Node node, int[][] outputs)
    {
        int[] y = outputs[0];
        switch (node.Kind)
        {
            case OperatorKind.Concat:
                Quantized.RequireOneScale(node);
                DataMovement.Concat(node, [.. node.Inputs.Select((_, i) => X(node, i))], y);
                return true;
            case OperatorKind.Split:
                DataMovement.Split(node, X(node, 0), outputs);
                return true;
            case OperatorKind.Slice:
                DataMovement.Slice(node, X(node, 0), y);
                return true;
            case OperatorKind.Pad:
                DataMovement.Pad(node, X(node, 0), y, Quantized.Level(node.Output, node.Get<PadAttributes>().Value));
                return true;
            case OperatorKind.Transpose:
                DataMovement.Transpose(node, X(node, 0), y);
                return true;
            case OperatorKind.ResizeNearest:
                DataMovement.ResizeNearest(node, X(node, 0), y);
                return true;
            case OperatorKind.Reshape:
                X(node, 0).CopyTo(y, 0);
                return true;
            default:
                return false;
        }
    }
}
