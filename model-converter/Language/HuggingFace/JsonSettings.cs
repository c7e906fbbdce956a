using System.Text.Json;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>An object of a JSON file, whose entries are read by name; null is as if there were none.</summary>
/// <param name="source">The file, for messages.</param>
internal sealed class JsonSettings(string source, JsonElement root)
{
    private const long MostBytes = 1L << 28;

    public string Source => source;

    /// <exception cref="ModelException">The file cannot be read or is no object in JSON.</exception>
    public static JsonSettings Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MostBytes)
                throw new ModelException($"{path} has more than {MostBytes:N0} bytes; it is no such file, download it again.");
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return new JsonSettings(path, document.RootElement.Clone());
            throw new ModelException($"{path} is no object in JSON; download it again.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path} cannot be read ({error.Message}).", error);
        }
        catch (JsonException error)
        {
            throw new ModelException($"{path} is no JSON ({error.Message.TrimEnd('.')}); download it again.", error);
        }
    }

    public JsonElement? Find(string key) => Unicode<JsonElement?>(() =>
        root.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null);

    public bool Has(string key) => Find(key) is not null;

    public JsonSettings? Part(string key) => Find(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? new JsonSettings(source, value) : throw Wrong(key, "an object");

    public string? Text(string key) => Find(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? TextOf(value) : throw Wrong(key, "text");

    public bool Flag(string key, bool fallback = false) => Find(key)?.ValueKind switch
    {
        null => fallback,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(key, "true or false"),
    };

    /// <param name="fallback">Where there is no such entry; null: that is an error.</param>
    public int Integer(string key, int? fallback = null) => Find(key) is not { } value ? fallback ?? throw Missing(key)
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number)
            ? number : throw Wrong(key, "a whole number");

    /// <param name="fallback">Where there is no such entry; null: that is an error.</param>
    public double Real(string key, double? fallback = null) => Find(key) is not { } value ? fallback ?? throw Missing(key)
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number)
            ? number : throw Wrong(key, "a number");

    /// <summary>A list; none where there is no such entry.</summary>
    public IEnumerable<JsonElement> List(string key) => Find(key) is not { } value ? []
        : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw Wrong(key, "a list");

    /// <summary>A list of objects.</summary>
    public IEnumerable<JsonSettings> Parts(string key) => List(key).Select(item => item.ValueKind == JsonValueKind.Object
        ? new JsonSettings(source, item) : throw Wrong(key, "a list of objects"));

    /// <summary>The whole numbers of a list.</summary>
    public IEnumerable<int> Integers(string key) => List(key).Select(item =>
        item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int number)
            ? number : throw Wrong(key, "a list of whole numbers"));

    /// <summary>An object of texts.</summary>
    public Dictionary<string, string> Texts(string key) => Entries(key, value => value.ValueKind == JsonValueKind.String
        ? TextOf(value) : throw Wrong(key, "an object of texts"));

    /// <summary>An object of whole numbers.</summary>
    public Dictionary<string, int> Numbers(string key) => Entries(key, value =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number
            : throw Wrong(key, "an object of whole numbers"));

    /// <summary>What a value is in words: a text itself, of others their JSON.</summary>
    public string TextOf(JsonElement value) => Unicode(value.ToString);

    public ModelException Wrong(string key, string what) =>
        new($"{source}: {key} is not {what}; the file is damaged, download it again.");

    private Dictionary<string, T> Entries<T>(string key, Func<JsonElement, T> read)
    {
        if (Find(key) is not { ValueKind: JsonValueKind.Object } value)
            throw Wrong(key, "an object");
        var entries = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (JsonProperty entry in value.EnumerateObject())
        {
            string name = Unicode(() => entry.Name);
            if (!entries.TryAdd(name, read(entry.Value)))
                throw Wrong(key, $"clear about {name}, which it has twice");
        }

        return entries;
    }

    /// <summary>A parser takes bytes that are no UTF-8, and halves of characters, and complains when texts are asked for.</summary>
    private T Unicode<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException error)
        {
            throw new ModelException($"{source} has a text that is no Unicode; the file is damaged, download it again.", error);
        }
    }

    private ModelException Missing(string key) =>
        new($"{source} says nothing of {key}, which a model of its kind needs; download it again.");
}
