using System.Text;
using System.Text.Json;

namespace McuAi.Tests.Language;

/// <summary>Writes safetensors files as their specification has them.</summary>
internal static class SafetensorsBytes
{
    /// <param name="type">Of all tensors: F32, F64, F16 or BF16.</param>
    public static byte[] Of(IEnumerable<(string Name, int[] Shape, float[] Values)> tensors, string type = "F32") =>
        OfRaw(tensors.Select(tensor => (tensor.Name, type, tensor.Shape, Store(tensor.Values, type))));

    public static byte[] OfRaw(IEnumerable<(string Name, string Type, int[] Shape, byte[] Bytes)> tensors)
    {
        var data = new MemoryStream();
        var header = new Dictionary<string, object> { ["__metadata__"] = new { format = "pt" } };
        foreach ((string name, string type, int[] shape, byte[] bytes) in tensors)
        {
            long[] offsets = [data.Length, data.Length + bytes.Length];
            header.Add(name, new { dtype = type, shape, data_offsets = offsets });
            data.Write(bytes);
        }

        return With(JsonSerializer.Serialize(header), data.ToArray());
    }

    public static byte[] With(string header, byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((ulong)json.Length), .. json, .. data];
    }

    private static byte[] Store(float[] values, string type) => [.. values.SelectMany(value => type switch
    {
        "F64" => BitConverter.GetBytes((double)value),
        "F16" => BitConverter.GetBytes((Half)value),
        "BF16" => BitConverter.GetBytes(value)[2..],
        _ => BitConverter.GetBytes(value),
    })];
}
