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

    /// <summary>Regular expressions for <see cref="BytePairTokenizer"/>. A text is taken to be composed (NFC), as nearly all are:
    /// programs here run without the tables for it.</summary>
    /// <exception cref="ModelException">A step is not supported.</exception>
    public string[] Patterns()
    {
        if (_normalizers.FirstOrDefault(step => step.Text("type") != "NFC") is { } unknown)
            throw Unsupported(unknown);
        if (_cuts[^1].Text("type") != "ByteLevel" || _cuts[^1].Flag("add_prefix_space"))
            throw Unsupported(_cuts.First(cut => cut.Text("type") == "ByteLevel"));
        return [.. _cuts[..^1].Select(Pattern), .. _cuts[^1].Flag("use_regex", true) ? WordPatterns.Of("gpt-2", _source) : []];
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

    private string Pattern(JsonSettings cut)
    {
        string type = cut.Text("type") ?? "";
        string? pattern = type switch
        {
            "Split" when cut.Part("pattern") is { } part => part.Text("Regex") ?? Regex.Escape(part.Text("String") ?? ""),
            "Digits" => cut.Flag("individual_digits") ? @"\p{N}" : @"\p{N}+",
            "Punctuation" => @"[\p{P}$+<=>^`|~]",
            _ => null,
        };
        if (string.IsNullOrEmpty(pattern) || (type != "Digits" && cut.Text("behavior") != "Isolated"))
            throw Unsupported(cut);
        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant);
            return pattern;
        }
        catch (ArgumentException error)
        {
            throw new ModelException($"{_source} cuts words by '{pattern}', which is not supported " +
                $"({error.Message.TrimEnd('.')}).", error);
        }
    }

    private ModelException Unsupported(JsonSettings step) =>
        new($"{_source} does something to texts ({step.Text("type")}) " +
        "that is not supported in this place; its tokens would come out otherwise than in training.");
}
