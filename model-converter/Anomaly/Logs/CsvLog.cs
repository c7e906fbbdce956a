using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Anomaly;

/// <summary>A log as a table: an optional header, an optional column of times, a number of each sensor a line.</summary>
internal static class CsvLog
{
    public static SensorLog Read(string path, SensorLogOptions options)
    {
        try
        {
            using var reader = new StreamReader(path);
            using var parser = new CsvParser(reader, new CsvConfiguration(CultureInfo.InvariantCulture)
            {
                Delimiter = Delimiter(path), IgnoreBlankLines = true, TrimOptions = TrimOptions.Trim, BadDataFound = null,
            });
            if (!parser.Read())
                throw new ModelException($"{path} is empty; give a log with one row of numbers a line.");
            string[] first = parser.Record!;
            bool header = Array.Exists(first, cell => !LogCell.IsNumber(cell) && !LogCell.IsTime(cell) && !LogCell.IsMissing(cell));
            if (header && !parser.Read())
                throw new ModelException($"{path} holds nothing but a header.");
            var columns = new LogColumns(header ? first : null, parser.Record!, options, path);
            do
                columns.Add(parser.Record!, parser.RawRow);
            while (parser.Read());
            return columns.Log();
        }
        catch (CsvHelperException error)
        {
            throw new ModelException($"{path}, line {error.Context?.Parser?.RawRow}: the quotes do not match; remove them.",
                error);
        }
    }

    /// <summary>The separator that the first line has most of.</summary>
    private static string Delimiter(string path)
    {
        string line = File.ReadLines(path).FirstOrDefault(line => line.Length > 0) ?? "";
        return ((string[])[",", ";", "\t"]).MaxBy(separator => line.Count(letter => letter == separator[0]))!;
    }
}
