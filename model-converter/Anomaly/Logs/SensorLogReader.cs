using System.Runtime.InteropServices;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Anomaly;

/// <summary>Reads recordings of sensors.</summary>
public static class SensorLogReader
{
    private const long LargestFile = 1L << 30;

    /// <summary>A .csv file, or raw little-endian float32 in any other.</summary>
    /// <exception cref="ModelException">It is no such file; the message names the line.</exception>
    public static SensorLog Read(string path, SensorLogOptions? options = null)
    {
        options ??= new SensorLogOptions();
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new ModelException($"There is no file {path}.");
        if (file.Length > LargestFile)
            throw new ModelException($"{path} has {file.Length:N0} bytes; logs of up to {LargestFile:N0} are read: cut it.");
        return Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase)
            ? CsvLog.Read(path, options)
            : Raw(path, options.RawChannels);
    }

    private static SensorLog Raw(string path, int channels)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (channels < 1 || bytes.Length == 0 || bytes.Length % (4 * channels) != 0)
            throw new ModelException($"{path} has {bytes.Length} bytes, which is no whole number of rows of {channels} " +
                "float32; .csv files end in .csv.");
        ReadOnlySpan<float> samples = MemoryMarshal.Cast<byte, float>(bytes);
        var values = new float[channels][];
        for (int channel = 0; channel < channels; channel++)
        {
            values[channel] = new float[samples.Length / channels];
            for (int row = 0; row < values[channel].Length; row++)
            {
                float value = samples[(row * channels) + channel];
                values[channel][row] = float.IsFinite(value)
                    ? value
                    : throw new ModelException($"{path}: sample {(row * channels) + channel} is not finite; mend the recording.");
            }
        }

        return new SensorLog(Path.GetFileName(path), [.. Enumerable.Range(0, channels).Select(i => $"channel {i}")], values);
    }
}
