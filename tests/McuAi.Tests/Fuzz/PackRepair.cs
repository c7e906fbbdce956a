using System.Buffers.Binary;
using System.Security.Cryptography;
using McuAi.ModelConverter.Pack;

namespace McuAi.Tests.Fuzz;

/// <summary>Makes the checksums of a changed pack agree with its bytes, so that a reader looks at the rest.</summary>
internal static class PackRepair
{
    private const int HeaderBytes = 72, ShardBytes = 48;

    public static void Apply(byte[] pack)
    {
        if (pack.Length < HeaderBytes)
            return;
        "TSK1"u8.CopyTo(pack);
        uint manifest = Field(pack, 8);
        if (manifest < HeaderBytes || manifest > pack.Length || manifest % 4 != 0)
            return;
        long shards = Field(pack, 56);
        for (int i = 0; i < BinaryPrimitives.ReadUInt16LittleEndian(pack.AsSpan(36)); i++, shards += ShardBytes)
        {
            if (shards + ShardBytes > manifest)
                break;
            Span<byte> record = pack.AsSpan((int)shards, ShardBytes);
            (long offset, long bytes) = (Field(pack, (int)shards), Field(pack, (int)shards + 4));
            if (offset + bytes > pack.Length)
                continue;
            ReadOnlySpan<byte> shard = pack.AsSpan((int)offset, (int)bytes);
            BinaryPrimitives.WriteUInt32LittleEndian(record[8..], Crc32C.Compute(shard));
            SHA256.HashData(shard, record[16..]);
        }

        pack.AsSpan(12, 4).Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(pack.AsSpan(12), Crc32C.Compute(pack.AsSpan(0, (int)manifest)));
    }

    private static uint Field(byte[] pack, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(pack.AsSpan(offset));
}
