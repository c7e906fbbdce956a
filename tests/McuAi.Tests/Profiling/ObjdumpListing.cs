using System.Globalization;
using System.Text.RegularExpressions;
using McuAi.HostTools.Profiling;

namespace McuAi.Tests.Profiling;

/// <summary>One line of a disassembly by GNU objdump, which knows nothing of the project's decoder.</summary>
/// <param name="Address">Address of the instruction.</param>
/// <param name="Opcode">Bytes in memory order.</param>
/// <param name="Mnemonic">Without width and type suffixes (.n, .w, .f32).</param>
/// <param name="Type">The first suffix that is no width: "f32", "64".</param>
/// <param name="Operands">The rest of the line.</param>
internal sealed partial record ObjdumpLine(ulong Address, byte[] Opcode, string Mnemonic, string Type, string Operands)
{
    /// <summary>Where a direct jump leads, as objdump prints it.</summary>
    public ulong? Target => TargetPattern().Match(Operands) is { Success: true } m
        ? ulong.Parse(m.Groups[1].Value, NumberStyles.AllowHexSpecifier) : null;

    /// <summary>Registers between braces, ranges counted out.</summary>
    public int ListLength
    {
        get
        {
            Match braces = BracesPattern().Match(Operands);
            return braces.Success ? braces.Groups[1].Value.Split(',').Sum(RangeLength) : 0;
        }
    }

    public static IEnumerable<ObjdumpLine> Parse(string listing, InstructionSet set) => listing.Split('\n')
        .Select(l => LinePattern().Match(l)).Where(m => m.Success && m.Groups[3].Value[0] != '.')
        .Select(m => Parse(m, set));

    private static ObjdumpLine Parse(Match match, InstructionSet set)
    {
        string hex = match.Groups[2].Value.Trim();
        // Arm's listing has halfwords, RISC-V's the whole opcode as one number.
        byte[] opcode = hex.Split(' ').SelectMany(part => Convert.FromHexString(part).Reverse()).ToArray();
        string[] name = match.Groups[3].Value.Split('.');
        string type = name.Skip(1).FirstOrDefault(s => s is not ("n" or "w")) ?? "";
        string mnemonic = set == InstructionSet.Thumb ? name[0] : match.Groups[3].Value;
        return new(ulong.Parse(match.Groups[1].Value, NumberStyles.AllowHexSpecifier), opcode, mnemonic, type,
            match.Groups[4].Value);
    }

    private static int RangeLength(string range)
    {
        string[] ends = range.Trim().Split('-');
        return ends.Length == 1 ? 1 : int.Parse(ends[1][1..]) - int.Parse(ends[0][1..]) + 1;
    }

    [GeneratedRegex(@"^ *([0-9a-f]+):\t([0-9a-f]{4,8}(?: [0-9a-f]{4})?) *\t(\S+)(?:\t(.*))?$")]
    private static partial Regex LinePattern();

    [GeneratedRegex(@"(?:^|[ ,])([0-9a-f]+) <")]
    private static partial Regex TargetPattern();

    [GeneratedRegex(@"\{(.*)\}")]
    private static partial Regex BracesPattern();
}
