using System.Globalization;
using McuAi.HostTools.Boards;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Emulation;

/// <summary>The C symbols of the core that implement a pack's operators on a board.</summary>
public static class OperatorSymbols
{
    // By opcode, as in docs/pack-format.md, "Operators".
    private static readonly string[] Names =
    [
        "", "conv_2d", "depthwise_conv_2d", "fully_connected", "transpose_conv", "average_pool_2d", "max_pool_2d",
        "add", "mul", "concatenation", "slice", "pad", "transpose", "copy", "mean", "softmax", "table", "requantize",
        "svdf", "resize_nearest", "batch_matmul", "minimum", "maximum", "lstm", "gru",
    ];

    // Those of language models.
    private static readonly string[] LanguageNames =
        ["embedding", "linear", "rms_norm", "angles", "rotary", "swiglu", "attention", "experts", "embedding_pieces"];

    private const int FirstOfLanguage = (int)Opcode.Embedding;

    // By layout.
    private static readonly string[] Families = ["rows", "dsp", "mve", "rv32"];

    /// <summary>The first three operators exist once for each weight layout and type of weights, so that an image holds
    /// no loops for others; those that multiply by matrices too.</summary>
    private static bool HasLayouts(int opcode) =>
        opcode is (>= 1 and <= 3) or (int)Opcode.Embedding or (int)Opcode.Linear or (int)Opcode.Experts
            or (int)Opcode.EmbeddingPieces;

    private static string? Name(int opcode) => opcode >= FirstOfLanguage
        ? LanguageNames.ElementAtOrDefault(opcode - FirstOfLanguage)
        : opcode >= 1 ? Names.ElementAtOrDefault(opcode) : null;

    /// <summary>The symbol of one operator. A layout that the board's kernels do not read natively gets the slow
    /// operator that reads it on any CPU.</summary>
    public static string Of(PackOperator op, string kernels)
    {
        if (Name(op.Opcode) is not { } name || op.Layout < 0 || op.Layout >= Families.Length)
        {
            throw new BoardException(
                $"The pack has an operator {op.Opcode} of layout {op.Layout} that this version does not know.");
        }
        var symbol = "mcuai_operator_" + name;
        if (!HasLayouts(op.Opcode))
        {
            return symbol;
        }
        var family = Families[op.Layout];
        if (family != "rows" && family != kernels)
        {
            return symbol + "_foreign_" + family;
        }
        if (op.Opcode is (int)Opcode.Experts or (int)Opcode.EmbeddingPieces)
        {
            return symbol + "_" + family; // whose matrices are no inputs: it reads all types
        }
        return op.Bits is 8 or 4 or 2
            ? string.Create(CultureInfo.InvariantCulture, $"{symbol}_{family}_int{op.Bits}")
            : throw new BoardException($"The pack has weights of {op.Bits} bits, for which there are no kernels.");
    }

    /// <summary>Every symbol that a pack needs, once each.</summary>
    public static IReadOnlyList<string> Of(PackInfo info, string kernels) =>
        [.. info.Operators.Select(o => Of(o, kernels)).Distinct().Order(StringComparer.Ordinal)];
}
