using System.Buffers.Binary;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Tflite;

/// <summary>The bytes of a FlatBuffer file, read little-endian with every position checked, so that damaged or hostile
/// files end in a <see cref="ModelException"/> that names the part and its byte position.</summary>
internal sealed class FlatBufferFile(ReadOnlyMemory<byte> bytes)
{
    public long Length => bytes.Length;

    /// <summary>The table that the first word of the file points to.</summary>
    public FlatBufferTable Root(string part) => new(this, Indirect(0, part), part);

    public byte UInt8(long at, string part) => Slice(at, 1, part)[0];

    public ushort UInt16(long at, string part) => BinaryPrimitives.ReadUInt16LittleEndian(Slice(at, 2, part));

    public int Int32(long at, string part) => BinaryPrimitives.ReadInt32LittleEndian(Slice(at, 4, part));

    public uint UInt32(long at, string part) => BinaryPrimitives.ReadUInt32LittleEndian(Slice(at, 4, part));

    public ulong UInt64(long at, string part) => BinaryPrimitives.ReadUInt64LittleEndian(Slice(at, 8, part));

    /// <summary>Follows the unsigned offset stored at <paramref name="at"/>; offsets count from their own position.
    /// </summary>
    public long Indirect(long at, string part)
    {
        long target = at + UInt32(at, part);
        return target < Length && target != at
            ? target
            : throw Damaged(part, at, $"has an offset that points to byte {target} of {Length}");
    }

    public ReadOnlySpan<byte> Slice(long at, long count, string part) =>
        at >= 0 && count >= 0 && at <= Length - count
            ? bytes.Span.Slice((int)at, (int)count)
            : throw Damaged(part, at, $"needs {count} bytes there and the file ends at {Length}");

    public static ModelException Damaged(string part, long at, string problem) =>
        new($"The .tflite file is damaged: {part} at byte {at} {problem}. Fetch or convert the model again.");
}
