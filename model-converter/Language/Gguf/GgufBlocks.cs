using System.Runtime.InteropServices;

namespace McuAi.ModelConverter.Language;

/// <summary>The numbers of a GGUF tensor from its blocks, as ggml's ggml-quants defines them.</summary>
internal static class GgufBlocks
{
    /// <summary>In a block.</summary>
    public static int Weights(GgufType type) => type switch
    {
        GgufType.F32 or GgufType.F16 or GgufType.BF16 => 1,
        GgufType.Q4_0 or GgufType.Q8_0 => 32,
        _ => 256,
    };

    /// <summary>Of a block.</summary>
    public static int Bytes(GgufType type) => type switch
    {
        GgufType.F32 => 4,
        GgufType.F16 or GgufType.BF16 => 2,
        GgufType.Q4_0 => 18,
        GgufType.Q8_0 => 34,
        GgufType.Q4_K => 144,
        GgufType.Q6_K => 210,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    public static void Dequantize(GgufType type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        int size = Bytes(type), weights = Weights(type);
        for (int block = 0; block * weights < values.Length; block++)
            Block(type, bytes.Slice(block * size, size), values.Slice(block * weights, weights));
    }

    private static void Block(GgufType type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        switch (type)
        {
            case GgufType.F32:
                values[0] = BitConverter.ToSingle(bytes);
                break;
            case GgufType.F16:
                values[0] = Half(bytes);
                break;
            case GgufType.BF16:
                values[0] = BitConverter.UInt32BitsToSingle((uint)BitConverter.ToUInt16(bytes) << 16);
                break;
            case GgufType.Q4_0:
                Nibbles(bytes[2..], values, Half(bytes));
                break;
            case GgufType.Q8_0:
                float scale = Half(bytes);
                ReadOnlySpan<sbyte> levels = MemoryMarshal.Cast<byte, sbyte>(bytes[2..]);
                for (int i = 0; i < values.Length; i++)
                    values[i] = scale * levels[i];
                break;
            case GgufType.Q4_K:
                Groups4(bytes, values);
                break;
            case GgufType.Q6_K:
                Groups6(bytes, values);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type));
        }
    }

    /// <summary>Two f16; 12 bytes with a scale and a minimum of 6 bits for each group of 32; 128 bytes, the low nibbles of each 32
    /// being one group and the high ones the next.</summary>
    private static void Groups4(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        float scale = Half(bytes), least = Half(bytes[2..]);
        ReadOnlySpan<byte> packed = bytes[4..16];
        for (int group = 0; group < 8; group++)
        {
            (int factor, int minimum) = group < 4
                ? (packed[group] & 63, packed[group + 4] & 63)
                : ((packed[group + 4] & 15) | (packed[group - 4] >> 6 << 4), (packed[group + 4] >> 4) | (packed[group] >> 6 << 4));
            ReadOnlySpan<byte> nibbles = bytes.Slice(16 + (group / 2 * 32), 32);
            Span<float> part = values.Slice(group * 32, 32);
            for (int i = 0; i < part.Length; i++)
                part[i] = (scale * factor * ((nibbles[i] >> (group % 2 * 4)) & 15)) - (least * minimum);
        }
    }

    /// <summary>128 bytes of low nibbles, 64 of two high bits each, 16 int8 scales of groups of 16, an f16. Each half of the block
    /// has its 128 numbers in four runs of 32.</summary>
    private static void Groups6(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        float scale = Half(bytes[208..]);
        for (int i = 0; i < values.Length; i++)
        {
            int half = i / 128, run = i % 128 / 32, lane = i % 32;
            int low = (bytes[(half * 64) + (run % 2 * 32) + lane] >> (run / 2 * 4)) & 15;
            int high = (bytes[128 + (half * 32) + lane] >> (run * 2)) & 3;
            values[i] = scale * (sbyte)bytes[192 + (i / 16)] * ((low | (high << 4)) - 32);
        }
    }

    /// <summary>The low nibbles are the first half of the numbers.</summary>
    private static void Nibbles(ReadOnlySpan<byte> nibbles, Span<float> values, float scale)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = scale * (((nibbles[i % 16] >> (i / 16 * 4)) & 15) - 8);
    }

    private static float Half(ReadOnlySpan<byte> bytes) => (float)BitConverter.ToHalf(bytes);
}
