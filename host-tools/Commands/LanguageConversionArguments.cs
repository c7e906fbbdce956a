using System.CommandLine;
using McuAi.HostTools.Language;

namespace McuAi.HostTools.Commands;

/// <summary>Options of mcuai convert that only language models take.</summary>
internal sealed class LanguageConversionArguments
{
    /// <summary>With a budget of bits, weights have at least four.</summary>
    private const string DefaultWeights = "int8", BudgetedWeights = "int4";

    private readonly Option<string?> _tokenizer = new("--tokenizer")
    {
        Description = "a language model's tokenizer, where it does not lie with the model: .bin of llama2.c",
    };

    private readonly Option<int> _context = new("--context")
    {
        Description = "tokens that a language model looks back on at most: its cache takes RAM for each", DefaultValueFactory = _ => LanguageOptions.DefaultContext,
    };

    private readonly Option<double?> _bits = new("--bits")
    {
        Description = "of a language model: bits a weight on average, spent where they help most",
    };

    private readonly Option<int?> _group = new("--group")
    {
        Description = "of a language model: weights that share a multiplier; by default 0 (none) for int8, 32 for int4, 16 for int2",
    };

    private readonly Option<int> _rows = new("--rows")
    {
        Description = "tokens that a language model takes at once", DefaultValueFactory = _ => 1,
    };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_tokenizer, _context, _bits, _group, _rows])
            command.Add(option);
    }

    public LanguageOptions Options(ParseResult arguments, string? weights, string? calibration)
    {
        double? bits = arguments.GetValue(_bits);
        return new LanguageOptions(weights ?? (bits is null ? DefaultWeights : BudgetedWeights))
        {
            Tokenizer = arguments.GetValue(_tokenizer), Context = Positive(arguments, _context), Bits = bits,
            Group = arguments.GetValue(_group), Rows = Positive(arguments, _rows), Calibration = calibration,
        };
    }

    private static int Positive(ParseResult arguments, Option<int> option) => arguments.GetValue(option) is > 0 and <= 65535 and var value
        ? value
        : throw new ModelConverter.Graph.ModelException($"{option.Name} {arguments.GetValue(option)}: give 1 to 65535.");
}
