using Microsoft.Win32.SafeHandles;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>A GGUF file, versions 2 and 3, little-endian: metadata by name, and tensors, which are read when asked for.
/// https://github.com/ggml-org/ggml/blob/master/docs/gguf.md specifies it.</summary>
public sealed class GgufFile : IDisposable
{
    private const int DefaultAlignment = 32;
    private const int PartBytes = 1 << 20;
    private const uint Magic = 0x4655_4747; // "GGUF"

    private readonly SafeFileHandle _file;
    private readonly Dictionary<string, object> _metadata = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GgufTensor> _tensors = new(StringComparer.Ordinal);
    private readonly long _data;

    /// <exception cref="ModelException">The file cannot be read, is damaged, or no GGUF file.</exception>
    public GgufFile(string path)
    {
        Path = path;
        try
        {
            using var reader = new GgufReader(path);
            if (reader.Length < 24 || reader.UInt32() != Magic)
                throw new ModelException($"{path} is no GGUF file: it does not begin with GGUF.");
            uint version = reader.UInt32();
            if (version is < 2 or > 3)
                throw new ModelException($"{path} has GGUF version {version}; 2 and 3 are supported. Big-endian files are not.");
            int tensors = reader.Count(24), entries = reader.Count(13);
            for (int i = 0; i < entries; i++)
                if (!_metadata.TryAdd(reader.Text(), reader.Value(reader.UInt32())))
                    throw reader.Damaged("names an entry of its metadata twice");
            for (int i = 0; i < tensors; i++)
                Add(GgufTensor.Read(reader), reader);
            long alignment = Integer("general.alignment", DefaultAlignment);
            if (alignment is < 1 or > 1 << 20)
                throw reader.Damaged($"has an alignment of {alignment}");
            _data = (reader.Position + alignment - 1) / alignment * alignment;
            foreach (GgufTensor tensor in _tensors.Values)
                if (tensor.Offset > reader.Length - _data || tensor.Bytes > reader.Length - _data - tensor.Offset)
                    throw reader.Damaged($"ends before the tensor {tensor.Name} does");
            _file = File.OpenHandle(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path} cannot be read ({error.Message}).", error);
        }
    }

    public string Path { get; }

    public IReadOnlyDictionary<string, GgufTensor> Tensors => _tensors;

    /// <summary>A tensor in real numbers, row after row.</summary>
    public float[] Read(string name) => Read(name, 0, checked((int)Tensor(name).Elements));

    /// <summary>Some of a tensor's numbers, whole blocks.</summary>
    /// <exception cref="ModelException">There is no such tensor.</exception>
    internal float[] Read(string name, long first, int count)
    {
        GgufTensor tensor = Tensor(name);
        int weights = GgufBlocks.Weights(tensor.Type), size = GgufBlocks.Bytes(tensor.Type);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + count, tensor.Elements);
        ArgumentOutOfRangeException.ThrowIfNotEqual(first % weights + count % weights, 0);
        var values = new float[count];
        int step = PartBytes / size * weights;
        var part = new byte[(int)Math.Min((long)PartBytes / size, count / weights) * size];
        for (int at = 0; at < count; at += Math.Min(step, count - at))
        {
            Span<float> target = values.AsSpan(at, Math.Min(step, count - at));
            Span<byte> bytes = part.AsSpan(0, target.Length / weights * size);
            if (RandomAccess.Read(_file, bytes, _data + tensor.Offset + ((first + at) / weights * size)) < bytes.Length)
                throw new ModelException($"{Path} ended while the tensor {name} was read; was it changed?");
            GgufBlocks.Dequantize(tensor.Type, bytes, target);
        }

        return values;
    }

    /// <exception cref="ModelException">There is no such tensor.</exception>
    internal GgufTensor Tensor(string name) => _tensors.GetValueOrDefault(name) ??
        throw new ModelException($"{Path} has no tensor {name}; the file is incomplete, or of another architecture.");

    public bool Has(string key) => _metadata.ContainsKey(key);

    public string Text(string key) => Entry<string>(key, "text");

    /// <param name="fallback">Where there is no such entry; null: that is an error.</param>
    public long Integer(string key, long? fallback = null) => fallback is { } value && !Has(key)
        ? value
        : Entry<object>(key, "a number") switch
        {
            long number => number,
            ulong number when number <= long.MaxValue => (long)number,
            bool flag => flag ? 1 : 0,
            _ => throw Wrong(key, "a whole number"),
        };

    /// <param name="fallback">Where there is no such entry; null: that is an error.</param>
    public double Real(string key, double? fallback = null) => fallback is { } value && !Has(key)
        ? value
        : Entry<object>(key, "a number") is double number ? number : throw Wrong(key, "a number");

    public string[] Texts(string key) => [.. Entry<object[]>(key, "a list").Select(item => item as string ?? throw Wrong(key, "texts"))];

    public long[] Integers(string key) => [.. Entry<object[]>(key, "a list").Select(item => item is long number
        ? number
        : throw Wrong(key, "whole numbers"))];

    public double[] Reals(string key) => [.. Entry<object[]>(key, "a list").Select(item => item is double number
        ? number
        : throw Wrong(key, "numbers"))];

    public void Dispose() => _file.Dispose();

    private void Add(GgufTensor tensor, GgufReader reader)
    {
        if (!_tensors.TryAdd(tensor.Name, tensor))
            throw reader.Damaged($"has the tensor {tensor.Name} twice");
    }

    private T Entry<T>(string key, string what) => _metadata.TryGetValue(key, out object? value)
        ? value is T typed ? typed : throw Wrong(key, what)
        : throw new ModelException($"{Path} says nothing of {key}, which a model of its kind needs.");

    private ModelException Wrong(string key, string what) => new($"{Path}: {key} is not {what}; the file is damaged.");
}
