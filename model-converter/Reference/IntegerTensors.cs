using System.Buffers.Binary;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Reference;

/// <summary>Integer tensors widened to int, and back to the bytes of their type.</summary>
internal static class IntegerTensors
{
    public static int[] Read(Tensor tensor, ReadOnlySpan<byte> bytes)
    {
        var values = new int[tensor.Elements];
        for (int i = 0; i < values.Length; i++)
            values[i] = (int)RealValues.Integer(tensor.Type, bytes, i);

        return values;
    }

    public static byte[] Write(Tensor tensor, ReadOnlySpan<int> values)
    {
        int size = tensor.Type.HostBytes();
        var bytes = new byte[values.Length * size];
        for (int i = 0; i < values.Length; i++)
        {
            Span<byte> element = bytes.AsSpan(i * size, size);
            if (size == 1)
                element[0] = unchecked((byte)values[i]);
            else if (size == 2)
                BinaryPrimitives.WriteInt16LittleEndian(element, (short)values[i]);
            else if (size == 4)
                BinaryPrimitives.WriteInt32LittleEndian(element, values[i]);
            else
                BinaryPrimitives.WriteInt64LittleEndian(element, values[i]);
        }

        return bytes;
    }
}
