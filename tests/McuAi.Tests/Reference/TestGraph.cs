using McuAi.ModelConverter.Graph;

namespace McuAi.Tests.Reference;

/// <summary>Small graphs of random quantized tensors.</summary>
internal sealed class TestGraph(int seed)
{
    private readonly ModelGraph graph = new("test");

    public Random Random { get; } = new(seed);

    public Tensor Input(int[] shape, float scale, int zeroPoint, DataType type = DataType.Int8)
    {
        var tensor = new Tensor($"input {graph.Inputs.Count}", type, shape)
        {
            Quantization = new Quantization(scale, zeroPoint),
        };
        graph.Inputs.Add(tensor);
        return tensor;
    }

    public static Tensor Activation(int[] shape, float scale, int zeroPoint, DataType type = DataType.Int8) =>
        new("output", type, shape) { Quantization = new Quantization(scale, zeroPoint) };

    public static Tensor State(int[] shape, float scale, int zeroPoint, DataType type) =>
        new("state", type, shape) { Quantization = new Quantization(scale, zeroPoint), IsState = true };

    /// <summary>Weights in the whole range of their type but its least value, one scale per slice of the
    /// axis.</summary>
    public Tensor Weights(int[] shape, float[] scales, int axis, DataType type = DataType.Int8)
    {
        int limit = type == DataType.Int8 ? 127 : type == DataType.Int4 ? 7 : 1;
        var values = new sbyte[shape.Aggregate(1, (product, size) => product * size)];
        for (int i = 0; i < values.Length; i++)
            values[i] = (sbyte)Random.Next(-limit, limit + 1);

        Tensor tensor = Tensor.Constant<sbyte>("weights", type, shape, values);
        tensor.Quantization = new Quantization(scales, new int[scales.Length], axis);
        return tensor;
    }

    public Tensor Bias(float[] scales, int limit)
    {
        int[] values = [.. scales.Select(_ => Random.Next(-limit, limit + 1))];
        Tensor tensor = Tensor.Constant<int>("bias", DataType.Int32, [values.Length], values);
        tensor.Quantization = new Quantization(scales, new int[scales.Length]);
        return tensor;
    }

    public float[] Scales(int count, float least, float greatest) =>
        [.. Enumerable.Range(0, count).Select(_ => least + ((greatest - least) * Random.NextSingle()))];

    public int ZeroPoint() => Random.Next(-128, 128);

    public ModelGraph Node(OperatorKind kind, OperatorAttributes attributes, IEnumerable<Tensor?> inputs,
        params Tensor[] outputs)
    {
        graph.Nodes.Add(new Node(kind, kind.ToString(), inputs, outputs, attributes));
        graph.Outputs.Clear();
        graph.Outputs.AddRange(outputs);
        return graph;
    }

    /// <summary>Random bytes for each input, the extremes among them.</summary>
    public byte[][] RandomInputs()
    {
        byte[][] inputs = [.. graph.Inputs.Select(tensor => new byte[tensor.Elements * tensor.Type.HostBytes()])];
        foreach (byte[] input in inputs)
        {
            Random.NextBytes(input);
            if (Random.Next(4) == 0)
                Array.Fill(input, Random.Next(2) == 0 ? (byte)0x80 : (byte)0x7F);
        }

        return inputs;
    }
}
