using System.Buffers.Binary;

namespace McuAi.Tests.Fuzz;

/// <summary>One mutated copy of a seed file: one to four edits of the kinds that break binary formats.</summary>
internal static class Mutation
{
    /// <summary>Counts and offsets at the edges of what readers compute with.</summary>
    private static readonly uint[] EdgeWords =
        [0, 1, 2, 3, 4, 8, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x3FFFFFFF, 0x40000000, 0x7FFFFFFC,
         0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFC, 0xFFFFFFFE, 0xFFFFFFFF];

    public static byte[] Create(IReadOnlyList<byte[]> seeds, int seedIndex, Random random)
    {
        byte[] bytes = (byte[])seeds[seedIndex].Clone();
        int edits = 1 + random.Next(4);
        for (int i = 0; i < edits && bytes.Length > 0; i++)
        {
            bytes = Edit(bytes, seeds[random.Next(seeds.Count)], random);
        }

        return bytes;
    }

    private static byte[] Edit(byte[] bytes, byte[] other, Random random)
    {
        switch (random.Next(12))
        {
            case 0 or 1:
                FlipBits(bytes, random);
                return bytes;
            case 2:
                bytes[Position(bytes.Length, random)] = (byte)EdgeWords[random.Next(EdgeWords.Length)];
                return bytes;
            case 3:
                bytes[Position(bytes.Length, random)] = (byte)random.Next(256);
                return bytes;
            case 4 or 5 or 6:
                SetWord(bytes, random);
                return bytes;
            case 7:
                SetHalfWord(bytes, random);
                return bytes;
            case 8:
                return bytes[..Position(bytes.Length, random)];
            case 9:
                Overwrite(bytes, other, random);
                return bytes;
            case 10:
                return Duplicate(bytes, random);
            default:
                return Remove(bytes, random);
        }
    }

    /// <summary>Half of the positions are anywhere and half near either end, where formats keep their structure while
    /// the weights fill the middle.</summary>
    private static int Position(int length, Random random)
    {
        int near = (int)Math.Pow(length, random.NextDouble());
        return random.Next(4) switch
        {
            0 => Math.Min(near, length) - 1,
            1 => length - Math.Min(near, length),
            _ => random.Next(length),
        };
    }

    private static void FlipBits(byte[] bytes, Random random)
    {
        for (int flips = 1 + random.Next(8); flips > 0; flips--)
        {
            bytes[Position(bytes.Length, random)] ^= (byte)(1 << random.Next(8));
        }
    }

    /// <summary>Changes a 32-bit field, aligned in three cases of four.</summary>
    private static void SetWord(byte[] bytes, Random random)
    {
        if (bytes.Length < 4)
        {
            return;
        }

        int at = Math.Min(Position(bytes.Length, random), bytes.Length - 4);
        at = random.Next(4) == 0 ? at : at & ~3;
        Span<byte> field = bytes.AsSpan(at, 4);
        uint value = random.Next(4) switch
        {
            0 => BinaryPrimitives.ReadUInt32LittleEndian(field) + (uint)random.Next(-16, 17),
            1 => (uint)bytes.Length + (uint)random.Next(-8, 9),
            2 => (uint)random.Next(bytes.Length),
            _ => EdgeWords[random.Next(EdgeWords.Length)],
        };
        BinaryPrimitives.WriteUInt32LittleEndian(field, value);
    }

    private static void SetHalfWord(byte[] bytes, Random random)
    {
        if (bytes.Length < 2)
        {
            return;
        }

        Span<byte> field = bytes.AsSpan(Math.Min(Position(bytes.Length, random), bytes.Length - 2) & ~1, 2);
        ushort value = random.Next(2) == 0
            ? (ushort)EdgeWords[random.Next(EdgeWords.Length)]
            : (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(field) + random.Next(-4, 5));
        BinaryPrimitives.WriteUInt16LittleEndian(field, value);
    }

    /// <summary>Copies a range of another seed (or the same) over this one.</summary>
    private static void Overwrite(byte[] bytes, byte[] other, Random random)
    {
        if (other.Length == 0)
        {
            return;
        }

        int from = Position(other.Length, random);
        int to = Position(bytes.Length, random);
        int count = Math.Min(Length(random), Math.Min(other.Length - from, bytes.Length - to));
        other.AsSpan(from, count).CopyTo(bytes.AsSpan(to));
    }

    private static byte[] Duplicate(byte[] bytes, Random random)
    {
        int from = Position(bytes.Length, random);
        int count = Math.Min(Length(random), bytes.Length - from);
        int to = Position(bytes.Length, random);
        return [.. bytes[..to], .. bytes.AsSpan(from, count), .. bytes[to..]];
    }

    private static byte[] Remove(byte[] bytes, Random random)
    {
        int from = Position(bytes.Length, random);
        int count = Math.Min(Length(random), bytes.Length - from);
        return [.. bytes[..from], .. bytes[(from + count)..]];
    }

    private static int Length(Random random) => 1 << random.Next(11);
}
