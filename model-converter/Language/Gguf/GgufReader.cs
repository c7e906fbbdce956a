using System.Text;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>Numbers, texts and lists of a GGUF file one after another; every count is checked against what is left of it.
/// </summary>
internal sealed class GgufReader(string path) : IDisposable
{
    private const int MostNested = 4, MostItems = 1 << 24;

    private readonly FileStream _stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
    private readonly byte[] _number = new byte[8];

    public long Length => _stream.Length;

    public long Position => _stream.Position;

    public uint UInt32() => BitConverter.ToUInt32(Bytes(4));

    public ulong UInt64() => BitConverter.ToUInt64(Bytes(8));

    /// <summary>A uint64 that counts things of at least some bytes each.</summary>
    public int Count(int bytesEach)
    {
        ulong count = UInt64();
        if (count > (ulong)((Length - Position) / bytesEach) || count > int.MaxValue)
            throw Damaged($"says that {count:N0} of something follow, more than it has room for");
        return (int)count;
    }

    public string Text()
    {
        var bytes = new byte[Count(1)];
        _stream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>A value of the metadata: a long, ulong (above long's range), double, bool, string or object[].</summary>
    public object Value(uint type, int nested = 0) => type switch
    {
        0 => (long)Bytes(1)[0],
        1 => (long)(sbyte)Bytes(1)[0],
        2 => (long)BitConverter.ToUInt16(Bytes(2)),
        3 => (long)BitConverter.ToInt16(Bytes(2)),
        4 => (long)UInt32(),
        5 => (long)BitConverter.ToInt32(Bytes(4)),
        6 => (double)BitConverter.ToSingle(Bytes(4)),
        7 => Bytes(1)[0] != 0,
        8 => Text(),
        9 => List(nested),
        10 => UInt64() is var number && number <= long.MaxValue ? (long)number : number,
        11 => BitConverter.ToInt64(Bytes(8)),
        12 => BitConverter.ToDouble(Bytes(8)),
        _ => throw Damaged($"has a value of type {type}, which does not exist"),
    };

    public ModelException Damaged(string how) =>
        new($"{path} {how} (at byte {Position:N0}); it is damaged, download it again.");

    public ModelException Unsupported(string how) => new($"{path} {how}.");

    public void Dispose() => _stream.Dispose();

    private object[] List(int nested)
    {
        if (nested == MostNested)
            throw Damaged($"nests lists more than {MostNested} deep");
        uint type = UInt32();
        int count = Count(1);
        if (count > MostItems)
            throw Damaged($"has a list of {count:N0} items");
        var items = new object[count];
        for (int i = 0; i < items.Length; i++)
            items[i] = Value(type, nested + 1);
        return items;
    }

    private ReadOnlySpan<byte> Bytes(int count)
    {
        if (Length - Position < count)
            throw Damaged("ends too early");
        _stream.ReadExactly(_number, 0, count);
        return _number.AsSpan(0, count);
    }
}
