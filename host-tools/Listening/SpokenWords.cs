using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Listening;

/// <summary>A word that is spoken in a recording.</summary>
/// <param name="Time">Middle of the word, in seconds.</param>
public readonly record struct SpokenWord(double Time, string Label);

/// <summary>What is spoken in a recording, as a table: time,label.</summary>
public static class SpokenWords
{
    public static IReadOnlyList<SpokenWord> Read(string path)
    {
        if (!File.Exists(path))
            throw new ModelException($"There is no file {path}.");
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture) { TrimOptions = TrimOptions.Trim };
        try
        {
            using var parser = new CsvParser(new StreamReader(path), configuration);
            if (!parser.Read())
                throw new ModelException($"{path} is empty; its first line should be time,label.");
            string[] header = [.. parser.Record!.Select(cell => cell.ToLowerInvariant())];
            (int time, int label) = (Array.IndexOf(header, "time"), Array.IndexOf(header, "label"));
            if (time < 0 || label < 0)
                throw new ModelException($"{path} begins with {string.Join(',', header)}; its first line should be time,label.");
            var words = new List<SpokenWord>();
            while (parser.Read())
                words.Add(Word(parser.Record!, time, label, $"{path}, line {parser.RawRow}"));
            return [.. words.OrderBy(word => word.Time)];
        }
        catch (CsvHelperException error)
        {
            throw new ModelException($"{path}, line {error.Context?.Parser?.RawRow}: the quotes do not match; double the " +
                "quotes inside of cells.", error);
        }
    }

    private static SpokenWord Word(string[] cells, int time, int label, string place) =>
        cells.Length > Math.Max(time, label) && cells[label].Length > 0
            && double.TryParse(cells[time], NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
            && double.IsFinite(seconds) && seconds >= 0
            ? new SpokenWord(seconds, cells[label])
            : throw new ModelException($"{place}: '{string.Join(',', cells)}' is no time in seconds and label; write one " +
                "word a line, as 12.5,yes.");
}
