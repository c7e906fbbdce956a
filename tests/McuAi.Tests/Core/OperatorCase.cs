using McuAi.ModelConverter.Graph;
using McuAi.Tests.Reference;

namespace McuAi.Tests.Core;

/// <summary>Random shapes and scales for graphs of one operator; the seed decides all.</summary>
internal sealed class OperatorCase(int seed)
{
    /// <summary>Around the block sizes of kernels, and the degenerate.</summary>
    private static readonly int[] Sizes = [1, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33];

    public TestGraph Graph { get; } = new(seed);

    public Random Random => Graph.Random;

    public int Size(int most = 33) => Math.Min(Sizes[Random.Next(Sizes.Length)], most);

    /// <summary>Of rank 1 to 4, with at most a few thousand elements.</summary>
    public int[] Shape(int rank = 0) =>
        [.. Enumerable.Range(0, rank == 0 ? Random.Next(1, 5) : rank).Select(_ => Size(9))];

    /// <summary>Log-uniform.</summary>
    public float Scale(double least = 0.002, double greatest = 0.5) =>
        (float)(least * Math.Pow(greatest / least, Random.NextDouble()));

    public int ZeroPoint() => Random.Next(6) switch
    {
        0 => -128,
        1 => 127,
        2 => 0,
        _ => Random.Next(-128, 128),
    };

    public Tensor Input(int[] shape) => Graph.Input(shape, Scale(), ZeroPoint());

    public Tensor Output(int[] shape) => TestGraph.Activation(shape, Scale(), ZeroPoint());

    /// <summary>An output in the scale of <paramref name="tensor"/>.</summary>
    public static Tensor Like(Tensor tensor, int[] shape) =>
        new("output", tensor.Type, shape) { Quantization = tensor.Quantization };

    /// <summary>A constant of random int8 elements.</summary>
    public Tensor Constant(int[] shape)
    {
        var values = new sbyte[shape.Aggregate(1, (product, size) => product * size)];
        Random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
        Tensor constant = Tensor.Constant<sbyte>("constant", DataType.Int8, shape, values);
        constant.Quantization = new Quantization(Scale(), ZeroPoint());
        return constant;
    }

    public FusedActivation Activation() => (FusedActivation)Random.Next(4);

    public ModelGraph Node(OperatorKind kind, OperatorAttributes attributes, Tensor?[] inputs, params Tensor[] outputs) =>
        Graph.Node(kind, attributes, inputs, outputs);

    public IEnumerable<byte[][]> Inferences(int count) => Enumerable.Range(0, count).Select(_ => Graph.RandomInputs());
}
