using System.Text.Json;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <param name="Type">As the header names it; not all names are known here.</param>
/// <param name="Begin">In bytes, from the file's start.</param>
internal sealed record SafetensorsTensor(string Name, string Type, IReadOnlyList<long> Shape, long Begin, long Bytes);

/// <summary>The head of a safetensors file: a uint64 with its bytes, then JSON with each tensor's dtype, shape and
/// data_offsets. https://github.com/huggingface/safetensors specifies it.</summary>
internal static class SafetensorsHeader
{
    private const int MostBytes = 100_000_000; // as the reference implementation has it
    private const int MostDimensions = 8;
    private const string Metadata = "__metadata__";

    /// <exception cref="ModelException">It is damaged.</exception>
    public static Dictionary<string, SafetensorsTensor> Read(Stream file, string path)
    {
        var length = new byte[8];
        if (file.Length < length.Length)
            throw Damaged(path, $"has only {file.Length:N0} bytes");
        file.ReadExactly(length);
        ulong bytes = BitConverter.ToUInt64(length);
        if (bytes > (ulong)Math.Min(MostBytes, file.Length - length.Length))
            throw Damaged(path, $"says that its header has {bytes:N0} bytes, more than there are or can be");
        var json = new byte[bytes];
        file.ReadExactly(json);
        var tensors = new Dictionary<string, SafetensorsTensor>(StringComparer.Ordinal);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            foreach (JsonProperty entry in document.RootElement.EnumerateObject())
                if (entry.Name != Metadata &&
                    !tensors.TryAdd(entry.Name, TensorOf(entry, length.Length + json.Length, file.Length, path)))
                    throw Damaged(path, $"has the tensor {entry.Name} twice");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or
            KeyNotFoundException or FormatException)
        {
            throw Damaged(path, $"has a header that is not as it should be ({error.Message.TrimEnd('.')})");
        }

        CheckPlaces(tensors.Values, path);
        return tensors;
    }

    private static SafetensorsTensor TensorOf(JsonProperty entry, long start, long end, string path)
    {
        string type = entry.Value.GetProperty("dtype").GetString() ?? "";
        long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        long[] offsets = [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
        if (shape.Length > MostDimensions || shape.Any(size => size < 0))
            throw Damaged(path, $"has the tensor {entry.Name} of a shape [{string.Join(", ", shape)}] that cannot be");
        if (offsets is not [var first, var last] || first < 0 || last < first || last > end - start)
            throw Damaged(path, $"ends before the tensor {entry.Name} does, or has it at no place");
        if (Enum.TryParse(type, out SafetensorsType known) &&
            ByteCount(shape, SafetensorsNumbers.Bytes(known), end) != last - first)
            throw Damaged(path, $"has {last - first:N0} bytes for the tensor {entry.Name}, whose shape " +
                $"[{string.Join(", ", shape)}] of {type} needs another number");
        return new SafetensorsTensor(entry.Name, type, shape, start + first, last - first);
    }

    /// <returns>-1: more than there can be.</returns>
    private static long ByteCount(long[] shape, long bytes, long most)
    {
        if (shape.Contains(0))
            return 0;
        foreach (long size in shape)
        {
            if (size > most / bytes)
                return -1;
            bytes *= size;
        }

        return bytes;
    }

    private static void CheckPlaces(IEnumerable<SafetensorsTensor> tensors, string path)
    {
        SafetensorsTensor? before = null;
        foreach (SafetensorsTensor tensor in tensors.Where(tensor => tensor.Bytes > 0).OrderBy(tensor => tensor.Begin))
        {
            if (before is not null && tensor.Begin < before.Begin + before.Bytes)
                throw Damaged(path, $"has the tensors {before.Name} and {tensor.Name} at the same place");
            before = tensor;
        }
    }

    private static ModelException Damaged(string path, string how) => new($"{path} {how}; it is damaged, download it again.");
}
