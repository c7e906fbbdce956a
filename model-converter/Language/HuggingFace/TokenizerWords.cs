using System.Text.RegularExpressions;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>What a tokenizer.json does to a text before its model merges anything: its normalizer and pre_tokenizer.</summary>
internal sealed class TokenizerWords
{
    private readonly JsonSettings[] _normalizers, _cuts;
    private readonly string _source;

    public TokenizerWords(JsonSettings file)
    {
        _source = file.Source;
        _normalizers = [.. Steps(file.Part("normalizer"), "normalizers")];
        _cuts = [.. Steps(file.Part("pre_tokenizer"), "pretokenizers")];
    }

    public bool IsByteLevel => _cuts.Any(cut => cut.Text("type") == "ByteLevel");

    /// <summary>How words are cut for <see cref="BytePairTokenizer"/>. A text is taken to be composed (NFC), as nearly all are:
    /// programs here run without the tables for it.</summary>
    /// <exception cref="ModelException">A step is not supported, or no known model cuts like this.</exception>
    public WordPattern Pattern()
    {
        if (_normalizers.FirstOrDefault(step => step.Text("type") != "NFC") is { } unknown)
            throw Unsupported(unknown);
        if (_cuts[^1].Text("type") != "ByteLevel" || _cuts[^1].Flag("add_prefix_space"))
            throw Unsupported(_cuts.First(cut => cut.Text("type") == "ByteLevel"));
        string[] expressions = [.. _cuts[..^1].Select(Expression),
            .. _cuts[^1].Flag("use_regex", true) ? WordPatterns.Expressions(WordPattern.Gpt2) : []];
        return PublishedPatterns.Find(expressions) ?? throw new ModelException($"{_source} cuts texts into words by " +
            $"{string.Join(", then ", expressions.Select(expression => $"'{expression}'"))}, which is unknown here; its tokens " +
            "would come out otherwise than in training.");
    }

    /// <summary>Where a space is added, and whether words are cut at spaces, for <see cref="MergedPieceTokenizer"/>.</summary>
    /// <exception cref="ModelException">A step is not supported, or spaces stay spaces.</exception>
    public (AddedSpace Space, bool CutsWords) Spaces()
    {
        string written = $"{SentencePieceTokenizer.WrittenSpace}";
        AddedSpace space = AddedSpace.Never;
        bool replaces = false;
        foreach (JsonSettings step in _normalizers)
            if (step.Text("type") == "Prepend" && step.Text("prepend") == written && !replaces)
                space = AddedSpace.Each;
            else if (step.Text("type") == "Replace" && step.Part("pattern")?.Text("String") == " " &&
                step.Text("content") == written)
                replaces = true;
            else
                throw Unsupported(step);
        if (_cuts.Length == 0 && replaces)
            return (space, false);
        if (_cuts is not [var cut] || cut.Text("type") != "Metaspace" || cut.Text("replacement") != written ||
            space != AddedSpace.Never)
            throw _cuts.Length > 0 ? Unsupported(_cuts[0]) : new ModelException($"{_source} leaves spaces as they are, which " +
                "is not supported; byte-level tokenizers and those of SentencePiece are.");
        string scheme = cut.Text("prepend_scheme") ?? (cut.Flag("add_prefix_space", true) ? "always" : "never");
        return (scheme switch
        {
            "always" => AddedSpace.EachWithout,
            "first" => AddedSpace.First,
            "never" => AddedSpace.Never,
            _ => throw Unsupported(cut),
        }, cut.Flag("split", true));
    }

    private static IEnumerable<JsonSettings> Steps(JsonSettings? step, string list) => step is null ? []
        : step.Text("type") == "Sequence" ? step.Parts(list).SelectMany(part => Steps(part, list)) : [step];

    private string Expression(JsonSettings cut)
    {
        string type = cut.Text("type") ?? "";
        string? expression = type switch
        {
            "Split" when cut.Part("pattern") is { } part => part.Text("Regex") ?? Regex.Escape(part.Text("String") ?? ""),
            "Digits" => cut.Flag("individual_digits") ? @"\p{N}" : @"\p{N}+",
            _ => null,
        };
        return string.IsNullOrEmpty(expression) || (type == "Split" && !KeepsAll(cut, expression))
            ? throw Unsupported(cut)
            : expression;
    }

    /// <summary>"Removed" leaves out what is between the matches if "invert" is set, and there is nothing where the last
    /// choice is spaces.</summary>
    private static bool KeepsAll(JsonSettings cut, string expression) => (cut.Text("behavior"), cut.Flag("invert")) switch
    {
        ("Isolated", false) => true,
        ("Removed", true) => expression.EndsWith(@"|\s+", StringComparison.Ordinal),
        _ => false,
    };

    private ModelException Unsupported(JsonSettings step) =>
        new($"{_source} does something to texts ({step.Text("type")}) " +
        "that is not supported in this place; its tokens would come out otherwise than in training.");
}
