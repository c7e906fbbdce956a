using McuAi.HostTools.Models;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Batches;
using McuAi.ModelConverter.Language.Lowering;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Language;

/// <summary>How a language model becomes a pack.</summary>
/// <param name="Weights">int8, int4 or int2.</param>
public sealed record LanguageOptions(string Weights)
{
    public const int DefaultContext = 512;

    /// <summary>Bits a weight on average, all that is stored of matrices included; null: one format for all of them.</summary>
    public double? Bits { get; init; }

    /// <summary>Weights that share a multiplier; null: as the format has it by default.</summary>
    public int? Group { get; init; }

    /// <summary>A text file to calibrate with, <see cref="LanguageConversion.Own"/> for text that the model makes up,
    /// <see cref="LanguageConversion.Plain"/> for none; null: own text for small models.</summary>
    public string? Calibration { get; init; }

    /// <summary>A file; null: what lies with the model.</summary>
    public string? Tokenizer { get; init; }

    /// <summary>Tokens to look back on at most.</summary>
    public int Context { get; init; } = DefaultContext;

    /// <summary>Tokens that the pack takes at once.</summary>
    public int Rows { get; init; } = 1;
}

/// <summary>Imports a language model, rounds it, and makes its pack.</summary>
public static class LanguageConversion
{
    /// <summary>Calibrate with text that the model makes up itself.</summary>
    public const string Own = "own";

    /// <summary>Do not calibrate.</summary>
    public const string Plain = "none";

    /// <summary>Models up to this size calibrate on text of their own unless told otherwise: it takes seconds.</summary>
    private const long SmallModel = 4_000_000;

    private const int CalibratingSequences = 160, CalibratingLength = 256, BalancingSequences = 12, Seed = 20_240_601;

    /// <summary>A token and one before it.</summary>
    private const int LeastCalibrating = 2;

    private static readonly string[] Endings = [".safetensors", ".gguf", ".bin"];

    /// <summary>Whether a path is that of a language model: a folder, or a file with an ending of one.</summary>
    public static bool IsLanguageModel(string path) =>
        IsRandom(path) || Directory.Exists(path) || Endings.Contains(Path.GetExtension(path).ToLowerInvariant());

    /// <summary>Whether a path names a size of TinySeek whose weights are to be random.</summary>
    public static bool IsRandom(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.StartsWith(TinySeekSizes.RandomPrefix, StringComparison.Ordinal);
    }

    /// <exception cref="ModelException">The model, its tokenizer or the text is missing, damaged or does not fit.</exception>
    public static PackModel Run(string path, LanguageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (IsRandom(path))
            return Random(path[TinySeekSizes.RandomPrefix.Length..], options);
        using OpenedTransformer opened = OpenedTransformer.Open(path);
        ITransformerSource source = new ShortContext(opened.Source, options.Context);
        RequireRoom(source.Shape, options);
        ITokenizer tokenizer = Tokenizer(opened, path, options.Tokenizer);
        IReadOnlyList<int[]> texts = Texts(source, tokenizer, options);
        var lowering = new LoweringOptions { Rows = options.Rows, Ranges = Wide(source) };
        QuantizedTransformer quantized;
        if (texts.Count == 0)
        {
            quantized = QuantizedTransformer.Plain(source, Plan(source, options, texts));
        }
        else
        {
            int[][] few = [.. texts.Take(BalancingSequences)];
            source = new BalancedKeys(source, few);
            lowering = lowering with { Ranges = [.. BalancedKeys.Greatest(source, few).Select(CacheRange.Of)] };
            quantized = Calibration.Run(source, Plan(source, options, texts), texts);
        }

        PackModel model = TransformerLowering.Lower(quantized, lowering);
        model.Tokenizer = TokenizerTables.Make(tokenizer);
        model.Metadata["name"] = ModelName.Of(path);
        model.Metadata["source"] = ModelName.WithEnding(path);
        return model;
    }

    private static PackModel Random(string name, LanguageOptions options)
    {
        (ITransformerSource source, ITokenizer tokenizer) = TinySeekSizes.Random(name);
        source = new ShortContext(source, options.Context);
        if (options.Weights == "int4")
            options = options with { Group = options.Group ?? TinySeekSizes.GroupOf(name) };
        RequireRoom(source.Shape, options);
        PackModel model = TransformerLowering.Lower(QuantizedTransformer.Plain(source, Plan(source, options, [])),
            new LoweringOptions { Rows = options.Rows, Ranges = Wide(source) });
        model.Tokenizer = TokenizerTables.Make(tokenizer);
        model.Metadata["name"] = name;
        model.Metadata["source"] = "random weights, not trained";
        return model;
    }

    private static CacheRange[] Wide(ITransformerSource source) =>
        [.. Enumerable.Repeat(CacheRange.Wide, source.Shape.Layers)];

    /// <param name="file">Of the tokenizer; null: what lies with the model.</param>
    internal static ITokenizer Tokenizer(OpenedTransformer opened, string path, string? file)
    {
        ITokenizer tokenizer = file is not null ? TokenizerFile.Read(file)
            : opened.Tokenizer ?? throw new ModelException($"No tokenizer lies with {path}; name its file with --tokenizer.");
        return tokenizer.Count <= opened.Source.Shape.Vocabulary ? tokenizer : throw new ModelException(
            $"The tokenizer has {tokenizer.Count:N0} tokens, the model {opened.Source.Shape.Vocabulary:N0}; give the tokenizer that " +
            "belongs to the model with --tokenizer.");
    }

    private static QuantizationPlan Plan(ITransformerSource source, LanguageOptions options, IReadOnlyList<int[]> texts)
    {
        if (options.Bits is not { } budget)
            return UniformPlan(options);
        return texts.Count > 0
            ? BitBudget.Choose(source, BitsOf(options), budget, texts)
            : throw new ModelException("--bits is spent by what rounding does to a text; give one with --calibrate.");
    }

    private static void RequireRoom(TransformerShape shape, LanguageOptions options)
    {
        QuantizationPlan plan = options.Bits is null ? UniformPlan(options)
            : QuantizationPlan.Of(new MatrixFormat(BitsOf(options), 0));
        LanguagePack.RequireRoom(shape, plan, (options.Bits ?? 0) * shape.Parameters / 8);
    }

    /// <summary>Of one format, but for what must be finer.</summary>
    private static QuantizationPlan UniformPlan(LanguageOptions options)
    {
        int bits = BitsOf(options);
        QuantizationPlan plan = bits switch
        {
            8 => QuantizationPlan.Int8,
            4 => QuantizationPlan.Int4,
            _ => QuantizationPlan.Int2,
        };
        if (options.Group is not { } group)
            return plan;
        var format = new MatrixFormat(bits, group);
        return format.IsValid
            ? QuantizationPlan.Of(format) with { Embedding = bits == 2 ? MatrixFormat.Int4 : format }
            : throw new ModelException($"--group {group}: groups are 0 (none), or a multiple of 8 up to 256.");
    }

    private static int BitsOf(LanguageOptions options) => options.Weights switch
    {
        "int8" => 8,
        "int4" => 4,
        "int2" => 2,
        _ => throw new ModelException($"--weights {options.Weights}: weights are int8, int4 or int2."),
    };

    private static IReadOnlyList<int[]> Texts(ITransformerSource source, ITokenizer tokenizer, LanguageOptions options)
    {
        string calibration = options.Calibration ?? (source.Shape.Parameters <= SmallModel && tokenizer.Begin >= 0 ? Own : Plain);
        int length = Math.Min(CalibratingLength, source.Shape.Context);
        if (calibration == Plain)
            return [];
        if (calibration == Own)
            return tokenizer.Begin >= 0
                ? TextSampler.Sample(source, tokenizer.Begin, CalibratingSequences, length, Seed)
                : throw new ModelException("Texts of this model have no token to begin with; give a text with --calibrate FILE.");
        if (length < LeastCalibrating)
            throw new ModelException($"--context {length}: a text to calibrate with is cut into parts of as many tokens, " +
                $"{LeastCalibrating} or more; give a longer --context, or --calibrate none.");
        int[] begin = tokenizer.Begin >= 0 ? [tokenizer.Begin] : [];
        IReadOnlyList<int[]> windows = [.. TextSurprisal.Texts(ModelFile.ReadText(calibration))
            .SelectMany(text => tokenizer.Encode(text).Chunk(length - begin.Length))
            .Select(part => (int[])[.. begin, .. part]).Take(CalibratingSequences)];
        return windows.Count > 0 ? windows : throw new ModelException($"{calibration} is empty; give a text to calibrate with.");
    }
}
