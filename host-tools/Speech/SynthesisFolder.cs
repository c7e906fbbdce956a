using System.Text;
using System.Text.Json;
using McuAi.HostTools.Models;
using McuAi.ModelConverter.Data;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Speech;

/// <summary>FOLDER/WORD/VOICE_NUMBER.wav with a manifest. Each file is written whole or not at all, so that what is
/// there can be kept when a run is taken up.</summary>
internal sealed class SynthesisFolder(SynthesisRequest request)
{
    private const string SettingsName = "synth.json";
    private const int HeaderBytes = 44;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private string ManifestPath => Path.Combine(request.Folder, "manifest.csv");

    private string SettingsPath => Path.Combine(request.Folder, SettingsName);

    /// <summary>Makes the folder this request's own; clips of other settings are not mixed with its clips.</summary>
    public void Claim()
    {
        // What unknown clips say depends on the words.
        string[] without = request.Unknown > 0 ? [.. request.Words.Order(StringComparer.Ordinal)] : [];
        string settings = JsonSerializer.Serialize(
            new { request.Language, request.Rate, request.Voices, request.People, request.Seed, UnknownWithout = without }, Indented) + "\n";
        if (File.Exists(SettingsPath))
        {
            if (File.ReadAllText(SettingsPath) != settings)
                throw new ModelException($"{SettingsPath} names other settings of language, rate, voices or seed, or " +
                    "other words beside --unknown, than this command; repeat those to go on, or write into another folder.");
            return;
        }

        if (File.Exists(ManifestPath))
            throw new ModelException($"{ManifestPath} is not of this command; write into another folder.");
        Directory.CreateDirectory(request.Folder);
        ModelFile.WriteAtomically(SettingsPath, Encoding.UTF8.GetBytes(settings));
    }

    public string PathOf(string word, int number, Voice voice) =>
        Path.Combine(request.Folder, word, $"{voice.Speaker}_{number:00000}.wav");

    public void Write(string path, float[] samples)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        ModelFile.WriteAtomically(path, WavWriter.Encode(samples, request.Rate));
    }

    /// <summary>Lists what the folder holds, of earlier runs too.</summary>
    public SynthesisResult WriteManifest(int made, int asked)
    {
        string[] files = DatasetFolders.WavFiles(request.Folder);
        var clips = files.Select(file => (Path.GetRelativePath(request.Folder, file),
            Path.GetFileName(Path.GetDirectoryName(file)!), Path.GetFileName(file).Split('_')[0])).ToArray();
        ModelFile.WriteAtomically(ManifestPath, Encoding.UTF8.GetBytes(ManifestWriter.Write(clips)));
        double[] seconds = [.. files.Select(file => (new FileInfo(file).Length - HeaderBytes) / 2.0 / request.Rate)];
        return new SynthesisResult(files.Length, made, asked - made, clips.Select(clip => clip.Item3).Distinct().Count(),
            seconds.Sum(), seconds.Count(length => length > 1), ManifestPath);
    }
}
