using System.Text.RegularExpressions;
using McuAi.HostTools.Profiling;
using static McuAi.HostTools.Profiling.InstructionClass;

namespace McuAi.Tests.Profiling;

/// <summary>Classes by the mnemonics of the RISC-V manual, without aliases.</summary>
internal static class RiscVNames
{
    public static InstructionClass? ClassOf(ObjdumpLine line)
    {
        string name = line.Mnemonic.StartsWith("c.", StringComparison.Ordinal) ? line.Mnemonic[2..] : line.Mnemonic;
        return name switch
        {
            "lb" or "lh" or "lw" or "lbu" or "lhu" or "lwsp" => Load,
            "sb" or "sh" or "sw" or "swsp" => Store,
            "mul" => Multiply,
            "mulh" or "mulhu" or "mulhsu" => MultiplyLong,
            "div" or "divu" or "rem" or "remu" => Divide,
            "beq" or "bne" or "blt" or "bge" or "bltu" or "bgeu" or "beqz" or "bnez" => ConditionalBranch,
            "j" => Branch,
            "jal" when !line.Mnemonic.StartsWith('c') => line.Operands.StartsWith("zero", StringComparison.Ordinal) ? Branch : Call,
            "jal" => Call,
            "jr" => IndirectBranch,
            "jalr" when line.Mnemonic.StartsWith('c') => Call,
            "jalr" => line.Operands.StartsWith("zero", StringComparison.Ordinal) ? IndirectBranch : Call,
            "ecall" or "ebreak" or "fence" or "fence.i" or "csrrw" or "csrrs" or "csrrc" or "csrrwi" or "csrrsi" or "csrrci"
                or "wfi" or "mret" => InstructionClass.System,
            "unimp" => Unknown,
            _ when Regex.IsMatch(name, @"^(?:lr|sc|amo[a-z]+)\.") => InstructionClass.System,
            _ when Regex.IsMatch(name, "^(?:add|sub|sll|srl|sra|slt|xor|or|and|mv|li|lui|auipc|nop|addi|addi4spn|addi16sp|slli|srli|srai|slti|sltiu|sltu|xori|ori|andi)$") => Alu,
            _ => null,
        };
    }
}
