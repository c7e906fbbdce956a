using System.Globalization;
using System.Text.RegularExpressions;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;

namespace McuAi.Tests.Core;

/// <summary>What an object file says about itself, through the board's nm and objdump.</summary>
internal sealed partial class ObjectListing
{
    private readonly string disassembly;

    private ObjectListing(string disassembly, string symbols)
    {
        this.disassembly = disassembly;
        Undefined = [.. Lines(symbols).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields is ["U" or "w", _]).Select(fields => fields[1])];
    }

    /// <summary>Symbols that the object takes from elsewhere.</summary>
    public IReadOnlyList<string> Undefined { get; }

    public static async Task<ObjectListing> ReadAsync(Board board, string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        string disassembly = await ToolProcess.RunAsync(board.Compiler.Prefix + "objdump", ["-dr", "--no-show-raw-insn", path],
            folder, board.Compiler.Packages, CancellationToken.None);
        string symbols = await ToolProcess.RunAsync(board.Compiler.Prefix + "nm", [path], folder, board.Compiler.Packages,
            CancellationToken.None);
        return new ObjectListing(disassembly, symbols);
    }

    /// <summary>Instructions that compute with or convert floating-point numbers. Moves, loads and stores of vector
    /// registers carry integers as well, as MVE code does.</summary>
    public IEnumerable<string> FloatingPoint() => Lines(disassembly).Where(line => FloatingPointPattern().IsMatch(line));

    /// <summary>Calls and jumps to other functions, by name; a function's own labels are left out. Where a relocation
    /// follows an instruction, it names the target, and what the instruction itself shows means nothing.</summary>
    public IEnumerable<(string From, string To)> Calls()
    {
        string function = "";
        string[] lines = Lines(disassembly);
        for (int i = 0; i < lines.Length; i++)
        {
            bool relocated = i + 1 < lines.Length && lines[i + 1].Contains(": R_", StringComparison.Ordinal);
            if (FunctionPattern().Match(lines[i]) is { Success: true } start)
                function = start.Groups[1].Value;
            else if (RelocationPattern().Match(lines[i]) is { Success: true } relocation)
                yield return (function, relocation.Groups[1].Value);
            else if (!relocated && BranchPattern().Match(lines[i]) is { Success: true } branch &&
                (IsCall(lines[i]) || branch.Groups[1].Value != function))
                yield return (function, branch.Groups[1].Value);
        }
    }

    private static bool IsCall(string line) => CallPattern().IsMatch(line);

    private static string[] Lines(string text) => text.Split('\n');

    /// <summary>A label that begins with a dot is one within a function.</summary>
    [GeneratedRegex(@"^[0-9a-f]+ <(\w[\w.$]*)>:")]
    private static partial Regex FunctionPattern();

    /// <summary>Of calls and tail jumps: their targets' addresses are filled in by the linker.</summary>
    [GeneratedRegex(@"R_(?:ARM_THM_CALL|ARM_THM_JUMP\d+|ARM_CALL|ARM_JUMP24|RISCV_CALL(?:_PLT)?|RISCV_JAL)\s+([\w.$]+)")]
    private static partial Regex RelocationPattern();

    [GeneratedRegex(@"\t(?:bl?x?|b[a-z]{0,2}(?:\.[nw])?|jal|j|call|tail)\s+(?:\w+,\s*)?[0-9a-f]+ <(\w[\w.$]*)>")]
    private static partial Regex BranchPattern();

    [GeneratedRegex(@"\t(?:bl|blx|jal|call)\s")]
    private static partial Regex CallPattern();

    [GeneratedRegex(@"\t(?:v\w+\.(?:[\w]+\.)?f(?:16|32|64)|vcvt\w*|f(?:add|sub|mul|div|sqrt|m?add|n?msub|cvt|mv|lw|sw|ld|sd|eq|lt|le|min|max|sgnj)\w*\.\w|fl[wd]|fs[wd])\b")]
    private static partial Regex FloatingPointPattern();
}
