using System.Globalization;
using System.Text.RegularExpressions;
using McuAi.HostTools.Boards;

namespace McuAi.HostTools.Emulation;

/// <summary>What GNU ld's map file tells: sizes of output sections, the files that they came from, and symbols that
/// the linker script assigned.</summary>
internal sealed partial class LinkMap
{
    // Output sections stand at the beginning of a line, input sections behind a space, name and figures on two lines
    // where the name is long.
    [GeneratedRegex(@"^( ?)(\.[^\s]+|COMMON)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)(?:[ \t]+(\S.*))?$",
        RegexOptions.Multiline)]
    private static partial Regex SectionPattern();

    [GeneratedRegex(@"^\s+0x([0-9a-f]+)\s+(\w+) = ", RegexOptions.Multiline)]
    private static partial Regex SymbolPattern();

    private readonly Dictionary<string, long> outputs = [];
    private readonly Dictionary<string, long> symbols = [];
    private readonly List<(string Output, long Bytes, string File)> inputs = [];

    public LinkMap(string text)
    {
        // Sections that were discarded are listed before this heading.
        const string heading = "Linker script and memory map";
        var begin = text.IndexOf(heading, StringComparison.Ordinal);
        if (begin < 0)
        {
            throw new BoardException("The linker's map has no section list: is this GNU ld?");
        }
        text = text[begin..].Replace("\r", "", StringComparison.Ordinal);
        var output = "";
        foreach (Match m in SectionPattern().Matches(text))
        {
            var bytes = Hex(m.Groups[4].Value);
            if (m.Groups[1].Length == 0)
            {
                output = m.Groups[2].Value;
                outputs[output] = bytes;
            }
            else
            {
                inputs.Add((output, bytes, m.Groups[5].Value));
            }
        }
        foreach (Match m in SymbolPattern().Matches(text))
        {
            symbols[m.Groups[2].Value] = Hex(m.Groups[1].Value);
        }
    }

    /// <summary>Size of an output section, padding included; 0 if there is none.</summary>
    public long Size(string output) => outputs.GetValueOrDefault(output);

    /// <summary>Bytes that the files chosen contribute to an output section.</summary>
    public long Size(string output, Func<string, bool> file) =>
        inputs.Where(i => i.Output == output && file(i.File)).Sum(i => i.Bytes);

    public long Symbol(string name) => symbols.TryGetValue(name, out var address)
        ? address
        : throw new BoardException($"The linker script does not define {name}.");

    private static long Hex(string digits) => long.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
