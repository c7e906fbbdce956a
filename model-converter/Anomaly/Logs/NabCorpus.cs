using System.Globalization;
using System.Text.Json;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Anomaly;

/// <summary>A series of the Numenta Anomaly Benchmark.</summary>
/// <param name="Windows">First and last row of each anomalous window.</param>
public sealed record NabFile(SensorLog Log, IReadOnlyList<(int First, int Last)> Windows);

/// <summary>The corpus of the Numenta Anomaly Benchmark: data/*/*.csv with the windows of labels/combined_windows.json.
/// </summary>
public static class NabCorpus
{
    /// <exception cref="ModelException">A series or its windows are missing or damaged.</exception>
    public static IReadOnlyList<NabFile> Read(string folder)
    {
        string labels = Path.Combine(folder, "labels", "combined_windows.json");
        if (!File.Exists(labels))
            throw new ModelException($"{folder} has no labels/combined_windows.json; give the folder of the benchmark.");
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(labels));
            return [.. document.RootElement.EnumerateObject().OrderBy(entry => entry.Name, StringComparer.Ordinal)
                .Select(entry => Series(Path.Combine(folder, "data", entry.Name), entry, labels))];
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            throw new ModelException($"{labels} is not what it should be, series with lists of two times: {error.Message}", error);
        }
    }

    private static NabFile Series(string path, JsonProperty entry, string labels)
    {
        SensorLog log = SensorLogReader.Read(path) with { Name = entry.Name };
        DateTime[] times = log.Times ?? throw new ModelException($"{path} has no column of times.");
        var windows = new List<(int, int)>();
        foreach (JsonElement window in entry.Value.EnumerateArray())
            windows.Add((Row(window[0]), Row(window[1])));
        bool[] marks = new bool[log.Rows];
        foreach ((int first, int last) in windows)
            marks.AsSpan(first, last - first + 1).Fill(true);
        return new NabFile(log with { Labels = marks }, windows);

        int Row(JsonElement time)
        {
            DateTime parsed = DateTime.Parse(time.GetString()!, CultureInfo.InvariantCulture,
                DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);
            int row = Array.IndexOf(times, parsed);
            return row >= 0 ? row : throw new ModelException($"{labels}: {entry.Name} has no row at {time.GetString()}.");
        }
    }
}
