using System.Text.RegularExpressions;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Data;

/// <summary>Who speaks, by the names of files.</summary>
internal static class SpeakerNames
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Adds speakers where the data set names none: by the expression of the options, or by what stands before
    /// the first underscore, as in the Speech Commands' ab12_nohash_0.wav, where that can be a speaker.</summary>
    public static IReadOnlyList<DatasetEntry> Fill(IReadOnlyList<DatasetEntry> entries, string folder,
        DatasetOptions options)
    {
        if (options.Speaker is not null)
            return ByExpression(entries, folder, options.Speaker);
        string?[] prefixes = [.. entries.Select(entry => Prefix(entry.Path))];
        return ArePeople(entries, prefixes)
            ? [.. entries.Zip(prefixes, (entry, prefix) => entry with { Speaker = prefix })]
            : entries;
    }

    private static string? Prefix(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        int end = name.IndexOf('_', StringComparison.Ordinal);
        return end > 0 ? name[..end] : null;
    }

    /// <summary>People say more than one of the words; a prefix such as clip_, or the word itself, tells nobody apart.
    /// </summary>
    private static bool ArePeople(IReadOnlyList<DatasetEntry> entries, string?[] prefixes)
    {
        if (prefixes.Contains(null) || prefixes.Distinct().Count() < 2)
            return false;
        int labels = entries.Select(entry => entry.Label).Distinct().Count();
        var labelsOf = entries.Zip(prefixes).GroupBy(pair => pair.Second,
            pair => pair.First.Label).Select(group => group.Distinct().Count());
        return labels == 1 || labelsOf.Any(count => count > 1);
    }

    private static DatasetEntry[] ByExpression(IReadOnlyList<DatasetEntry> entries, string folder, string pattern)
    {
        Regex expression = Compile(pattern);
        var misses = new List<string>();
        DatasetEntry[] named = [.. entries.Select(Named)];
        return misses.Count == 0
            ? named
            : throw new ModelException($"--speaker {pattern} fits {misses.Count} of {entries.Count} files not: " +
                $"{FileList.Of(misses)}; correct the expression.");

        DatasetEntry Named(DatasetEntry entry)
        {
            string path = Path.GetRelativePath(folder, entry.Path).Replace('\\', '/');
            Match match = expression.Match(path);
            if (!match.Success)
                misses.Add(path);
            return entry with { Speaker = match.Groups.Count > 1 ? match.Groups[1].Value : match.Value };
        }
    }

    private static Regex Compile(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, Patience);
        }
        catch (ArgumentException error)
        {
            throw new ModelException($"--speaker {pattern} is no regular expression; for the part of a file name " +
                "before the first underscore it is ([^/_]+)_[^/]*$.", error);
        }
    }
}
