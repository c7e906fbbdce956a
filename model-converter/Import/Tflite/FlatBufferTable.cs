namespace McuAi.ModelConverter.Import.Tflite;

/// <summary>A FlatBuffer table: a position whose first word leads back to a vtable, which gives the position of each
/// field or 0 for a field that has its default. The default value of this struct is a table without fields.</summary>
internal readonly struct FlatBufferTable
{
    private readonly FlatBufferFile? _file;
    private readonly string _part;
    private readonly long _position;
    private readonly long _vtable;
    private readonly int _vtableSize;
    private readonly int _size;

    public FlatBufferTable(FlatBufferFile file, long position, string part)
    {
        _file = file;
        _part = part;
        _position = position;
        _vtable = position - file.Int32(position, part);
        _vtableSize = file.UInt16(_vtable, part);
        _size = file.UInt16(_vtable + 2, part);
        if (_vtableSize < 4 || _vtableSize % 2 != 0 || _vtable + _vtableSize > file.Length)
        {
            throw FlatBufferFile.Damaged(part, position, $"has a vtable of {_vtableSize} bytes at {_vtable}");
        }

        if (_size < 4 || position + _size > file.Length)
        {
            throw FlatBufferFile.Damaged(part, position, $"claims {_size} bytes");
        }
    }

    public bool Exists => _file is not null;

    /// <summary>Byte position, for messages and as the identity of the table.</summary>
    public long Position => _position;

    public byte UInt8(int field, byte missing = 0) =>
        Locate(field, 1) is var at and > 0 ? _file!.UInt8(at, _part) : missing;

    public sbyte Int8(int field) => (sbyte)UInt8(field);

    public bool Bool(int field) => UInt8(field) != 0;

    public int Int32(int field, int missing = 0) =>
        Locate(field, 4) is var at and > 0 ? _file!.Int32(at, _part) : missing;

    public uint UInt32(int field) => Locate(field, 4) is var at and > 0 ? _file!.UInt32(at, _part) : 0;

    public ulong UInt64(int field) => Locate(field, 8) is var at and > 0 ? _file!.UInt64(at, _part) : 0;

    public float Single(int field) => BitConverter.Int32BitsToSingle(Int32(field));

    public FlatBufferTable Table(int field, string part) =>
        Locate(field, 4) is var at and > 0 ? new(_file!, _file!.Indirect(at, _part), part) : default;

    public FlatBufferVector Vector(int field, int elementBytes, string part) =>
        Locate(field, 4) is var at and > 0 ? new(_file!, _file!.Indirect(at, _part), elementBytes, part) : default;

    /// <summary>Position of a field of <paramref name="bytes"/> bytes, or 0 when the table leaves it out.</summary>
    private long Locate(int field, int bytes)
    {
        int entry = 4 + (2 * field);
        if (_file is null || entry + 2 > _vtableSize)
        {
            return 0;
        }

        int offset = _file.UInt16(_vtable + entry, _part);
        if (offset == 0)
        {
            return 0;
        }

        return offset >= 4 && offset + bytes <= _size
            ? _position + offset
            : throw FlatBufferFile.Damaged(_part, _position, $"places field {field} at {offset} of {_size} bytes");
    }
}
