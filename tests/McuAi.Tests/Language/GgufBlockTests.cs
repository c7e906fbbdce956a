using System.Buffers.Binary;
using McuAi.ModelConverter.Language;

namespace McuAi.Tests.Language;

/// <summary>Blocks of random bytes against what ggml's structs say of them, in float64 and number by number.</summary>
[TestClass]
public sealed class GgufBlockTests
{
    [TestMethod]
    [DataRow(GgufType.F32, 1, 4)]
    [DataRow(GgufType.F16, 1, 2)]
    [DataRow(GgufType.BF16, 1, 2)]
    [DataRow(GgufType.Q4_0, 32, 18)]
    [DataRow(GgufType.Q8_0, 32, 34)]
    [DataRow(GgufType.Q4_K, 256, 144)]
    [DataRow(GgufType.Q6_K, 256, 210)]
    public void NumbersAreThoseOfTheFormat(GgufType type, int weights, int size)
    {
        Assert.AreEqual((weights, size), (GgufBlocks.Weights(type), GgufBlocks.Bytes(type)));
        var random = new Random(5);
        const int Blocks = 50;
        byte[] bytes = new byte[Blocks * size];
        random.NextBytes(bytes);
        for (int block = 0; block < Blocks; block++)
            foreach (int at in Scales(type))
                BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan((block * size) + at), (Half)((random.NextDouble() * 4) - 2));
        if (type == GgufType.F32)
            for (int block = 0; block < Blocks; block++)
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(block * 4), random.NextSingle());
        var values = new float[Blocks * weights];
        GgufBlocks.Dequantize(type, bytes, values);
        for (int i = 0; i < values.Length; i++)
        {
            double expected = Expected(type, bytes.AsSpan(i / weights * size, size), i % weights);
            if (double.IsFinite(expected))
                Assert.AreEqual(expected, values[i], 1e-6 * (1 + Math.Abs(expected)), $"{type} {i}");
            else
                Assert.IsFalse(float.IsFinite(values[i]), $"{type} {i}");
        }
    }

    /// <summary>Where a block has its f16.</summary>
    private static int[] Scales(GgufType type) => type switch
    {
        GgufType.Q4_0 or GgufType.Q8_0 => [0],
        GgufType.Q4_K => [0, 2],
        GgufType.Q6_K => [208],
        _ => [],
    };

    private static double Expected(GgufType type, ReadOnlySpan<byte> b, int i)
    {
        switch (type)
        {
            case GgufType.F32:
                return BinaryPrimitives.ReadSingleLittleEndian(b);
            case GgufType.F16:
                return (double)BinaryPrimitives.ReadHalfLittleEndian(b);
            case GgufType.BF16:
                int bits = BinaryPrimitives.ReadUInt16LittleEndian(b), exponent = (bits >> 7) & 255;
                double fraction = (bits & 127) / 128.0;
                double size = exponent == 255 ? double.NaN : exponent == 0 ? fraction * Math.Pow(2, -126)
                    : (1 + fraction) * Math.Pow(2, exponent - 127);
                return bits < 0x8000 ? size : -size;
            case GgufType.Q4_0: // d, qs[16]: weight i and i + 16 share a byte
                return (double)BinaryPrimitives.ReadHalfLittleEndian(b) * ((i < 16 ? b[2 + i] % 16 : b[2 + i - 16] / 16) - 8);
            case GgufType.Q8_0:
                return (double)BinaryPrimitives.ReadHalfLittleEndian(b) * (sbyte)b[2 + i];
            case GgufType.Q4_K:
                return Q4K(b, i);
            default:
                return Q6K(b, i);
        }
    }

    /// <summary>d, dmin, scales[12], qs[128]. The 96 bits of scales: bytes 0-3 and 4-7 have scales and minima of groups 0-3 in their
    /// low six bits; bytes 8-11 the low four bits of those of groups 4-7, whose two high bits are on top of bytes 0-7.</summary>
    private static double Q4K(ReadOnlySpan<byte> b, int i)
    {
        int group = i / 32, chunk = i / 64;
        int scale, minimum;
        if (group < 4)
        {
            scale = b[4 + group] % 64;
            minimum = b[8 + group] % 64;
        }
        else
        {
            scale = (b[12 + group - 4] % 16) + (b[4 + group - 4] / 64 * 16);
            minimum = (b[12 + group - 4] / 16) + (b[8 + group - 4] / 64 * 16);
        }

        byte both = b[16 + (chunk * 32) + (i % 32)];
        int level = i % 64 < 32 ? both % 16 : both / 16;
        return ((double)BinaryPrimitives.ReadHalfLittleEndian(b) * scale * level)
            - ((double)BinaryPrimitives.ReadHalfLittleEndian(b[2..]) * minimum);
    }

    /// <summary>ql[128], qh[64], scales[16], d.</summary>
    private static double Q6K(ReadOnlySpan<byte> b, int i)
    {
        int half = i / 128, l = i % 32;
        byte low = b[(64 * half) + l + ((i % 128 / 32) is 1 or 3 ? 32 : 0)];
        byte high = b[128 + (32 * half) + l];
        int level = (i % 128 / 32) switch
        {
            0 => (low % 16) + (high % 4 * 16),
            1 => (low % 16) + (high / 4 % 4 * 16),
            2 => (low / 16) + (high / 16 % 4 * 16),
            _ => (low / 16) + (high / 64 * 16),
        };
        return (double)BinaryPrimitives.ReadHalfLittleEndian(b[208..]) * (sbyte)b[192 + (i / 16)] * (level - 32);
    }
}
