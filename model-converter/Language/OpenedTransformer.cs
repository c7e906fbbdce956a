using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>A language model on disk with its tokenizer: a folder of Hugging Face's, one of its .safetensors files, a .gguf, or a
/// .bin of llama2.c.</summary>
public sealed class OpenedTransformer : IDisposable
{
    private readonly IDisposable _file;

    private OpenedTransformer(ITransformerSource source, ITokenizer? tokenizer, IDisposable file)
    {
        (Source, Tokenizer, _file) = (source, tokenizer, file);
    }

    /// <summary>Until this is disposed of.</summary>
    public ITransformerSource Source { get; }

    /// <summary>null: none lies with the model.</summary>
    public ITokenizer? Tokenizer { get; }

    /// <exception cref="ModelException">There is no such file or folder, or it is damaged or not supported.</exception>
    public static OpenedTransformer Open(string path)
    {
        if (Directory.Exists(path))
            return OfFolder(path);
        if (!File.Exists(path))
            throw new ModelException($"{path} is not there; give a model's folder, or a .safetensors, .gguf or llama2.c .bin " +
                "file.");
        return Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".SAFETENSORS" => OfFolder(Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileName(path)),
            ".GGUF" => OfGguf(path),
            ".BIN" => OfLlama2c(path),
            var other => throw new ModelException($"{path} ends in '{other.ToLowerInvariant()}', which no language model's " +
                "file does; give a model's folder, or a .safetensors, .gguf or llama2.c .bin file."),
        };
    }

    public void Dispose() => _file.Dispose();

    /// <param name="file">Of safetensors in it; null: what models of Hugging Face's are called.</param>
    private static OpenedTransformer OfFolder(string folder, string? file = null)
    {
        if (!File.Exists(Path.Combine(folder, HuggingFaceModel.ConfigFile)))
            throw new ModelException($"{folder} has no {HuggingFaceModel.ConfigFile}; download it from where the weights are " +
                "from.");
        return Made(new HuggingFaceModel(folder, file), model => (model, HuggingFaceTokenizer.Read(folder, model.Shape.Vocabulary)));
    }

    private static OpenedTransformer OfGguf(string path) => Made(new GgufFile(path), file =>
        (new GgufModel(file), file.Has("tokenizer.ggml.model") ? GgufVocabulary.Read(file) : null));

    /// <summary>Its tokenizer lies beside it: tokenizer.bin, or tok with the number of tokens.</summary>
    private static OpenedTransformer OfLlama2c(string path) => Made(new Llama2cCheckpoint(path), checkpoint =>
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string? tokenizer = new[] { $"tok{checkpoint.Shape.Vocabulary}.bin", "tokenizer.bin" }
            .Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        return (checkpoint, tokenizer is null ? null : Llama2cVocabulary.Read(tokenizer));
    });

    private static OpenedTransformer Made<T>(T file, Func<T, (ITransformerSource, ITokenizer?)> open)
        where T : IDisposable
    {
        try
        {
            (ITransformerSource source, ITokenizer? tokenizer) = open(file);
            if (tokenizer?.Count > source.Shape.Vocabulary)
                throw new ModelException($"The tokenizer has {tokenizer.Count:N0} tokens, but the model has only " +
                    $"{source.Shape.Vocabulary:N0}; give the tokenizer that belongs to the model.");
            return new OpenedTransformer(source, tokenizer, file);
        }
        catch (ModelException)
        {
            file.Dispose();
            throw;
        }
    }
}
