using Microsoft.Win32.SafeHandles;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>A safetensors file. Tensors are read when they are asked for, a part at a time, so that no more of the file is held
/// than that; the file is not mapped, as a mapped one that shrinks ends the process.</summary>
internal sealed class SafetensorsFile : IDisposable
{
    private const int PartBytes = 1 << 20;

    private readonly SafeFileHandle _file;

    /// <exception cref="ModelException">The file cannot be read, is damaged, or no safetensors file.</exception>
    public SafetensorsFile(string path)
    {
        Path = path;
        try
        {
            using FileStream stream = File.OpenRead(path);
            Tensors = SafetensorsHeader.Read(stream, path);
            _file = File.OpenHandle(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path} cannot be read ({error.Message}).", error);
        }
    }

    public string Path { get; }

    public IReadOnlyDictionary<string, SafetensorsTensor> Tensors { get; }

    /// <summary>A tensor in real numbers, row after row.</summary>
    /// <exception cref="ModelException">It is stored as something else than floating-point numbers.</exception>
    public float[] Read(SafetensorsTensor tensor)
    {
        if (!Enum.TryParse(tensor.Type, out SafetensorsType type) || !Enum.IsDefined(type))
            throw new ModelException($"{Path} stores {tensor.Name} as {tensor.Type}, which is not supported; give the model as " +
                $"it is before it was quantized, in one of {string.Join(", ", Enum.GetNames<SafetensorsType>())}.");
        int size = SafetensorsNumbers.Bytes(type);
        long count = tensor.Bytes / size;
        if (count > Array.MaxLength)
            throw new ModelException($"{Path} has {count:N0} numbers in {tensor.Name}, more than fit an array; such models are " +
                "not supported.");
        var values = new float[count];
        var part = new byte[(int)Math.Min(PartBytes, tensor.Bytes)];
        for (int at = 0; at < values.Length; at += PartBytes / size)
        {
            Span<float> target = values.AsSpan(at, Math.Min(PartBytes / size, values.Length - at));
            Span<byte> bytes = part.AsSpan(0, target.Length * size);
            Fill(bytes, tensor.Begin + ((long)at * size), tensor.Name);
            SafetensorsNumbers.Convert(type, bytes, target);
        }

        return values;
    }

    public void Dispose() => _file.Dispose();

    private void Fill(Span<byte> bytes, long begin, string name)
    {
        while (bytes.Length > 0)
        {
            int read = RandomAccess.Read(_file, bytes, begin);
            if (read == 0)
                throw new ModelException($"{Path} ended while the tensor {name} was read; was it changed?");
            bytes = bytes[read..];
            begin += read;
        }
    }
}
