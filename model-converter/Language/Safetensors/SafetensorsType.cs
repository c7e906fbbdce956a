using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace McuAi.ModelConverter.Language;

/// <summary>How a safetensors file stores numbers, by the names in its header.</summary>
internal enum SafetensorsType
{
    F64,
    F32,
    F16,
    BF16,

    /// <summary>Sign, four bits of exponent with a bias of 7, three of fraction; no infinities, and 0x7F is no number.</summary>
    F8_E4M3,
}

internal static class SafetensorsNumbers
{
    private static readonly float[] Eighths = [.. Enumerable.Range(0, 256).Select(value => OfE4M3((byte)value))];

    /// <summary>Of a number.</summary>
    public static int Bytes(SafetensorsType type) => type switch
    {
        SafetensorsType.F64 => 8,
        SafetensorsType.F32 => 4,
        SafetensorsType.F16 or SafetensorsType.BF16 => 2,
        _ => 1,
    };

    public static void Convert(SafetensorsType type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        switch (type)
        {
            case SafetensorsType.F64:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, double>(bytes), values);
                break;
            case SafetensorsType.F32:
                bytes.CopyTo(MemoryMarshal.AsBytes(values));
                break;
            case SafetensorsType.F16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), values);
                break;
            case SafetensorsType.BF16:
                ReadOnlySpan<ushort> upper = MemoryMarshal.Cast<byte, ushort>(bytes);
                for (int i = 0; i < values.Length; i++)
                    values[i] = BitConverter.UInt32BitsToSingle((uint)upper[i] << 16);
                break;
            default:
                for (int i = 0; i < values.Length; i++)
                    values[i] = Eighths[bytes[i]];
                break;
        }
    }

    private static float OfE4M3(byte value)
    {
        int exponent = (value >> 3) & 15, fraction = value & 7;
        float size = (value & 127) == 127 ? float.NaN
            : exponent == 0 ? fraction * MathF.Pow(2, -9) : (8 + fraction) * MathF.Pow(2, exponent - 10);
        return value < 128 ? size : -size;
    }
}
