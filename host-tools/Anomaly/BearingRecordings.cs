using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using McuAi.ModelConverter.Anomaly;
using McuAi.ModelConverter.Data;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Anomaly;

/// <summary>A recording of a folder with an index.csv of file, fault and fs_hz.</summary>
/// <param name="Fault">"Normal", or the fault.</param>
/// <param name="File">Within the folder.</param>
public sealed record BearingRecording(SensorLog Log, string Fault, string File)
{
    public bool IsNormal => Fault.Equals("Normal", StringComparison.OrdinalIgnoreCase);
}

/// <summary>The recordings of the CWRU Bearing Data Center.</summary>
public static class BearingRecordings
{
    /// <summary>The index gives 12 kHz for the normal recording. Its spectrum says 48 kHz: taken as 12 kHz, the bearing's
    /// lines that the faulty recordings have at 147.7, 161.7 and 191.6 Hz are at a quarter of that, 36.9, 40.4 and 47.9 Hz,
    /// and so are those of the 60 Hz mains. A model would tell the rates apart, not the bearings.</summary>
    private const int NormalRate = 48_000, FaultRate = 12_000;

    /// <summary>All at 12 kHz.</summary>
    /// <param name="asIndexed">Leaves the normal recording as it is, to show what that does.</param>
    public static IReadOnlyList<BearingRecording> Read(string folder, bool asIndexed = false)
    {
        string index = Path.Combine(folder, "index.csv");
        if (!File.Exists(index))
            throw new ModelException($"{folder} has no index.csv with the columns file, fault and fs_hz.");
        using var reader = new StreamReader(index);
        using var csv = new CsvReader(reader, new CsvConfiguration(CultureInfo.InvariantCulture) { MissingFieldFound = null });
        var recordings = new List<BearingRecording>();
        if (!csv.Read() || !csv.ReadHeader())
            throw new ModelException($"{index} is empty; its first line should be file,rpm,load_hp,fault,...");
        while (csv.Read())
        {
            string where = $"{index}, line {csv.Parser.RawRow}";
            string file = csv.GetField("file") ?? throw new ModelException($"{where} has no file.");
            string fault = csv.GetField("fault") ?? throw new ModelException($"{where} has no fault.");
            string name = $"{fault} {csv.GetField("diameter_mil")}";
            SensorLog log = SensorLogReader.Read(Path.Combine(folder, file)) with { Name = name, Channels = ["acceleration"] };
            recordings.Add(At12Khz(new BearingRecording(log, fault, file), asIndexed));
        }

        return recordings.Exists(recording => recording.IsNormal)
            ? recordings
            : throw new ModelException($"{index} lists no recording whose fault is Normal.");
    }

    private static BearingRecording At12Khz(BearingRecording recording, bool asIndexed) => recording.IsNormal && !asIndexed
        ? recording with
        {
            Log = recording.Log with { Values = [Resampling.Resample(recording.Log.Values[0], NormalRate, FaultRate)] },
        }
        : recording;
}
