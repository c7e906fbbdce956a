using System.Buffers.Binary;

namespace McuAi.Tests.Import;

/// <summary>A table to be written: the fields that are present, each a number, a string, an array of numbers, a table
/// or an array of tables.</summary>
internal sealed class FlatTable
{
    public SortedDictionary<int, object> Fields { get; } = [];

    public FlatTable Set(int field, object? value)
    {
        if (value is not null)
        {
            Fields[field] = value;
        }

        return this;
    }
}

/// <summary>Writes FlatBuffer files: parents before children, so that every offset points forward as the format asks.
/// </summary>
internal sealed class FlatBufferWriter
{
    private readonly List<byte> _bytes = [];
    private readonly Queue<(int At, object Value)> _pending = [];
    private readonly Dictionary<object, int> _placed = new(ReferenceEqualityComparer.Instance);

    public static byte[] Write(FlatTable root, string identifier)
    {
        FlatBufferWriter writer = new();
        writer._bytes.AddRange(new byte[4]);
        writer._bytes.AddRange(System.Text.Encoding.ASCII.GetBytes(identifier));
        writer._pending.Enqueue((0, root));
        while (writer._pending.TryDequeue(out (int At, object Value) next))
        {
            writer.Place(next.At, next.Value);
        }

        return [.. writer._bytes];
    }

    private void Place(int at, object value)
    {
        if (_placed.TryGetValue(value, out int shared) && shared > at)
        {
            Put(at, shared - at);
            return;
        }

        Align(16);
        int target = value switch
        {
            FlatTable table => Table(table),
            FlatTable[] tables => Vector(tables.Length, tables),
            string text => Vector(text.Length, [.. System.Text.Encoding.UTF8.GetBytes(text), 0]),
            byte[] data => Vector(data.Length, data),
            int[] numbers => Vector(numbers.Length, numbers.SelectMany(BitConverter.GetBytes)),
            float[] numbers => Vector(numbers.Length, numbers.SelectMany(BitConverter.GetBytes)),
            long[] numbers => Vector(numbers.Length, numbers.SelectMany(BitConverter.GetBytes)),
            _ => throw new NotSupportedException($"{value.GetType()} in a FlatBuffer"),
        };
        _placed[value] = target;
        Put(at, target - at);
    }

    private int Vector(int count, IEnumerable<byte> data)
    {
        int start = _bytes.Count;
        _bytes.AddRange(BitConverter.GetBytes(count));
        _bytes.AddRange(data);
        return start;
    }

    private int Vector(int count, FlatTable[] tables)
    {
        int start = _bytes.Count;
        _bytes.AddRange(BitConverter.GetBytes(count));
        foreach (FlatTable table in tables)
        {
            _pending.Enqueue((_bytes.Count, table));
            _bytes.AddRange(new byte[4]);
        }

        return start;
    }

    private int Table(FlatTable table)
    {
        int entries = table.Fields.Count == 0 ? 0 : table.Fields.Keys.Max() + 1;
        int vtable = _bytes.Count;
        _bytes.AddRange(new byte[4 + (2 * entries)]);
        Align(8);
        int start = _bytes.Count;
        _bytes.AddRange(BitConverter.GetBytes(start - vtable));
        foreach ((int field, object value) in table.Fields)
        {
            byte[] bytes = Inline(value);
            Align(bytes.Length);
            PutShort(vtable + 4 + (2 * field), _bytes.Count - start);
            if (!value.GetType().IsPrimitive)
            {
                _pending.Enqueue((_bytes.Count, value));
            }

            _bytes.AddRange(bytes);
        }

        PutShort(vtable, 4 + (2 * entries));
        PutShort(vtable + 2, _bytes.Count - start);
        return start;
    }

    /// <summary>A number's bytes, or room for an offset.</summary>
    private static byte[] Inline(object value) => value switch
    {
        byte number => [number],
        bool flag => [(byte)(flag ? 1 : 0)],
        int number => BitConverter.GetBytes(number),
        uint number => BitConverter.GetBytes(number),
        float number => BitConverter.GetBytes(number),
        ulong number => BitConverter.GetBytes(number),
        _ => new byte[4],
    };

    private void Align(int alignment)
    {
        while (_bytes.Count % alignment != 0)
        {
            _bytes.Add(0);
        }
    }

    private void Put(int at, int value) =>
        BinaryPrimitives.WriteInt32LittleEndian(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_bytes)[at..],
            value);

    private void PutShort(int at, int value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_bytes)[at..],
            (ushort)value);
}
