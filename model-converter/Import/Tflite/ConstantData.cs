using System.Runtime.InteropServices;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Tflite;

/// <summary>Reads the model's buffers into constants. Tensors with the same buffer and type share one array, so that a
/// file cannot multiply its own size by naming a buffer often.</summary>
internal sealed class ConstantData(FlatBufferFile file, FlatBufferVector buffers, ImportBudget budget)
{
    private readonly Dictionary<(long Start, long Elements, byte Type), byte[]> _read = [];

    /// <summary>Where the bytes of buffer <paramref name="index"/> lie; a count of 0 means that the tensor is not a
    /// constant.</summary>
    public (long Start, long Count) Locate(uint index, string where)
    {
        if (index >= (uint)buffers.Count)
        {
            // Buffer 0 means "no data" even where a writer left the list empty.
            return index == 0
                ? (0, 0)
                : throw new ModelException($"{where} uses buffer {index} and the .tflite file has {buffers.Count}.");
        }

        FlatBufferTable buffer = buffers.Table((int)index, "a buffer");
        FlatBufferVector data = buffer.Vector(0, 1, "a buffer's data");
        ulong offset = buffer.UInt64(1);
        ulong size = buffer.UInt64(2);
        if (offset <= 1)
        {
            return (data.Start, data.Count);
        }

        return offset <= (ulong)file.Length && size <= (ulong)file.Length - offset
            ? ((long)offset, (long)size)
            : throw new ModelException(
                $"{where} has its data at bytes {offset} to {(UInt128)offset + size} and the .tflite file ends at "
                + $"{file.Length}; it is cut short.");
    }

    /// <summary>The elements as the model graph keeps them: sub-byte integers one per byte, float16 as float32.</summary>
    public byte[] Read(long start, long count, TfliteTensorType type, long elements, string where)
    {
        long needed = ((elements * type.FileBits) + 7) / 8;
        if (count != needed)
        {
            throw new ModelException(
                $"{where} has {count} bytes of data where its shape and type need {needed}.");
        }

        if (!_read.TryGetValue((start, elements, type.Code), out byte[]? data))
        {
            budget.Charge(elements * type.DataType!.Value.HostBytes());
            data = Convert(file.Slice(start, count, "a buffer's data"), type, (int)elements);
            _read.Add((start, elements, type.Code), data);
        }

        return data;
    }

    private static byte[] Convert(ReadOnlySpan<byte> source, TfliteTensorType type, int elements) => type switch
    {
        { IsFloat16: true } => Widen(source, elements),
        { FileBits: < 8 } => Unpack(source, type.FileBits, elements),
        _ => source.ToArray(),
    };

    private static byte[] Widen(ReadOnlySpan<byte> source, int elements)
    {
        byte[] data = new byte[4 * elements];
        Span<float> values = MemoryMarshal.Cast<byte, float>(data.AsSpan());
        ReadOnlySpan<Half> halves = MemoryMarshal.Cast<byte, Half>(source);
        for (int i = 0; i < elements; i++)
        {
            values[i] = (float)halves[i];
        }

        return data;
    }

    /// <summary>The first element is in the lowest bits; each is sign-extended.</summary>
    private static byte[] Unpack(ReadOnlySpan<byte> source, int bits, int elements)
    {
        byte[] data = new byte[elements];
        int perByte = 8 / bits;
        for (int i = 0; i < elements; i++)
        {
            int left = source[i / perByte] << (8 - bits - (bits * (i % perByte)));
            data[i] = (byte)((sbyte)left >> (8 - bits));
        }

        return data;
    }
}
