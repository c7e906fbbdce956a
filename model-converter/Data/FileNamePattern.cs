using System.Text;
using System.Text.RegularExpressions;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Data;

/// <summary>What file names say, written as {label}_{speaker}_{take}.wav. A pattern with a slash describes the path in
/// the folder, one without the file's name; * stands for anything.</summary>
internal sealed class FileNamePattern
{
    private static readonly string[] Fields = ["label", "speaker", "take", "split"];

    private readonly string text;
    private readonly Regex expression;

    private FileNamePattern(string text, Regex expression)
    {
        this.text = text;
        this.expression = expression;
    }

    public static FileNamePattern Parse(string text)
    {
        var expression = new StringBuilder("^");
        var used = new HashSet<string>();
        foreach (Match part in Regex.Matches(text, @"\{[^}]*\}|\*|[^{*]+|\{"))
        {
            if (part.Value == "*")
                expression.Append("[^/]*");
            else if (part.Value.StartsWith('{'))
                expression.Append($"(?<{Field(text, part.Value, used)}>[^/]+?)");
            else
                expression.Append(Regex.Escape(part.Value));
        }

        if (!used.Contains("label"))
            throw new ModelException($"--pattern {text} names no {{label}}; a pattern is like " +
                "{label}_{speaker}_{take}.wav.");
        return new FileNamePattern(text, new Regex(expression.Append('$').ToString(), RegexOptions.CultureInvariant));
    }

    /// <summary>Every WAV file below the folder; one that the pattern does not fit is an error.</summary>
    public DatasetListing List(string folder)
    {
        var entries = new List<DatasetEntry>();
        var noise = new List<string>();
        var misses = new List<string>();
        bool describesPaths = text.Contains('/', StringComparison.Ordinal);
        foreach (string file in DatasetFolders.WavFiles(folder))
        {
            string relative = Path.GetRelativePath(folder, file).Replace('\\', '/');
            Match match = expression.Match(describesPaths ? relative : Path.GetFileName(file));
            if (relative.Split('/')[..^1].Any(DatasetFolders.IsNoise))
                noise.Add(file);
            else if (match.Success)
                entries.Add(Entry(file, match));
            else
                misses.Add(relative);
        }

        if (misses.Count > 0)
            throw new ModelException($"--pattern {text} does not fit {misses.Count:N0} of the " +
                $"{misses.Count + entries.Count:N0} files of {folder}: {FileList.Of(misses)}; correct the pattern, " +
                "or move them away.");
        return new DatasetListing(entries, noise);
    }

    private DatasetEntry Entry(string file, Match match)
    {
        string? split = Value(match, "split");
        return new DatasetEntry(file, match.Groups["label"].Value)
        {
            Speaker = Value(match, "speaker"),
            Take = Value(match, "take"),
            Split = split is null ? null : SplitNames.Parse(split)
                ?? throw new ModelException($"{file}: '{split}' is no split; by --pattern {text} it should say " +
                    $"{SplitNames.All}."),
            Source = file,
        };
    }

    private static string? Value(Match match, string field) => match.Groups[field] is { Success: true } group
        ? group.Value
        : null;

    private static string Field(string text, string part, HashSet<string> used)
    {
        string name = part.Trim('{', '}');
        if (!Fields.Contains(name) || !part.EndsWith('}'))
            throw new ModelException($"--pattern {text}: {part} is no field; the fields are {{label}}, {{speaker}}, " +
                "{take} and {split}.");
        return used.Add(name) ? name : throw new ModelException($"--pattern {text} names {part} twice; use * for " +
            "parts that do not matter.");
    }
}
