using System.Runtime.InteropServices;
using Google.Protobuf;
using Google.Protobuf.Collections;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Import.Onnx.Format;
using McuAi.ModelConverter.Passes;
using Element = McuAi.ModelConverter.Import.Onnx.Format.TensorProto.Types.DataType;

namespace McuAi.ModelConverter.Import.Onnx;

/// <summary>Reads TensorProto. Real types become float32; the unsigned sub-byte types become signed ones, less 8
/// (UINT4) or 2 (UINT2), which a zero point of the same type undergoes alike.</summary>
internal static class OnnxTensorReader
{
    public const int MaxRank = 6;

    /// <summary>The graph's type for an element type of the file.</summary>
    public static DataType? TypeOf(int element) => (Element)element switch
    {
        Element.Float or Element.Float16 or Element.Bfloat16 or Element.Double => DataType.Float32,
        Element.Int8 => DataType.Int8,
        Element.Uint8 => DataType.UInt8,
        Element.Int16 => DataType.Int16,
        Element.Int32 => DataType.Int32,
        Element.Int64 => DataType.Int64,
        Element.Uint32 => DataType.UInt32,
        Element.Uint64 => DataType.UInt64,
        Element.Bool => DataType.Bool,
        Element.Int4 or Element.Uint4 => DataType.Int4,
        Element.Int2 or Element.Uint2 => DataType.Int2,
        _ => null,
    };

    /// <summary>What was taken off an unsigned sub-byte type.</summary>
    public static int Offset(Element type) => type switch
    {
        Element.Uint4 => 8,
        Element.Uint2 => 2,
        _ => 0,
    };

    public static Tensor Read(TensorProto proto, string name, ConstantBudget budget)
    {
        if (proto.DataLocation != 0 || proto.ExternalData.Count > 0)
        {
            throw new ModelException($"Tensor '{name}' is stored in another file (ONNX external data), which is not "
                + "supported: save the model as a single file.");
        }

        DataType type = TypeOf((int)proto.DataType)
            ?? throw Unsupported($"Tensor '{name}'", proto.DataType);
        int[] shape = Shape(proto.Dims, name);
        int count = Count(shape, name);
        budget.Spend((long)count * type.HostBytes(), name);
        return new Tensor(name, type, shape) { Data = Elements(proto, type, count, name) };
    }

    public static ModelException Unsupported(string what, Element type) =>
        new($"{what} has the element type {type}, which is not supported.");

    /// <summary>Elements of a tensor of <paramref name="shape"/>; fails above 2^28, which no microcontroller's model
    /// has.</summary>
    public static int Count(int[] shape, string name)
    {
        long count = 1;
        foreach (int dimension in shape)
        {
            count *= dimension;
            if (count > 1 << 28)
                throw new ModelException($"Tensor '{name}' of shape {OnnxNode.Show(shape)} is too large.");
        }

        return (int)count;
    }

    private static int[] Shape(RepeatedField<long> dimensions, string name)
    {
        if (dimensions.Count > MaxRank || dimensions.Any(dimension => dimension is < 0 or > 1 << 28))
            throw new ModelException($"Tensor '{name}' has an unusable shape {OnnxNode.Show(dimensions.Take(8))}.");

        return [.. dimensions.Select(dimension => (int)dimension)];
    }

    private static byte[] Elements(TensorProto proto, DataType type, int count, string name)
    {
        Element element = proto.DataType;
        int bits = element switch
        {
            Element.Double => 64,
            Element.Float16 or Element.Bfloat16 => 16,
            _ => type.Bits(),
        };
        int stored = (int)((((long)count * bits) + 7) / 8);
        byte[] raw = proto.RawData.Length > 0
            ? RawBytes(proto.RawData, stored, name)
            : FieldBytes(proto, bits, stored, name);
        return element switch
        {
            Element.Float16 => Reals<Half>(raw, value => (float)value),
            Element.Double => Reals<double>(raw, value => (float)value),
            Element.Bfloat16 => Reals<ushort>(raw, value => BitConverter.UInt32BitsToSingle((uint)value << 16)),
            _ => bits < 8 ? Unpack(raw, count, bits, Offset(element)) : raw,
        };
    }

    private static byte[] RawBytes(ByteString data, int bytes, string name) => data.Length == bytes
        ? data.ToByteArray()
        : throw new ModelException($"Tensor '{name}' has {data.Length} bytes of data where its shape needs {bytes}.");

    /// <summary>The typed fields that a writer may use instead of raw_data.</summary>
    private static byte[] FieldBytes(TensorProto proto, int bits, int bytes, string name)
    {
        int words = Math.Max(bits, 8) / 8;
        int needed = bytes / words;
        int present = proto.DataType switch
        {
            Element.Float => proto.FloatData.Count,
            Element.Double => proto.DoubleData.Count,
            Element.Int64 => proto.Int64Data.Count,
            Element.Uint32 or Element.Uint64 => proto.Uint64Data.Count,
            _ => proto.Int32Data.Count,
        };
        if (present != needed)
            throw new ModelException($"Tensor '{name}' has {present} elements of data where its shape needs {needed}.");

        return proto.DataType switch
        {
            Element.Float => Bytes<float>([.. proto.FloatData]),
            Element.Double => Bytes<double>([.. proto.DoubleData]),
            Element.Int64 => Bytes<long>([.. proto.Int64Data]),
            Element.Uint64 => Bytes<ulong>([.. proto.Uint64Data]),
            Element.Uint32 => Bytes<uint>([.. proto.Uint64Data.Select(value => (uint)value)]),
            Element.Int32 => Bytes<int>([.. proto.Int32Data]),
            _ when words == 2 => Bytes<short>([.. proto.Int32Data.Select(value => (short)value)]),
            _ => [.. proto.Int32Data.Select(value => (byte)value)],
        };
    }

    private static byte[] Bytes<T>(T[] values) where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static byte[] Reals<T>(byte[] raw, Func<T, float> convert) where T : unmanaged
    {
        ReadOnlySpan<T> from = MemoryMarshal.Cast<byte, T>(raw);
        var to = new float[from.Length];
        for (int i = 0; i < to.Length; i++)
            to[i] = convert(from[i]);

        return Bytes(to);
    }

    /// <summary>The first element is in the low bits; signed ones are sign-extended, unsigned ones shifted.</summary>
    private static byte[] Unpack(byte[] packed, int count, int bits, int offset)
    {
        var elements = new byte[count];
        int each = 8 / bits;
        int mask = (1 << bits) - 1;
        for (int i = 0; i < count; i++)
        {
            int value = (packed[i / each] >> (i % each * bits)) & mask;
            int signed = offset != 0 ? value - offset : (value << (32 - bits)) >> (32 - bits);
            elements[i] = (byte)(sbyte)signed;
        }

        return elements;
    }
}
