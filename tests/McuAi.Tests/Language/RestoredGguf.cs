using System.Text;

namespace McuAi.Tests.Language;

/// <summary>A GGUF file that somebody has read as UTF-8 and written again: every byte that was no UTF-8 has become U+FFFD. Its texts
/// are whole; of its numbers, bytes from 128 on are lost. This reads it as far as that goes and writes a GGUF file again:
/// lengths of lists are counted, and scores are put in anew, which fall by one a token from the first token that is no byte on,
/// as in every vocabulary that SentencePiece has made by merging.</summary>
internal sealed class RestoredGguf : IDisposable
{
    private const int List = 9, Text = 8, Float = 6, Integer = 5;
    private const int FirstText = 259;
    private static readonly int[] Sizes = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];

    private readonly byte[] _damaged;
    private readonly MemoryStream _file = new();
    private readonly BinaryWriter _writer;
    private int _at;
    private readonly List<byte[]> _tokens = [];

    private RestoredGguf(byte[] damaged)
    {
        (_damaged, _writer) = (damaged, new BinaryWriter(_file, Encoding.UTF8));
    }

    public static byte[] Of(byte[] damaged)
    {
        using var restored = new RestoredGguf(damaged);
        restored.Run();
        return restored._file.ToArray();
    }

    public void Dispose()
    {
        _writer.Dispose();
        _file.Dispose();
    }

    private void Run()
    {
        _writer.Write(_damaged.AsSpan(0, 24));
        _at = 24;
        for (int entries = BitConverter.ToInt32(_damaged, 16); entries > 0; entries--)
        {
            byte[] key = ReadText();
            int type = (int)Number(4).Value;
            WriteText(key);
            _writer.Write(type);
            if (type == List)
                CopyList(Encoding.UTF8.GetString(key));
            else if (type == Text)
                WriteText(ReadText());
            else
                _writer.Write(BitConverter.GetBytes(Number(Sizes[type]).Value).AsSpan(0, Sizes[type]));
        }
    }

    private void CopyList(string key)
    {
        int type = (int)Number(4).Value;
        _ = Number(8); // counted below
        var items = new MemoryStream();
        using var writer = new BinaryWriter(items, Encoding.UTF8, leaveOpen: true);
        int count = 0;
        if (type == Text)
        {
            for (; !AtKey(); count++)
            {
                byte[] text = ReadText();
                writer.Write((ulong)text.Length);
                writer.Write(text);
                if (key.EndsWith("tokens", StringComparison.Ordinal))
                    _tokens.Add(text);
            }
        }
        else
        {
            Assert.IsTrue(type is Float or Integer, key);
            for (; count < _tokens.Count; count++)
                if (type == Float)
                    writer.Write(Score(count));
                else
                    writer.Write((int)Number(4).Value);
            while (!AtKey())
                _at++;
        }

        _writer.Write(type);
        _writer.Write((ulong)count);
        items.WriteTo(_file);
    }

    /// <summary>Runs of spaces, whose scores' first three bytes are there (28 6B 6E), have minus a thousand million.</summary>
    private float Score(int token) => Encoding.UTF8.GetString(_tokens[token]).All(letter => letter == '\u2581')
        ? -1e9f
        : Math.Min(0, FirstText - token);

    /// <summary>Whether the file ends here, or an entry of a vocabulary begins.</summary>
    private bool AtKey()
    {
        if (_at >= _damaged.Length)
            return true;
        ReadOnlySpan<byte> rest = _damaged.AsSpan(_at);
        return rest.Length > 18 && rest[0] < 64 && rest[1..8].IndexOfAnyExcept((byte)0) < 0 &&
            (rest[8..].StartsWith("tokenizer."u8) || rest[8..].StartsWith("general."u8));
    }

    private byte[] ReadText()
    {
        (ulong length, bool lost) = Number(8);
        if (lost) // 128 to 255: up to the length of the next text
            length = 128 + (ulong)Enumerable.Range(_at + 128, 128).TakeWhile(at => !IsLength(at)).Count();
        byte[] text = _damaged[_at..(_at + (int)length)];
        _at += text.Length;
        return text;
    }

    /// <summary>Whether a length below 256 is here: a byte, perhaps lost, and seven that are 0.</summary>
    private bool IsLength(int at)
    {
        ReadOnlySpan<byte> here = _damaged.AsSpan(at);
        return (here[0] < 128 && here[1..8].IndexOfAnyExcept((byte)0) < 0) ||
            (here.StartsWith("\uFFFD"u8) && here[3..10].IndexOfAnyExcept((byte)0) < 0);
    }

    private void WriteText(byte[] text)
    {
        _writer.Write((ulong)text.Length);
        _writer.Write(text);
    }

    private (ulong Value, bool IsLost) Number(int bytes)
    {
        ulong value = 0;
        bool lost = false;
        for (int i = 0; i < bytes; i++)
        {
            bool replaced = _damaged.AsSpan(_at).StartsWith("\uFFFD"u8);
            value |= (ulong)(replaced ? 0x80 : _damaged[_at]) << (8 * i);
            _at += replaced ? 3 : 1;
            lost |= replaced;
        }

        return (value, lost);
    }
}
