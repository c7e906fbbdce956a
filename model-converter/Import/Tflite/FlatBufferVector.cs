using System.Runtime.InteropServices;
using System.Text;

namespace McuAi.ModelConverter.Import.Tflite;

/// <summary>A FlatBuffer vector (or string): a 32-bit count and the elements after it. The default value is an empty
/// vector.</summary>
internal readonly struct FlatBufferVector
{
    private readonly FlatBufferFile? _file;
    private readonly string _part;
    private readonly int _elementBytes;

    public FlatBufferVector(FlatBufferFile file, long position, int elementBytes, string part)
    {
        _file = file;
        _part = part;
        _elementBytes = elementBytes;
        long count = file.UInt32(position, part);
        Start = position + 4;
        if (count * elementBytes > file.Length - Start)
        {
            throw FlatBufferFile.Damaged(part, position, $"claims {count} elements of {elementBytes} bytes");
        }

        Count = (int)count;
    }

    public int Count { get; }

    /// <summary>Byte position of the first element.</summary>
    public long Start { get; }

    public ReadOnlySpan<byte> Bytes =>
        _file is null ? default : _file.Slice(Start, (long)Count * _elementBytes, _part);

    /// <summary>All elements; <typeparamref name="T"/> has the size that the vector was read with.</summary>
    public ReadOnlySpan<T> As<T>() where T : unmanaged => MemoryMarshal.Cast<byte, T>(Bytes);

    /// <summary>Element <paramref name="index"/> (less than <see cref="Count"/>) of a vector of tables.</summary>
    public FlatBufferTable Table(int index, string part) =>
        new(_file!, _file!.Indirect(Start + (4L * index), _part), part);

    /// <summary>A string as text, at most <paramref name="limit"/> bytes of it: names are only for people.</summary>
    public string Text(int limit) => Encoding.UTF8.GetString(Bytes[..Math.Min(Count, limit)]);
}
