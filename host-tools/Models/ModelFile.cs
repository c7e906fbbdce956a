using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Import.Onnx;
using McuAi.ModelConverter.Import.Tflite;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Models;

/// <summary>A model file of any kind, chosen by its ending.</summary>
public static class ModelFile
{
    /// <summary>Bytes of a file that is read.</summary>
    public const long LargestFile = 1L << 30;

    /// <summary>Reads a .tflite or .onnx file.</summary>
    public static ModelGraph ReadGraph(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        ModelGraph graph = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".tflite" => TfliteImporter.Import(ReadBytes(path), name),
            ".onnx" => OnnxImporter.Import(ReadBytes(path), name),
            ".tsk" => throw new ModelException($"{path} is a pack already; give the model that it was made from."),
            var ending => throw new ModelException(
                $"{path}: '{ending}' is no model format that this tool reads; it reads .tflite and .onnx."),
        };
        graph.Metadata["source"] = Path.GetFileName(path);
        return graph;
    }

    /// <summary>Reads a .tsk file.</summary>
    public static PackModel ReadPack(string path)
    {
        try
        {
            return PackReader.Read(ReadBytes(path));
        }
        catch (ModelException error)
        {
            throw new ModelException($"{path}: {error.Message}", error);
        }
    }

    /// <summary>The pack of a .tsk file, or of a quantized model that is converted on the way.</summary>
    public static PackModel ReadPackOrModel(string path) => Path.GetExtension(path).Equals(".tsk", StringComparison.OrdinalIgnoreCase)
        ? ReadPack(path)
        : GraphLowering.Lower(ReadGraph(path), KernelFamilies.Named("portable"));

    public static byte[] ReadBytes(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new ModelException($"There is no file {path}.");
        if (file.Length > LargestFile)
            throw new ModelException($"{path} has {file.Length} bytes; this tool reads files of up to {LargestFile}.");
        return File.ReadAllBytes(path);
    }

    /// <summary>A text in UTF-8, without the mark of byte order that some editors put before it.</summary>
    public static string ReadText(string path)
    {
        string text = System.Text.Encoding.UTF8.GetString(ReadBytes(path));
        return text.StartsWith('\uFEFF') ? text[1..] : text;
    }

    /// <summary>Writes a file whole or not at all.</summary>
    public static void WriteAtomically(string path, ReadOnlySpan<byte> data)
    {
        string unfinished = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using (FileStream stream = File.Create(unfinished))
            {
                stream.Write(data);
                stream.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }
}
