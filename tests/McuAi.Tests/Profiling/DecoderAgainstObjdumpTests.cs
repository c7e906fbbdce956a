using McuAi.HostTools.Profiling;
using static McuAi.HostTools.Profiling.InstructionClass;

namespace McuAi.Tests.Profiling;

/// <summary>Every instruction of linked programs has the class that objdump's name for it implies.</summary>
[TestClass]
public sealed class DecoderAgainstObjdumpTests
{
    private const string Program = """
        #include <stdio.h>
        #include <stdlib.h>
        #include <stdint.h>
        #include <math.h>
        volatile int64_t wide; volatile float real; volatile double twice; volatile uint32_t word;
        int switched(int x) { switch (x) { case 0: return 7; case 1: return word; case 2: return 5; case 3: return 1;
            case 4: word++; return 3; case 5: return 9; case 6: abs(word); return 2; } return 0; }
        int dot(const int8_t *a, const int8_t *b, int n) { int s = 0; while (n--) s += *a++ * *b++; return s; }
        int main(int argc, char **argv) {
            wide = wide * argc + wide / 3; real = real * 2.5f + 1.0f / real; twice = sqrt(twice) + real;
            real = fmaf(real, real, real) + sqrtf(real);
            char text[80];
            snprintf(text, sizeof text, "%d %f %s\n",
                     switched(argc) + dot((void *)argv[0], (void *)argv[1], argc), twice, argv[1]);
            return word % 10 + word / 10 + __builtin_bswap32(word) + __builtin_clz(word);
        }
        """;

    private const string DspProgram = """
        .syntax unified
        .thumb
        smlad r0,r1,r2,r3
        smuad r0,r1,r2
        smlabb r0,r1,r2,r3
        smlatb r0,r1,r2,r3
        smulbb r0,r1,r2
        smlawb r0,r1,r2,r3
        smlsd r0,r1,r2,r3
        smmla r0,r1,r2,r3
        smmlar r0,r1,r2,r3
        smmul r0,r1,r2
        smmls r0,r1,r2,r3
        usad8 r0,r1,r2
        usada8 r0,r1,r2,r3
        smlald r0,r1,r2,r3
        smlsld r0,r1,r2,r3
        smlalbb r0,r1,r2,r3
        umaal r0,r1,r2,r3
        sxtb16 r0,r1,ror #8
        uxtab16 r0,r1,r2
        sxtab r0,r1,r2
        sxtah r0,r1,r2
        uxtb16 r0,r1
        pkhbt r0,r1,r2,lsl #16
        qadd r0,r1,r2
        qdsub r0,r1,r2
        qadd8 r0,r1,r2
        uhsub16 r0,r1,r2
        sadd16 r0,r1,r2
        sel r0,r1,r2
        ssat r0,#8,r1
        ssat16 r0,#8,r1
        usat r0,#8,r1,asr #3
        ldrd r0,r1,[r2],#8
        strd r0,r1,[r2,#8]
        ldrex r0,[r1]
        strex r0,r1,[r2]
        ldr r0,[r1,r2,lsl #2]
        ldrsb r0,[r1],#1
        pld [r0]
        rbit r0,r1
        bfi r0,r1,#3,#4
        tbb [pc,r0]
        tbh [pc,r0,lsl #1]
        ldmdb r0!,{r1-r5,lr}
        """;

    [TestMethod]
    [DataRow("-mcpu=cortex-m4", "-mfloat-abi=soft", "-O2")]
    [DataRow("-mcpu=cortex-m7", "-mfloat-abi=hard", "-O3")]
    [DataRow("-mcpu=cortex-m0plus", "-mfloat-abi=soft", "-Os")]
    public void Classes_of_linked_Thumb_code(string cpu, string floats, string level)
    {
        using CrossTools tools = new();
        tools.Write("p.c", Program);
        tools.Run(CrossTools.Arm + "gcc", cpu, "-mthumb", floats, level, "--specs=nosys.specs", "-w",
            "p.c", "-o", "p.elf", "-lm");
        Compare(tools.Run(CrossTools.Arm + "objdump", "-d", "p.elf"), InstructionSet.Thumb, 5000);
    }

    [TestMethod]
    public void Classes_of_the_DSP_extension()
    {
        using CrossTools tools = new();
        tools.Write("p.s", DspProgram);
        tools.Run(CrossTools.Arm + "gcc", "-mcpu=cortex-m4", "-c", "p.s", "-o", "p.o");
        Compare(tools.Run(CrossTools.Arm + "objdump", "-d", "p.o"), InstructionSet.Thumb, 44);
    }

    [TestMethod]
    [DataRow("-march=rv32imc", "-mabi=ilp32")]
    [DataRow("-march=rv32imac", "-mabi=ilp32")]
    [DataRow("-march=rv32im", "-mabi=ilp32")]
    public void Classes_of_linked_RiscV_code(string march, string abi)
    {
        using CrossTools tools = new();
        tools.Write("p.c", Program);
        tools.Run(CrossTools.RiscV + "gcc", "--specs=picolibc.specs", march, abi, "-O2", "-w",
            "p.c", "-o", "p.elf", "-lm");
        Compare(tools.Run(CrossTools.RiscV + "objdump", "-d", "-Mno-aliases", "p.elf"), InstructionSet.RiscV, 3000);
    }

    private static void Compare(string listing, InstructionSet set, int atLeast)
    {
        List<string> wrong = [];
        int compared = 0;
        foreach (ObjdumpLine line in ObjdumpLine.Parse(listing, set))
        {
            InstructionClass? expected =
                set == InstructionSet.Thumb ? ThumbNames.ClassOf(line) : RiscVNames.ClassOf(line);
            if (expected is null)
            {
                wrong.Add($"{line.Mnemonic} {line.Operands}: not in the test's table");
                continue;
            }
            DecodedInstruction d = InstructionDecoder.Decode(set, line.Opcode);
            compared++;
            if (Describe(expected.Value, line, d) is string fault)
            {
                wrong.Add($"{line.Address:x}: {line.Mnemonic} {line.Operands} [{Convert.ToHexString(line.Opcode)}] "
                    + $"{fault}, got {d.Class}, {d.Words} words, target {d.TargetOffset}");
            }
        }
        Assert.IsEmpty(wrong, $"{wrong.Count} wrong:\n{string.Join('\n', wrong.Take(40))}");
        Assert.IsGreaterThanOrEqualTo(atLeast, compared);
    }

    private static string? Describe(InstructionClass expected, ObjdumpLine line, DecodedInstruction d)
    {
        if (d.Class != expected) return $"should be {expected}";
        if (d.Size != line.Opcode.Length) return "has another size";
        bool isList = d.Class is LoadMultiple or StoreMultiple && line.ListLength > 0;
        if (isList && d.Words != line.ListLength) return $"should move {line.ListLength} words";
        bool direct = d.Class is Branch or ConditionalBranch or Call && line.Target is not null;
        bool throughRegister = line.Mnemonic.EndsWith("jalr", StringComparison.Ordinal);
        if (direct && !throughRegister && line.Address + (ulong)(long)(d.TargetOffset ?? 0) != line.Target) return "has another target";
        return null;
    }
}
