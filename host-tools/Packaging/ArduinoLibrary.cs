using System.Globalization;
using System.IO.Compression;
using System.Text;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Models;

namespace McuAi.HostTools.Packaging;

/// <summary>The core as a library of Arduino's format 1.5, in which everything is compiled that lies under src. Its kernels
/// are the portable ones: the format cannot choose a family.</summary>
public static class ArduinoLibrary
{
    private const string Root = "McuAi/";

    /// <summary>Folders of the core that are compiled; their headers come with them, and those of kernels.</summary>
    public static readonly IReadOnlyList<string> Folders =
        ["src", "operators", "kernels", "kernels/portable", "audio", "features", "language", "streaming"];

    private const int BytesOfLine = 24;

    /// <summary>The library as a .zip file.</summary>
    /// <param name="pack">What the example runs.</param>
    /// <param name="name">Of the pack, for a comment.</param>
    public static byte[] Zip(ProjectFolder project, BoardPack pack, string name)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(pack);
        ArgumentNullException.ThrowIfNull(name);
        string arduino = Path.Combine(project.Firmware, "arduino"), core = Path.Combine(project.Firmware, "core");
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (string file in Directory.EnumerateFiles(arduino, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                Add(zip, Path.GetRelativePath(arduino, file), file);
            foreach (string file in Directory.EnumerateFiles(Path.Combine(core, "include", "mcuai")).Order(StringComparer.Ordinal))
                Add(zip, "src/mcuai/" + Path.GetFileName(file), file);
            foreach (string folder in Folders)
                foreach (string file in Sources(Path.Combine(core, folder)))
                    Add(zip, $"src/core/{folder}/{Path.GetFileName(file)}", file);
            if (File.Exists(Path.Combine(project.Root, "LICENSE")))
                Add(zip, "LICENSE", Path.Combine(project.Root, "LICENSE"));
            using Stream header = zip.CreateEntry(Root + "examples/Inference/pack.h").Open();
            header.Write(Encoding.UTF8.GetBytes(Header(pack, name)));
        }

        return bytes.ToArray();
    }

    private static IEnumerable<string> Sources(string folder) => Directory.EnumerateFiles(folder)
        .Where(file => Path.GetExtension(file) is ".c" or ".h").Order(StringComparer.Ordinal);

    private static void Add(ZipArchive zip, string entry, string file) =>
        zip.CreateEntryFromFile(file, Root + entry.Replace('\\', '/'));

    private static string Header(BoardPack pack, string name)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"/* {name.Replace("*/", "", StringComparison.Ordinal)} */\n")
            .Append("#include <stdint.h>\n\n")
            .Append(CultureInfo.InvariantCulture, $"#define MCUAI_PACK_ARENA_BYTES {Math.Max(16, pack.Info.ArenaBytes)}\n\n")
            .Append("static const uint8_t mcuai_pack[] __attribute__((aligned(16))) = {\n");
        foreach (byte[] line in pack.Bytes.Chunk(BytesOfLine))
            text.Append("    ").AppendJoin(',', line).Append(",\n");
        return text.Append("};\n").ToString();
    }
}
