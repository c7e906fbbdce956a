namespace McuAi.ModelConverter.Data;

/// <summary>What folders of a data set mean by their names.</summary>
public static class DatasetFolders
{
    private static readonly string[] NoiseNames = ["_noise_", "noise", "_background_noise_", "background_noise"];

    /// <summary>Whether a folder of this name holds background noise, and is no word.</summary>
    public static bool IsNoise(string folder) => NoiseNames.Contains(Path.GetFileName(folder).ToLowerInvariant());

    /// <summary>WAV files anywhere below a folder, in an order that does not depend on the file system.</summary>
    public static string[] WavFiles(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file).Equals(".wav", StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>WAV files of the noise folders in a folder.</summary>
    public static string[] NoiseIn(string folder) =>
        [.. Directory.GetDirectories(folder).Where(IsNoise).Order(StringComparer.Ordinal).SelectMany(WavFiles)];
}
