using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Data;

/// <summary>A data set as a table: path,label and, where known, speaker, split and take. Paths are relative to the
/// file. </summary>
internal static class Manifest
{
    private static readonly string[] SplitFiles =
        ["train.csv", "validation.csv", "valid.csv", "val.csv", "dev.csv", "test.csv"];

    private static readonly Dictionary<string, string> Columns = new(StringComparer.OrdinalIgnoreCase)
    {
        ["path"] = "path", ["file"] = "path", ["label"] = "label", ["class"] = "label", ["speaker"] = "speaker",
        ["split"] = "split", ["take"] = "take",
    };

    /// <summary>The manifests of a folder that has one for each split; empty where it has not.</summary>
    public static string[] OfSplits(string folder) =>
        File.Exists(Path.Combine(folder, "train.csv"))
            ? [.. SplitFiles.Select(name => Path.Combine(folder, name)).Where(File.Exists)]
            : [];

    public static DatasetListing Read(string path, DatasetOptions options) => Read([path], options);

    public static DatasetListing Read(string[] paths, DatasetOptions options)
    {
        // Among several, a file's name says the split of its clips.
        List<DatasetEntry> entries = [.. paths.SelectMany(path => Rows(path,
            paths.Length == 1 ? null : SplitNames.Parse(Path.GetFileNameWithoutExtension(path))))];
        CheckTwice(entries);
        string folder = Folder(paths[0]);
        List<string> warnings = [];
        entries = DropMissing(entries, folder, Names(paths), options.AllowMissing, warnings);
        IReadOnlyList<DatasetEntry> named = options.Speaker is null && entries.TrueForAll(entry => entry.Speaker is not null)
            ? entries
            : SpeakerNames.Fill(entries, folder, options);
        return new DatasetListing(named, DatasetFolders.NoiseIn(folder)) { Warnings = warnings };
    }

    private static string Names(string[] paths) => paths.Length == 1
        ? $"{paths[0]} lists"
        : $"{string.Join(", ", paths.Select(Path.GetFileName))} of {Path.GetDirectoryName(paths[0])} list";

    private static string Folder(string manifest) => Path.GetDirectoryName(Path.GetFullPath(manifest))!;

    private static List<DatasetEntry> Rows(string path, Split? split)
    {
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            IgnoreBlankLines = false, TrimOptions = TrimOptions.Trim, DetectDelimiter = false,
        };
        try
        {
            using var reader = new StringReader(Text(path));
            using var parser = new CsvParser(reader, configuration);
            if (reader.Peek() < 0 || !parser.Read())
                throw new ModelException($"{path} is empty; its first line should be path,label,speaker,split.");
            string[] columns = Header(parser.Record!, path);
            var entries = new List<DatasetEntry>();
            while (parser.Read())
                entries.Add(Entry(parser.Record!, columns, path, parser.RawRow, split));
            return entries;
        }
        catch (CsvHelperException error)
        {
            throw new ModelException($"{path}, line {error.Context?.Parser?.RawRow}: the quotes do not match; put " +
                "cells with quotes or commas into quotes, and double the quotes in them.", error);
        }
    }

    private static string Text(string path)
    {
        if (!File.Exists(path))
            throw new ModelException($"There is no file {path}.");
        byte[] bytes = File.ReadAllBytes(path);
        try
        {
            // Blank lines at the end are harmless.
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\ufeff').TrimEnd();
        }
        catch (DecoderFallbackException error)
        {
            int line = 1 + bytes.AsSpan(0, Math.Max(0, error.Index)).Count((byte)'\n');
            throw new ModelException($"{path}, line {line}: the text is not UTF-8; save the file as UTF-8.", error);
        }
    }

    private static string[] Header(string[] cells, string path)
    {
        var columns = new string[cells.Length];
        for (int i = 0; i < cells.Length; i++)
        {
            if (!Columns.TryGetValue(cells[i], out string? column))
                throw new ModelException($"{path}, line 1: '{Shorten(cells[i])}' is no column of a manifest; the " +
                    "columns are path, label, speaker, split and take.");
            if (columns.Contains(column))
                throw new ModelException($"{path}, line 1: the column {column} is there twice; remove one.");
            columns[i] = column;
        }

        foreach (string needed in (string[])["path", "label"])
            if (!columns.Contains(needed))
                throw new ModelException($"{path}, line 1: there is no column {needed}; the first line should be " +
                    "path,label,speaker,split.");
        return columns;
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "...";

    private static DatasetEntry Entry(string[] cells, string[] columns, string path, int line, Split? split)
    {
        string where = $"{path}, line {line}";
        if (cells.All(string.IsNullOrWhiteSpace))
            throw new ModelException($"{where} is empty; remove it.");
        if (cells.Length != columns.Length)
            throw new ModelException($"{where} has {cells.Length} cells and the first line {columns.Length}; cells " +
                "with a comma have to stand in quotes.");
        string? Cell(string column)
        {
            int index = Array.IndexOf(columns, column);
            if (index < 0)
                return null;
            // NaN is what pandas writes for a cell without a value.
            return cells[index].Length > 0 && cells[index] != "NaN"
                ? cells[index]
                : throw new ModelException($"{where}: the column {column} has no value; fill it, or remove the line.");
        }

        string? named = Cell("split");
        return new DatasetEntry(Path.GetFullPath(Cell("path")!.Replace('\\', '/'), Folder(path)), Cell("label")!)
        {
            Speaker = Cell("speaker"),
            Take = Cell("take"),
            Split = named is null ? split : SplitNames.Parse(named)
                ?? throw new ModelException($"{where}: '{Shorten(named)}' is no split; write {SplitNames.All}."),
            Source = where,
        };
    }

    private static void CheckTwice(List<DatasetEntry> entries)
    {
        var first = new Dictionary<string, DatasetEntry>();
        foreach (DatasetEntry entry in entries)
            if (!first.TryAdd(entry.Path, entry))
                throw new ModelException($"{entry.Source}: {Path.GetFileName(entry.Path)} is listed already in " +
                    $"{first[entry.Path].Source}; remove one of the two.");
    }

    private static List<DatasetEntry> DropMissing(List<DatasetEntry> entries, string folder, string manifest, bool allowed,
        List<string> warnings)
    {
        ILookup<bool, DatasetEntry> there = entries.ToLookup(entry => File.Exists(entry.Path));
        string[] missing = [.. there[false].Select(entry => Path.GetRelativePath(folder, entry.Path).Replace('\\', '/'))];
        if (missing.Length == 0)
            return entries;
        string message = $"{missing.Length:N0} of the {entries.Count:N0} files that {manifest} are missing";
        if (!allowed)
            throw new ModelException($"{message}: {FileList.Of(missing)}; correct the paths, or give --allow-missing " +
                "to go on without them.");
        if (missing.Length == entries.Count)
            throw new ModelException($"None of the {entries.Count:N0} files that {manifest} is there; paths in a " +
                "manifest are relative to its folder.");
        warnings.Add($"{message} and left out.");
        return [.. there[true]];
    }
}
