using System.Text.RegularExpressions;
using McuAi.HostTools.Profiling;
using static McuAi.HostTools.Profiling.InstructionClass;

namespace McuAi.Tests.Profiling;

/// <summary>Classes by Arm's mnemonics, written down independently of the opcodes.</summary>
internal static partial class ThumbNames
{
    private static readonly Dictionary<string, InstructionClass> Exact = new()
    {
        ["mul"] = Multiply, ["mla"] = MultiplyAccumulate, ["mls"] = MultiplyAccumulate,
        ["umull"] = MultiplyLong, ["smull"] = MultiplyLong, ["umlal"] = MultiplyLong, ["smlal"] = MultiplyLong,
        ["umaal"] = MultiplyLong, ["smlald"] = MultiplyLong, ["smlsld"] = MultiplyLong, ["smlalbb"] = MultiplyLong,
        ["sdiv"] = Divide, ["udiv"] = Divide,
        ["ldmia"] = LoadMultiple, ["ldm"] = LoadMultiple, ["ldmdb"] = LoadMultiple, ["pop"] = LoadMultiple, ["ldrd"] = LoadMultiple,
        ["stmia"] = StoreMultiple, ["stm"] = StoreMultiple, ["stmdb"] = StoreMultiple, ["push"] = StoreMultiple, ["strd"] = StoreMultiple,
        ["bl"] = Call, ["blx"] = Call, ["bx"] = IndirectBranch, ["b"] = Branch, ["cbz"] = ConditionalBranch,
        ["cbnz"] = ConditionalBranch, ["tbb"] = TableBranch, ["tbh"] = TableBranch,
        ["vldr"] = FloatLoad, ["vstr"] = FloatStore, ["vldmia"] = FloatLoadMultiple, ["vpop"] = FloatLoadMultiple,
        ["vstmia"] = FloatStoreMultiple, ["vpush"] = FloatStoreMultiple, ["vstmdb"] = FloatStoreMultiple, ["vldmdb"] = FloatLoadMultiple,
        ["vdiv"] = FloatDivide, ["vsqrt"] = FloatDivide, ["vmrs"] = InstructionClass.System, ["vmsr"] = InstructionClass.System,
        ["vmla"] = FloatMultiplyAccumulate, ["vmls"] = FloatMultiplyAccumulate, ["vfma"] = FloatMultiplyAccumulate,
        ["vfms"] = FloatMultiplyAccumulate, ["vnmla"] = FloatMultiplyAccumulate, ["vnmls"] = FloatMultiplyAccumulate,
        ["vfnma"] = FloatMultiplyAccumulate, ["vfnms"] = FloatMultiplyAccumulate,
        ["pld"] = InstructionClass.System, ["nop"] = InstructionClass.System, ["bkpt"] = InstructionClass.System,
        ["svc"] = InstructionClass.System, ["udf"] = InstructionClass.System, ["dmb"] = InstructionClass.System,
        ["dsb"] = InstructionClass.System, ["isb"] = InstructionClass.System, ["mrs"] = InstructionClass.System,
        ["msr"] = InstructionClass.System, ["cpsid"] = InstructionClass.System, ["cpsie"] = InstructionClass.System,
        ["wfi"] = InstructionClass.System, ["sxtb16"] = Dsp, ["uxtb16"] = Dsp,
    };

    public static InstructionClass? ClassOf(ObjdumpLine line)
    {
        InstructionClass? known = ByName(line.Mnemonic, line) ?? WithoutCondition(line);
        bool writesPc = known == Alu && Regex.IsMatch(line.Operands, @"^pc,");
        return writesPc ? IndirectBranch : known;
    }

    private static InstructionClass? WithoutCondition(ObjdumpLine line)
    {
        Match m = ConditionPattern().Match(line.Mnemonic);
        if (!m.Success) return null;
        string bare = m.Groups[1].Value;
        // Two letters behind "b" alone are a conditional branch; other instructions are in an IT block.
        return bare == "b" && line.Opcode.Length > 0 && !IsUnconditionalEncoding(line) ? ConditionalBranch : ByName(bare, line);
    }

    private static bool IsUnconditionalEncoding(ObjdumpLine line) => line.Opcode.Length == 2
        ? line.Opcode[1] >> 3 == 0x1C
        : (line.Opcode[3] & 0xD0) == 0x90;

    private static InstructionClass? ByName(string name, ObjdumpLine line)
    {
        if (name == "muls") return Multiply;
        if (name == "nop" && line.Operands.Contains("mov r8, r8", StringComparison.Ordinal)) return Alu; // Armv6-M
        if (Exact.TryGetValue(name, out InstructionClass known)) return known;
        if (name is "vmov" && line.Type is "32" or "8" or "16" or "u8" or "s8" or "u16" or "s16") return VectorMove;
        if (name is "vmov" && line.Type == "" && Regex.IsMatch(line.Operands, "^d|, d")) return Float;
        if (FloatPattern().IsMatch(name)) return Float;
        if (LoadPattern().IsMatch(name)) return Load;
        if (StorePattern().IsMatch(name)) return Store;
        if (ItPattern().IsMatch(name)) return Predication;
        if (MacPattern().IsMatch(name)) return MultiplyAccumulate;
        if (DspPattern().IsMatch(name)) return Dsp;
        return AluPattern().IsMatch(name) ? Alu : null;
    }

    [GeneratedRegex("^(.+?)(?:eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)$")]
    private static partial Regex ConditionPattern();

    [GeneratedRegex("^v(?:add|sub|mul|nmul|neg|abs|cmpe?|cvt[bt]?|mov|seleq|selge|selgt|selvs|maxnm|minnm|rint[a-z])$")]
    private static partial Regex FloatPattern();

    [GeneratedRegex("^ldr(?:s?[bh]|ex[bh]?|s?[bh]?t)?$")]
    private static partial Regex LoadPattern();

    [GeneratedRegex("^str(?:[bh]|ex[bh]?|[bh]?t)?$")]
    private static partial Regex StorePattern();

    [GeneratedRegex("^it[te]{0,3}$")]
    private static partial Regex ItPattern();

    [GeneratedRegex("^(?:sm(?:la|ul)(?:[bt][bt]|w[bt])|sm(?:la|ua|ls|us)dx?|smm(?:la|ls|ul)r?|usada?8)$")]
    private static partial Regex MacPattern();

    [GeneratedRegex("^(?:[su]xta(?:b16|b|h)|pkh(?:bt|tb)|qd?(?:add|sub)|(?:s|q|sh|u|uq|uh)(?:add|sub)(?:8|16)|(?:s|q|sh|u|uq|uh)(?:asx|sax)|sel|[su]sat(?:16)?)$")]
    private static partial Regex DspPattern();

    [GeneratedRegex("^(?:addw?|subw?|adc|sbc|rsb|and|orr|orn|eor|bic|mov|movw|movt|mvn|cmp|cmn|tst|teq|lsl|lsr|asr|ror|rrx|neg|adr|[su]xt[bh]|[su]bfx|bfi|bfc|clz|rbit|rev|rev16|revsh|cpy)s?$")]
    private static partial Regex AluPattern();
}
