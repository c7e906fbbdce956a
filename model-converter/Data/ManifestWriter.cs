using System.Globalization;
using CsvHelper;

namespace McuAi.ModelConverter.Data;

/// <summary>Writes manifests of clips and their speakers.</summary>
public static class ManifestWriter
{
    /// <summary>The text of a manifest; paths are relative to the folder that it will lie in.</summary>
    public static string Write(IEnumerable<(string Path, string Label, string Speaker)> clips)
    {
        using var text = new StringWriter { NewLine = "\n" };
        using var csv = new CsvWriter(text, CultureInfo.InvariantCulture);
        foreach ((string path, string label, string speaker) in clips.Prepend(("path", "label", "speaker")))
        {
            csv.WriteField(path.Replace('\\', '/'));
            csv.WriteField(label);
            csv.WriteField(speaker);
            csv.NextRecord();
        }

        csv.Flush();
        return text.ToString();
    }
}
