using System.Runtime.InteropServices;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Import.Tflite;

namespace McuAi.Tests.Import;

/// <summary>Builds small .tflite files for tests. Types, operators and options are the schema's numbers.</summary>
internal sealed class TfliteModelBuilder
{
    public const byte F32 = 0, F16 = 1, I32 = 2, U8 = 3, I64 = 4, I16 = 7, I8 = 9, I4 = 17;

    private readonly List<FlatTable> _tensors = [];
    private readonly List<FlatTable> _buffers = [new FlatTable()];
    private readonly List<FlatTable> _codes = [];
    private readonly List<FlatTable> _operators = [];

    public int[] Inputs { get; set; } = [];

    public int[] Outputs { get; set; } = [];

    public FlatTable Last => _tensors[^1];

    public FlatTable LastBuffer => _buffers[^1];

    public int Tensor(byte type, int[] shape, float scale = 0, int zeroPoint = 0) =>
        Add(type, shape, 0, scale == 0 ? null : Quantization([scale], [zeroPoint], 0));

    /// <summary>Lists the last tensor's table again, as a new tensor.</summary>
    public int Again()
    {
        _tensors.Add(_tensors[^1]);
        return _tensors.Count - 1;
    }

    public int PerAxis(byte type, int[] shape, float[] scales, int axis, byte[] data) =>
        Add(type, shape, Buffer(data), Quantization(scales, new long[scales.Length], axis));

    public int Constant<T>(byte type, int[] shape, T[] values, float scale = 0) where T : unmanaged =>
        Add(type, shape, Buffer(MemoryMarshal.AsBytes(values.AsSpan()).ToArray()),
            scale == 0 ? null : Quantization([scale], [0], 0));

    public int Integers(params int[] values) => Constant(I32, [values.Length], values);

    public int Scalar(int value) => Constant(I32, [], [value]);

    public TfliteModelBuilder Operator(int code, int[] inputs, int[] outputs, byte optionsType = 0,
        FlatTable? options = null, string? custom = null)
    {
        _codes.Add(new FlatTable().Set(0, (byte)Math.Min(code, 127)).Set(1, custom).Set(3, code));
        FlatTable table = new FlatTable().Set(0, _codes.Count - 1).Set(1, inputs).Set(2, outputs);
        _operators.Add(optionsType == 0 ? table : table.Set(3, optionsType).Set(4, options ?? new FlatTable()));
        return this;
    }

    public byte[] Build()
    {
        FlatTable graph = new FlatTable().Set(0, _tensors.ToArray()).Set(1, Inputs).Set(2, Outputs)
            .Set(3, _operators.ToArray());
        FlatTable model = new FlatTable().Set(0, 3).Set(1, _codes.ToArray()).Set(2, new[] { graph })
            .Set(3, "test").Set(4, _buffers.ToArray());
        return FlatBufferWriter.Write(model, "TFL3");
    }

    public ModelGraph Import() => TfliteImporter.Import(Build(), "test");

    public static FlatTable Options(params (int Field, object Value)[] fields)
    {
        FlatTable table = new();
        foreach ((int field, object value) in fields)
        {
            table.Set(field, value);
        }

        return table;
    }

    private int Buffer(byte[] data)
    {
        _buffers.Add(new FlatTable().Set(0, data));
        return _buffers.Count - 1;
    }

    private int Add(byte type, int[] shape, int buffer, FlatTable? quantization)
    {
        _tensors.Add(new FlatTable().Set(0, shape).Set(1, type).Set(2, buffer).Set(3, $"t{_tensors.Count}")
            .Set(4, quantization));
        return _tensors.Count - 1;
    }

    private static FlatTable Quantization(float[] scales, long[] zeroPoints, int axis) =>
        new FlatTable().Set(2, scales).Set(3, zeroPoints).Set(6, axis);
}
