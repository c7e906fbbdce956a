using System.Text;
using McuAi.ModelConverter.Data;
using McuAi.ModelConverter.Graph;

namespace McuAi.Tests.Data;

/// <summary>Data sets of tones in a folder of their own; no two tones are the same.</summary>
internal sealed class DatasetFiles : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mcuai-data-");
    private int tones;

    public string Root => folder.FullName;

    public string this[string file] => Path.Combine(Root, file);

    public DatasetFiles Clip(string file) => Write(file, WavBytes.Of(NextTone()));

    public DatasetFiles Clips(params string[] files)
    {
        foreach (string file in files)
            Clip(file);
        return this;
    }

    public DatasetFiles Write(string file, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[file])!);
        File.WriteAllBytes(this[file], bytes);
        return this;
    }

    public DatasetFiles Write(string file, string text) => Write(file, Encoding.UTF8.GetBytes(text));

    public float[] NextTone() => WavBytes.Tone(200 + 7 * tones++, 8000, 0.2);

    public SpeechDataset Load(string path = "", DatasetOptions? options = null) =>
        SpeechDataset.Load(path.Length == 0 ? Root : this[path], options ?? new DatasetOptions());

    /// <summary>Fails the test unless loading is refused with a sentence that holds the words.</summary>
    public void Refuses(string path, DatasetOptions? options, params string[] words)
    {
        string message = Assert.ThrowsExactly<ModelException>(() => Load(path, options)).Message;
        Assert.EndsWith(".", message);
        Assert.DoesNotContain("\n", message);
        foreach (string word in words)
            Assert.Contains(word, message);
    }

    public void Dispose() => folder.Delete(recursive: true);
}
