using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using McuAi.HostTools.Native;

namespace McuAi.Tests.Language;

/// <summary>A checkpoint of 100 M weights becomes a pack layer by layer, in the memory of a small computer.</summary>
[TestClass]
public sealed class LargeConversionTests
{
    private const int Width = 512, Hidden = 1376, Layers = 27, Vocabulary = 32_000, MostMegabytes = 600;

    [TestMethod]
    public async Task OneHundredMillionWeightsTakeLittleMemory()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mcuai-large-");
        try
        {
            long weights = Write(folder.FullName);
            Assert.IsGreaterThan(100_000_000, weights);
            string pack = Path.Combine(folder.FullName, "large.tsk");
            using Process process = Convert(folder.FullName, pack);
            var clock = Stopwatch.StartNew();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            double most = 0;
            while (!process.WaitForExit(20))
                most = Math.Max(most, PeakMegabytes(process.Id) ?? most);
            Assert.AreEqual(0, process.ExitCode, await errors);
            Console.WriteLine($"{weights:N0} weights in {clock.Elapsed.TotalSeconds:F1} s and {most:N0} MB");
            Assert.IsGreaterThan(30, most);
            Assert.IsLessThanOrEqualTo(MostMegabytes, most);
            long bytes = new FileInfo(pack).Length;
            Assert.IsGreaterThan(weights / 2, bytes);
            Assert.IsLessThan(weights * 5 / 8, bytes);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Process Convert(string folder, string pack)
    {
        string tool = Path.Combine(AppContext.BaseDirectory, "mcuai.dll");
        var start = new ProcessStartInfo("dotnet", ["exec", tool, "convert", folder, "--tokenizer",
            SharedData.Path("language/stories260k/tok512.bin"), "--weights", "int4", "-o", pack])
        {
            RedirectStandardError = true,
        };
        start.Environment.Remove(HostLibraryBuilder.SanitizeVariable);
        return Process.Start(start)!;
    }

    /// <summary>What a process has held of memory at most; null after its end.</summary>
    private static double? PeakMegabytes(int id)
    {
        try
        {
            string line = File.ReadLines($"/proc/{id}/status").First(each => each.StartsWith("VmHWM:", StringComparison.Ordinal));
            return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Writes a Llama model with random weights in float16, of which each matrix is a part of one long row; gives the number of
    /// its weights.</summary>
    private static long Write(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(new
        {
            architectures = (string[])["LlamaForCausalLM"], hidden_size = Width, intermediate_size = Hidden, num_hidden_layers = Layers,
            num_attention_heads = 8, num_key_value_heads = 8, vocab_size = Vocabulary, max_position_embeddings = 512,
            rms_norm_eps = 1e-5, rope_theta = 10_000.0, hidden_act = "silu", tie_word_embeddings = true,
        }));
        List<(string Name, int[] Shape)> tensors = [("model.embed_tokens.weight", [Vocabulary, Width]), ("model.norm.weight", [Width])];
        for (int layer = 0; layer < Layers; layer++)
        {
            string name = $"model.layers.{layer}.";
            tensors.AddRange([($"{name}input_layernorm.weight", [Width]), ($"{name}post_attention_layernorm.weight", [Width]),
                .. "qkvo".Select(part => ($"{name}self_attn.{part}_proj.weight", (int[])[Width, Width])),
                ($"{name}mlp.gate_proj.weight", [Hidden, Width]), ($"{name}mlp.up_proj.weight", [Hidden, Width]),
                ($"{name}mlp.down_proj.weight", [Width, Hidden])]);
        }

        var header = new Dictionary<string, object>();
        long at = 0;
        foreach ((string name, int[] shape) in tensors)
        {
            long bytes = 2 * shape.Aggregate(1L, (a, b) => a * b);
            header.Add(name, new { dtype = "F16", shape, data_offsets = (long[])[at, at + bytes] });
            at += bytes;
        }

        using FileStream file = File.Create(Path.Combine(folder, "model.safetensors"));
        byte[] json = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(header));
        file.Write(BitConverter.GetBytes((ulong)json.Length));
        file.Write(json);
        var random = new Random(1);
        Half[] row = [.. Enumerable.Range(0, 999_983).Select(_ => (Half)((random.NextDouble() + random.NextDouble() - 1) * 0.1))];
        ReadOnlySpan<byte> part = MemoryMarshal.AsBytes<Half>(row);
        for (long left = at; left > 0; left -= part.Length)
            file.Write(part[..(int)Math.Min(left, part.Length)]);
        return at / 2;
    }
}
