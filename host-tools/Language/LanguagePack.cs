using McuAi.HostTools.Boards;
using McuAi.HostTools.Models;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Lowering;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Language;

/// <summary>A .tsk file with a language model and its tokenizer.</summary>
public sealed class LanguagePack
{
    private LanguagePack(string path, PackModel model)
    {
        (Path, Model) = (path, model);
        if (model.Inputs.Count != 2 || !model.Operators.Exists(node => node.Opcode == Opcode.Attention))
            throw new ModelException($"{path} is no language model; convert one, or train one.");
        Tokenizer = TokenizerReader.Read(model.Tokenizer ?? throw new ModelException(
            $"{path} has no tokenizer; convert the model again with --tokenizer."));
    }

    public string Path { get; }

    public PackModel Model { get; }

    public ITokenizer Tokenizer { get; }

    /// <summary>Tokens that the model can look back on.</summary>
    public int Context => Model.Operators.Where(node => node.Opcode == Opcode.Attention).Min(node => node.Input(6).Dim(2));

    /// <summary>Tokens that the model chooses from, which may be more than its tokenizer has.</summary>
    public int Vocabulary => Model.Outputs[0].Dim(3);

    public static LanguagePack Read(string path) => new(path, ModelFile.ReadPack(path));

    /// <summary>Refuses a model whose pack would be too large to be read, before any of it is made.</summary>
    /// <param name="least">Bytes that matrices take at least; more than the plan says where it is raised.</param>
    /// <exception cref="ModelException">The pack would be too large.</exception>
    internal static void RequireRoom(TransformerShape shape, QuantizationPlan plan, double least = 0)
    {
        double bytes = Math.Max(least, PackMeasure.MatrixBytes(shape, plan));
        if (bytes > ModelFile.LargestFile)
            throw new ModelException($"The model's matrices would take {bytes:N0} bytes, and packs have {ModelFile.LargestFile:N0} " +
                "at most; take smaller --weights, as int4 or int2, fewer --bits, or a smaller model.");
    }

    /// <summary>The model in the core, on the host.</summary>
    /// <param name="store">Null: the whole pack is in memory; else from <see cref="Store"/>, and disposed of after the generator.</param>
    public HostGenerator Open(HostStore? store = null) =>
        new(HostLibraryBuilder.Load(ProjectFolder.Find().Root), PackWriter.Write(Model), store);

    /// <summary>A store that brings the pack's shards to a cache of this size.</summary>
    public HostStore Store(int cacheBytes) => new(HostLibraryBuilder.Load(ProjectFolder.Find().Root),
        new MemoryDevice(PackWriter.Write(Model)), cacheBytes);

    /// <summary>The tokens of a text, behind the one of the beginning if there is one.</summary>
    public int[] Encode(string text) => Tokenizer.Begin >= 0 ? [Tokenizer.Begin, .. Tokenizer.Encode(text)] : Tokenizer.Encode(text);
}
