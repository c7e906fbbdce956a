using System.Globalization;
using McuAi.ModelConverter.Anomaly;
using McuAi.ModelConverter.Data;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Commands;

/// <summary>A log on the command line: PATH, or PATH@HZ where it was recorded at another rate than the detector's.</summary>
internal static class LogArgument
{
    /// <summary>Resampled to <paramref name="rate"/> where the argument names another.</summary>
    public static SensorLog Read(string argument, SensorLogOptions options, double rate)
    {
        int at = argument.LastIndexOf('@');
        int from = 0;
        bool named = at > 0 && int.TryParse(argument[(at + 1)..], CultureInfo.InvariantCulture, out from) && from > 0;
        SensorLog log = SensorLogReader.Read(named ? argument[..at] : argument, options);
        if (!named || from == rate)
            return log;
        if (log.Labels is not null || rate != Math.Round(rate))
            throw new ModelException($"{argument}: a log with labels or to a broken rate cannot be resampled; do it beforehand.");
        return log with
        {
            Values = [.. log.Values.Select(channel => Resampling.Resample(channel, from, (int)rate))], Times = null,
        };
    }

    /// <summary>Part of a log, FROM:TO as shares of its rows.</summary>
    public static SensorLog Part(SensorLog log, string? part)
    {
        if (part is null)
            return log;
        string[] ends = part.Split(':');
        if (ends.Length == 2 && double.TryParse(ends[0], CultureInfo.InvariantCulture, out double from) &&
            double.TryParse(ends[1], CultureInfo.InvariantCulture, out double to) && from >= 0 && to <= 1 && from < to)
            return log.Slice((int)(from * log.Rows), (int)(to * log.Rows));
        throw new ModelException($"--part {part} is not FROM:TO with shares of the rows; for the first 70 % write 0:0.7.");
    }
}
