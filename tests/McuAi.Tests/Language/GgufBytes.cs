using System.Text;

namespace McuAi.Tests.Language;

/// <summary>Writes GGUF files of version 3 as their specification has them, tensors in float32.</summary>
internal sealed class GgufBytes
{
    private const int Alignment = 32;

    private readonly List<(string Key, object Value)> _entries = [];
    private readonly List<(string Name, int[] Shape, float[] Values)> _tensors = [];

    /// <param name="value">int (stored as uint32), float, bool, string, string[], float[] or int[].</param>
    public void Entry(string key, object value) => _entries.Add((key, value));

    /// <param name="shape">Outermost first.</param>
    public void Tensor(string name, int[] shape, float[] values) => _tensors.Add((name, shape, values));

    public byte[] ToArray()
    {
        var file = new MemoryStream();
        using var writer = new BinaryWriter(file, Encoding.UTF8);
        writer.Write("GGUF"u8);
        writer.Write(3);
        writer.Write((long)_tensors.Count);
        writer.Write((long)_entries.Count);
        foreach ((string key, object value) in _entries)
        {
            Text(writer, key);
            Value(writer, value);
        }

        long offset = 0;
        foreach ((string name, int[] shape, float[] values) in _tensors)
        {
            Text(writer, name);
            writer.Write(shape.Length);
            foreach (int size in shape.Reverse())
                writer.Write((long)size);
            writer.Write(0);
            writer.Write(offset);
            offset += Padded(4L * values.Length);
        }

        foreach ((_, _, float[] values) in _tensors)
        {
            Pad(writer);
            foreach (float value in values)
                writer.Write(value);
        }

        Pad(writer);
        return file.ToArray();
    }

    private static void Value(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case int number:
                writer.Write(4);
                writer.Write(number);
                break;
            case float number:
                writer.Write(6);
                writer.Write(number);
                break;
            case bool flag:
                writer.Write(7);
                writer.Write(flag);
                break;
            case string text:
                writer.Write(8);
                Text(writer, text);
                break;
            case string[] texts:
                writer.Write(9);
                writer.Write(8);
                writer.Write((long)texts.Length);
                foreach (string text in texts)
                    Text(writer, text);
                break;
            case float[] reals:
                writer.Write(9);
                writer.Write(6);
                writer.Write((long)reals.Length);
                foreach (float real in reals)
                    writer.Write(real);
                break;
            default:
                int[] numbers = (int[])value;
                writer.Write(9);
                writer.Write(5);
                writer.Write((long)numbers.Length);
                foreach (int number in numbers)
                    writer.Write(number);
                break;
        }
    }

    private static void Text(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((long)bytes.Length);
        writer.Write(bytes);
    }

    private static long Padded(long size) => (size + Alignment - 1) / Alignment * Alignment;

    private static void Pad(BinaryWriter writer)
    {
        while (writer.BaseStream.Length % Alignment != 0)
            writer.Write((byte)0);
    }
}
