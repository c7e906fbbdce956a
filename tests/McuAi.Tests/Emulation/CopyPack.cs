using System.Buffers.Binary;
using System.Text;
using McuAi.HostTools.Emulation;

namespace McuAi.Tests.Emulation;

/// <summary>A pack that copies its input to its output, written byte by byte after docs/pack-format.md.</summary>
internal static class CopyPack
{
    private const int HeaderBytes = 72;
    private const ushort Copy = 13;

    public static PackInfo Info(int bytes) => new(ArenaBytes(bytes), [new PackOperator(Copy, 0)], bytes, bytes, 0);

    public static byte[] Make(int bytes)
    {
        using var tables = new MemoryStream();
        using var writer = new BinaryWriter(tables);
        Write16(writer, 0, 1); // input and output
        var tensors = HeaderBytes + (int)tables.Length;
        WriteTensor(writer, bytes, 0);
        WriteTensor(writer, bytes, ArenaBytes(bytes) / 2);
        var operators = HeaderBytes + (int)tables.Length;
        Write16(writer, Copy);
        writer.Write([0, 1, 1, 0, 0, 0]); // layout, inputs, outputs, parameters
        Write32(writer, 0, 0); // no scratch
        Write16(writer, 0, 1);
        var end = HeaderBytes + (int)tables.Length;

        using var header = new MemoryStream();
        using var head = new BinaryWriter(header);
        head.Write(Encoding.ASCII.GetBytes("TSK1"));
        Write16(head, 1, HeaderBytes);
        Write32(head, end, 0, end, ArenaBytes(bytes), 0); // the CRC comes last
        Write16(head, 2, 1, 1, 1, 0, 0); // tensors, operators, inputs, outputs, shards
        Write32(head, HeaderBytes, tensors, operators, end - operators, end, end, 0, 0);
        byte[] pack = [.. header.ToArray(), .. tables.ToArray()];
        BinaryPrimitives.WriteUInt32LittleEndian(pack.AsSpan(12), Crc32C(pack));
        return pack;
    }

    private static int ArenaBytes(int bytes) => 2 * ((bytes + 15) / 16 * 16);

    private static void WriteTensor(BinaryWriter writer, int bytes, int offset)
    {
        writer.Write([1, 1, 0, 0]); // int8, rank 1, in the arena
        Write32(writer, 1, 1, 1, bytes, offset, bytes);
        Write16(writer, 0, 0xFFFF); // no shard, no view
        writer.Write(1f);
        Write32(writer, 0, 0);
    }

    private static void Write16(BinaryWriter writer, params int[] values)
    {
        foreach (var value in values)
        {
            writer.Write((ushort)value);
        }
    }

    private static void Write32(BinaryWriter writer, params int[] values)
    {
        foreach (var value in values)
        {
            writer.Write(value);
        }
    }

    /// <summary>Bit by bit, with the reversed Castagnoli polynomial (RFC 3720, appendix B.4).</summary>
    private static uint Crc32C(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var i = 0; i < 8; i++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78);
            }
        }
        return ~crc;
    }
}
