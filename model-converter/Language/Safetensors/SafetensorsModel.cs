using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>The tensors of a model folder: those of one file, or of the shards that model.safetensors.index.json lists.</summary>
internal sealed class SafetensorsModel : IDisposable
{
    public const string SingleFile = "model.safetensors", IndexFile = "model.safetensors.index.json";

    private const string ScaleSuffix = "_scale_inv";

    private readonly Dictionary<string, SafetensorsFile> _files = new(StringComparer.Ordinal);

    /// <summary>By tensor.</summary>
    private readonly Dictionary<string, SafetensorsFile> _places = new(StringComparer.Ordinal);
    private readonly string _folder;

    /// <param name="file">That has all tensors, or is one of the shards; null: the shards, or model.safetensors.</param>
    /// <param name="scaleBlock">Rows and columns of a matrix of FP8 that share one of its scales.</param>
    /// <exception cref="ModelException">A file is missing, damaged, or has not what the index says.</exception>
    public SafetensorsModel(string folder, string? file, (int Rows, int Columns) scaleBlock)
    {
        (_folder, ScaleBlock) = (folder, scaleBlock);
        try
        {
            string path = Path.Combine(folder, IndexFile);
            Dictionary<string, string>? shards = File.Exists(path) ? JsonSettings.Read(path).Texts("weight_map") : null;
            if (shards is not null && (file is null || shards.ContainsValue(file)))
                OpenShards(shards);
            else
                OpenSingle(file ?? SingleFile);
        }
        catch (ModelException)
        {
            Dispose();
            throw;
        }
    }

    private (int Rows, int Columns) ScaleBlock { get; }

    public bool Has(string name) => _places.ContainsKey(name);

    /// <param name="shape">That it must have.</param>
    /// <exception cref="ModelException">There is no such tensor, or of another shape.</exception>
    public float[] Read(string name, params ReadOnlySpan<int> shape)
    {
        SafetensorsFile file = _places.GetValueOrDefault(name) ??
            throw new ModelException($"{Place} has no tensor {name}; the download is incomplete, or config.json belongs to " +
                "another model.");
        SafetensorsTensor tensor = file.Tensors[name];
        bool same = tensor.Shape.Count == shape.Length;
        for (int i = 0; same && i < shape.Length; i++)
            same = tensor.Shape[i] == shape[i];
        if (!same)
            throw new ModelException($"{file.Path}: {name} has the shape [{string.Join(", ", tensor.Shape)}] and not " +
                $"[{string.Join(", ", shape.ToArray())}] as config.json has it; do the two belong together?");
        float[] values = file.Read(tensor);
        if (tensor.Type == nameof(SafetensorsType.F8_E4M3) && shape.Length == 2)
            Scale(values, name, shape[0], shape[1]);
        return values;
    }

    public void Dispose()
    {
        foreach (SafetensorsFile file in _files.Values)
            file.Dispose();
    }

    /// <summary>For messages: the file where there is one, else the folder.</summary>
    private string Place => _files.Count == 1 ? _files.Values.First().Path : _folder;

    private void OpenSingle(string name)
    {
        string path = Path.Combine(_folder, name);
        if (!File.Exists(path))
            throw new ModelException($"{_folder} has neither {name} nor {IndexFile}; download the model's safetensors " +
                "files into it.");
        SafetensorsFile file = _files[name] = new SafetensorsFile(path);
        foreach (string tensor in file.Tensors.Keys)
            _places.Add(tensor, file);
    }

    private void OpenShards(Dictionary<string, string> map)
    {
        string path = Path.Combine(_folder, IndexFile);
        foreach (string shard in map.Values.Distinct())
        {
            if (shard.Length == 0 || shard != Path.GetFileName(shard))
                throw new ModelException($"{path} names a shard '{shard}', which is no file's name; it is damaged, download it " +
                    "again.");
            if (!File.Exists(Path.Combine(_folder, shard)))
                throw new ModelException($"{shard} is missing in {_folder}, where {IndexFile} lists it; download it into there.");
            _files.Add(shard, new SafetensorsFile(Path.Combine(_folder, shard)));
        }

        foreach ((string name, string shard) in map)
        {
            if (!_files[shard].Tensors.ContainsKey(name))
                throw new ModelException($"{_files[shard].Path} has no tensor {name}, though {IndexFile} says so; download both " +
                    "again.");
            _places.Add(name, _files[shard]);
        }
    }

    /// <summary>Each block of a matrix of FP8 has a factor (DeepSeek-V3, 2024, section 3.3).</summary>
    private void Scale(float[] values, string name, int rows, int columns)
    {
        (int height, int width) = ScaleBlock;
        int across = (columns + width - 1) / width;
        float[] scales = Read(name + ScaleSuffix, (rows + height - 1) / height, across);
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
                values[((long)row * columns) + column] *= scales[(row / height * across) + (column / width)];
    }
}
