using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>The entries of a GGUF file's metadata that begin with the name of its architecture.</summary>
internal sealed class GgufKeys(GgufFile file, string architecture)
{
    public string Path => file.Path;

    public string Architecture => architecture;

    public int Integer(string key, int? fallback = null)
    {
        long value = file.Integer($"{architecture}.{key}", fallback);
        return value is >= int.MinValue and <= int.MaxValue
            ? (int)value
            : throw new ModelException($"{Path}: {architecture}.{key} is {value:N0}, which cannot be; the file is damaged.");
    }

    public double Real(string key, double? fallback = null) => file.Real($"{architecture}.{key}", fallback) is var value
        && double.IsFinite(value)
        ? value
        : throw new ModelException($"{Path}: {architecture}.{key} is no finite number; the file is damaged.");

    public string? Text(string key) => file.Has($"{architecture}.{key}") ? file.Text($"{architecture}.{key}") : null;

    /// <summary>Whether there is such a tensor.</summary>
    public bool Has(string tensor) => file.Tensors.ContainsKey(tensor);

    public GgufTensor Tensor(string name) => file.Tensor(name);

    public float[] Read(string tensor) => file.Read(tensor);
}
