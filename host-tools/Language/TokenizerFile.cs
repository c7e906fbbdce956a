using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;

namespace McuAi.HostTools.Language;

/// <summary>A tokenizer's file of any kind, chosen by its ending.</summary>
internal static class TokenizerFile
{
    /// <exception cref="ModelException">It is missing, damaged or of an unknown kind.</exception>
    public static ITokenizer Read(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".bin" => Llama2cVocabulary.Read(path),
        _ => throw new ModelException($"{path} is no tokenizer that this tool reads; it reads a .bin of llama2.c (and finds those of " +
            "Hugging Face and GGUF with their models)."),
    };
}
