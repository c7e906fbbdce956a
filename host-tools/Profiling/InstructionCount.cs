using System.Buffers.Binary;
using System.Globalization;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Profiling;

/// <summary>How often one instruction of the guest was executed.</summary>
/// <param name="Address">The guest's virtual address.</param>
/// <param name="Opcode">2 or 4 bytes, the first byte in memory in the lowest bits.</param>
/// <param name="Size">Bytes of the opcode.</param>
/// <param name="Count">Executions.</param>
public readonly record struct InstructionCount(ulong Address, uint Opcode, int Size, long Count);

/// <summary>What the plugin wrote: counts, and how many times its window was opened.</summary>
/// <param name="Counts">One entry per executed instruction, in any order.</param>
/// <param name="Windows">Openings of the counting window; 0 where the whole run was counted.</param>
public sealed record InstructionCountFile(IReadOnlyList<InstructionCount> Counts, long Windows)
{
    private const string Header = "mcuai-instruction-counts";

    /// <summary>Reads the plugin's file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="set">
    /// Tells an opcode's length: before an instruction that crosses a page, QEMU hands out the bytes of both.
    /// </param>
    /// <exception cref="ModelException">The file is missing or not what the plugin writes.</exception>
    public static InstructionCountFile Read(string path, InstructionSet set)
    {
        if (!File.Exists(path))
            throw new ModelException("QEMU ended without writing instruction counts: see its messages above.");
        string[] lines = File.ReadAllLines(path);
        string[] header = lines.Length > 0 ? lines[0].Split(' ') : [];
        if (header.Length != 3 || header[0] != Header || header[1] != "1"
            || !long.TryParse(header[2], out long windows))
        {
            throw new ModelException($"{path} is not a file of instruction counts of version 1.");
        }
        List<InstructionCount> counts = lines.Skip(1).Select(l => ParseLine(l, set))
            .GroupBy(c => c with { Count = 0 })
            .Select(g => g.Key with { Count = g.Sum(c => c.Count) })
            .ToList();
        return new(counts, windows);
    }

    private static InstructionCount ParseLine(string line, InstructionSet set)
    {
        string[] fields = line.Split(' ');
        if (fields.Length != 3 || fields[1].Length is < 4 or > 16 || fields[1].Length % 4 != 0
            || !ulong.TryParse(fields[0], NumberStyles.AllowHexSpecifier, null, out ulong address)
            || !ulong.TryParse(fields[1], NumberStyles.AllowHexSpecifier, null, out ulong bytes)
            || !long.TryParse(fields[2], NumberStyles.None, null, out long count))
        {
            throw new ModelException($"the file of instruction counts holds a line that cannot be read: {line}");
        }
        ulong inMemoryOrder = BinaryPrimitives.ReverseEndianness(bytes) >> 64 - 4 * fields[1].Length;
        int size = Math.Min(fields[1].Length / 2, InstructionDecoder.SizeOf(set, (uint)inMemoryOrder & 0xFFFF));
        return new(address, (uint)(inMemoryOrder & (1UL << 8 * size) - 1), size, count);
    }
}
